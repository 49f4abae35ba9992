"""From a row to the bytes of a mail. Higher apps register in ``ready()`` who writes which kind."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

from danvan import clock
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
    return in_ascii(address)


def compose(mail: OutgoingMail, message: Message, address: str) -> bytes:
    """The whole mail for *address* (see :func:`envelope_address`), headers encoded, lines ended by CRLF.

    Written here and not by Django, which takes as long for it as the server for the rest: all there is are at most two
    texts. In Base64 no line of them is too long or begins with a dot.
    """
    headers = [
        ("Subject", encoded(message.subject)),
        ("From", mailbox(*sender(settings.DEFAULT_FROM_EMAIL))),
        ("To", mailbox(clean_line(mail.recipient_name), address)),
        ("Date", format_datetime(clock.real_now())),
        ("Message-ID", mail.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    if message.confidential:
        headers.append((CONFIDENTIAL, "Company-Confidential"))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    text = part("plain", message.text)
    if not message.html:
        return (head + text).encode("ascii")
    edge = mail.message_id.strip("<>").partition("@")[0]
    body = "".join(f"--{edge}\r\n{each}\r\n" for each in (text, part("html", message.html)))
    return f'{head}Content-Type: multipart/alternative; boundary="{edge}"\r\n\r\n{body}--{edge}--\r\n'.encode("ascii")


def part(kind, text):
    """*text* with the headers that say what it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    body = base64.encodebytes(text.encode()).decode("ascii").replace("\n", "\r\n")
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}'


@lru_cache
def sender(configured: str) -> tuple[str, str]:
    """Name and address of the sender *configured* ("Name <address>"), the domain in ASCII."""
    name, address = parseaddr(configured)
    return name, in_ascii(address)


@lru_cache
def mailbox(name, address):
    """*name* (may be empty) and *address* as a header has them. Encoded, no sign in a name means anything."""
    return f"{encoded(name)} <{address}>" if name else address


def encoded(text):
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def in_ascii(address):
    user, _at, domain = address.rpartition("@")
    return f"{user}@{punycode(domain)}"
