"""The choices of reminding. Codes are stored, words are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Whom a step tells. Steps of different audiences do not overtake each other."""

    UNIT_LEADS = "unit_leads", _("the unit's leads; its mailbox when it has none")


class ReminderState(models.TextChoices):
    """What became of a step for one recipient. What became of its mail is written in the mail."""

    MAILED = "mailed", pgettext_lazy("reminder", "mailed")
    INBOX = "inbox", pgettext_lazy("reminder", "in the inbox only, no address")
    NOT_NEEDED = "not_needed", pgettext_lazy("reminder", "not needed any more")
    MISSED = "missed", pgettext_lazy("reminder", "passed over, a later step has come")
    NOBODY = "nobody", pgettext_lazy("reminder", "nobody to tell")
