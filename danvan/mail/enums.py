"""The words of delivery: where a mail is, at which step of SMTP, and what came in its way."""

from enum import Enum, nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    """Where a mail is. ``DUE`` may be claimed, ``OPEN`` is not finished, ``FINAL`` is."""

    QUEUED = "queued", pgettext_lazy("mail", "in the queue")
    IN_FLIGHT = "in_flight", pgettext_lazy("mail", "being sent")
    WAITING = "waiting", pgettext_lazy("mail", "will be tried again")
    SENT = "sent", pgettext_lazy("mail", "sent")
    FAILED = "failed", pgettext_lazy("mail", "could not be sent")
    EXPIRED = "expired", pgettext_lazy("mail", "no longer needed")

    DUE = nonmember(("queued", "waiting"))
    OPEN = nonmember(("queued", "waiting", "in_flight"))
    FINAL = nonmember(("sent", "failed", "expired"))


class Trouble(models.TextChoices):
    """What came in the way of a mail, in words that an official without technical knowledge understands.

    ``OF_THE_SERVER`` concerns all mails, ``OF_THE_ADDRESS`` all mails to one address.
    """

    UNREACHABLE = "unreachable", _("the mail server cannot be reached")
    LOGIN = "login", _("the mail server does not accept our login")
    BUSY = "busy", _("the mail server is busy")
    TIMED_OUT = "timed_out", _("the mail server did not answer in time")
    BROKEN_OFF = "broken_off", _("the connection to the mail server broke off")
    UNCLEAR = "unclear", _("the connection broke off while the mail was being handed over; it may have arrived")
    STOPPED = "stopped", _("the program was stopped while it was sending; the mail may have arrived")
    UNKNOWN_ADDRESS = "unknown_address", _("the address does not exist")
    INVALID_ADDRESS = "invalid_address", _("the address is not written correctly")
    MAILBOX_FULL = "mailbox_full", _("the recipient's mailbox is full")
    SENDER_REFUSED = "sender_refused", _("the mail server does not accept our sender address")
    REFUSED = "refused", _("the mail server refuses the mail")
    NOT_WRITTEN = "not_written", _("the program could not write the mail")
    NOT_NEEDED = "not_needed", _("the matter was settled before the mail was sent")
    OVERDUE = "overdue", _("its time had passed before it could be sent")

    OF_THE_SERVER = nonmember(("unreachable", "login", "sender_refused"))
    OF_THE_ADDRESS = nonmember(("unknown_address", "invalid_address", "mailbox_full"))


class Step(Enum):
    """How far the conversation about one mail has come. From DATA on, the server may have taken the mail."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    DATA = "DATA"
