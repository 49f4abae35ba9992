"""From a row to the bytes of a mail. Higher apps register in ``ready()`` who writes which kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.encoding import punycode

from danvan.mail.models import OutgoingMail
from danvan.text.normalise import clean_line

CONFIDENTIAL = "Sensitivity"
"""The header (RFC 2156) of mails whose text is the addressee's alone; others have none."""


@dataclass(frozen=True)
class Message:
    """What a renderer writes.

    ``html`` is optional. ``confidential`` texts, such as a link to set a password, are sent and not kept.
    """

    subject: str
    text: str
    html: str = ""
    confidential: bool = False


class NotNow(Exception):
    """A renderer raises it when the mail must not go out before *until* (business time, aware, to come).

    The mail stays in the queue without a trouble and without a counted attempt, and is written anew then.
    """

    def __init__(self, until: datetime):
        super().__init__(f"not before {until}")
        self.until = until


Renderer = Callable[[OutgoingMail], Message | None]
_renderers: dict[str, Renderer] = {}


def register_renderer(kind: str, renderer: Renderer) -> None:
    """Let *renderer* write the mails of *kind*. It is given the OutgoingMail, at the moment of sending, outside any
    transaction, perhaps several times for one mail. It answers None when the mail is no longer needed, and raises
    :class:`NotNow` when it has to wait, for instance for working hours.

    Raises ImproperlyConfigured when another renderer has the kind.
    """
    if _renderers.setdefault(kind, renderer) is not renderer:
        raise ImproperlyConfigured(f"Two renderers for mails of kind {kind}.")


def render(mail: OutgoingMail) -> Message | None:
    """The message of *mail* as of now. Raises LookupError when nobody writes its kind, and what the renderer raises,
    NotNow among it."""
    message = _renderers[mail.kind](mail)
    if message is None:
        return None
    # A line end in a subject would begin another header; PostgreSQL stores no NUL.
    return Message(
        subject=clean_line(message.subject),
        text=message.text.replace("\x00", ""),
        html=message.html.replace("\x00", ""),
        confidential=message.confidential,
    )


def envelope_address(address: str) -> str | None:
    """*address* as SMTP wants it, its domain in ASCII; None when it is not an address."""
    try:
        validate_email(address)
    except ValidationError:
        return None
    user, _at, domain = address.rpartition("@")
    return f"{user}@{punycode(domain)}"


def compose(mail: OutgoingMail, message: Message, address: str) -> bytes:
    """The whole mail for *address* (see :func:`envelope_address`), headers encoded, lines ended by CRLF."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if message.confidential:
        headers[CONFIDENTIAL] = "Company-Confidential"
    letter = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[formataddr((clean_line(mail.recipient_name), address))],
        headers=headers,
    )
    if message.html:
        letter.attach_alternative(message.html, "text/html")
    return letter.message().as_bytes(linesep="\r\n")
