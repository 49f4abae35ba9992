"""The mails that the local mail server of ``make run`` keeps instead of relaying them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

from danvan.mail.domain.rendering import CONFIDENTIAL

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class KeptMail:
    """One mail. ``is_confidential``: with its text one could become its addressee."""

    name: str
    to: str
    subject: str
    text: str
    sent_at: datetime | None
    is_confidential: bool


def is_kept_here():
    """Whether mails end on this machine: then nobody receives them, and staff can read them in the admin."""
    return settings.MAIL_ENABLED and settings.EMAIL_HOST in LOOPBACK and Path(settings.MAIL_DIR).is_dir()


def kept_mails(limit):
    """The last *limit* kept mails, newest first."""
    paths = sorted(Path(settings.MAIL_DIR).glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in paths[:limit]]


def _instant(header):
    """The instant in a Date header. Its zone "-0000" means UTC, of which Python makes a time without a zone."""
    if not header:
        return None
    moment = parsedate_to_datetime(str(header))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(path):
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return KeptMail(
        name=path.name,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=body.get_content() if body else "",
        sent_at=_instant(message["Date"]),
        is_confidential=CONFIDENTIAL in message,
    )
