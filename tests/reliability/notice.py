"""A kind of mail whose writer never says no: only its expiry and its key hold it back."""

from danvan.mail.domain import Message
from danvan.mail.domain.queue import Letter

KIND = "reliability.notice"


def render(mail):
    return Message(subject=mail.ref["subject"], text="Mời họp giao ban.")


def letters(addresses, subject, expires_at=None):
    """A letter to each of *addresses*, to be queued with ``enqueue_many``."""
    return [
        Letter(
            kind=KIND,
            ref={"subject": subject},
            to=address,
            recipient_name="Đảng ủy xã",
            dedupe_key=f"{KIND}:{address}:{subject}",
            expires_at=expires_at,
        )
        for address in addresses
    ]
