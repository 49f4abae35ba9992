"""The choices of reminding. Codes are stored, words are shown."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whom a step tells. Steps of different audiences do not overtake each other. ``LISTS`` are told of all units in
    one list."""

    UNIT_LEADS = "unit_leads", _("the unit's leads; its mailbox when it has none")
    UNIT_HEAD = "unit_head", _("the unit's own leader")
    OFFICER = "officer", _("the officer of the Ban in charge of the unit")
    BAN_LEADERS = "ban_leaders", _("the leaders of the Ban")

    LISTS = nonmember(("officer", "ban_leaders"))


class ReminderState(models.TextChoices):
    """What became of a step for one recipient. What became of its mail is written in the mail."""

    MAILED = "mailed", pgettext_lazy("reminder", "mailed")
    INBOX = "inbox", pgettext_lazy("reminder", "in the inbox only")
    NOT_NEEDED = "not_needed", pgettext_lazy("reminder", "not needed any more")
    MISSED = "missed", pgettext_lazy("reminder", "passed over, no longer at its time")
    NOBODY = "nobody", pgettext_lazy("reminder", "nobody to tell")


class Channel(models.TextChoices):
    """How something came that was not typed here."""

    DOCUMENT_SYSTEM = "document_system", _("the office's document system")
    PAPER = "paper", _("on paper")
    ZALO = "zalo", _("message on Zalo")
    EMAIL = "email", pgettext_lazy("channel", "e-mail")
    IN_PERSON = "in_person", _("handed over in person")


class SettlementKind(models.TextChoices):
    """Why a duty is settled, or due later, though nothing was typed here."""

    RECEIVED = "received", _("received another way")
    EXEMPT = "exempt", pgettext_lazy("settlement", "exempt")
    EXTENDED = "extended", _("due later")


class Fault(models.TextChoices):
    """What is wrong with a reminder that is due and did not arrive."""

    NO_ROW = "no_row", _("the step has come and nobody was told")
    NO_ROW_OF_LEAD = "no_row_of_lead", _("other leads of the unit were told, this one was not")
    NO_NOTICE = "no_notice", _("in the ledger, but not in the inbox of the recipient")
    NO_MAIL = "no_mail", _("in the ledger, but its mail is gone")
    NO_RECEIPT = "no_receipt", _("its mail is marked as sent, but no mail server confirmed it")
    STUCK = "stuck", _("its mail should be out for long and still waits")
    NO_ROW_OF_MAIL = "no_row_of_mail", _("its mail was sent, but the ledger does not know of it")


class ContactKind(models.TextChoices):
    """How staff reached a unit about a duty, beside the reminders."""

    CALLED = "called", _("called by telephone")
    ZALO = "zalo", _("wrote on Zalo")
    LETTER = "letter", _("sent an official letter")
    IN_PERSON = "in_person", _("spoke in person")
