from danvan.mail.domain.addresses import bouncing_addresses
from danvan.mail.domain.delivery import drain, sweep
from danvan.mail.domain.heartbeat import beat, last_beat
from danvan.mail.domain.queue import Letter, enqueue, enqueue_many, is_on, nudge, resend
from danvan.mail.domain.rendering import Message, NotNow, register_renderer

__all__ = [
    "Letter",
    "Message",
    "NotNow",
    "beat",
    "bouncing_addresses",
    "drain",
    "enqueue",
    "enqueue_many",
    "is_on",
    "last_beat",
    "nudge",
    "register_renderer",
    "resend",
    "sweep",
]
