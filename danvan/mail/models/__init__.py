from danvan.mail.models.heartbeat import Heartbeat
from danvan.mail.models.outgoing import OutgoingMail

__all__ = ["Heartbeat", "OutgoingMail"]
