"""The choices of the movement's records. Codes are stored, words are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("movement", "being drafted")
    LAUNCHED = "launched", pgettext_lazy("movement", "launched")
    CONCLUDED = "concluded", pgettext_lazy("movement", "concluded")


class ExemplarKind(models.TextChoices):
    """A model is a way of working that others can take up; an exemplar is somebody who shines."""

    MODEL = "model", _("model")
    EXEMPLAR = "exemplar", _("exemplar")


class SubjectKind(models.TextChoices):
    COLLECTIVE = "collective", _("collective")
    INDIVIDUAL = "individual", _("individual")
    HOUSEHOLD = "household", _("household")


class RegistrationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("registration", "being written")
    SUBMITTED = "submitted", pgettext_lazy("registration", "sent")
    RETURNED = "returned", pgettext_lazy("registration", "returned to be completed")
    ACCEPTED = "accepted", pgettext_lazy("registration", "accepted")
    RECOGNISED = "recognised", pgettext_lazy("registration", "recognised")
    DECLINED = "declined", pgettext_lazy("registration", "not recognised")


class RegistrationStatus(models.TextChoices):
    NEW = "new", _("newly registered")
    CONTINUED = "continued", _("continued")


# --- reporting --------------------------------------------------------------------------------------------------------


class PeriodKind(models.TextChoices):
    """The codes are those of ``danvan.calendar.periods``; what is asked for once has no calendar."""

    MONTH = "month", pgettext_lazy("reporting period", "month")
    QUARTER = "quarter", pgettext_lazy("reporting period", "quarter")
    HALF_YEAR = "half_year", pgettext_lazy("reporting period", "six months")
    NINE_MONTHS = "nine_months", pgettext_lazy("reporting period", "nine months")
    YEAR = "year", pgettext_lazy("reporting period", "year")
    ONE_OFF = "one_off", pgettext_lazy("reporting period", "once")


class WindowRule(models.TextChoices):
    DECREE = "decree", _("from the 15th to the 14th (decree 09/2019/NĐ-CP, State bodies)")
    CALENDAR = "calendar", _("whole calendar months")
    OWN = "own", _("from a day of its own in the month before")


class Shift(models.TextChoices):
    """The codes are those of ``danvan.calendar.working_days``."""

    NONE = "none", _("stays where it is")
    BEFORE = "before", _("moves to the working day before")
    AFTER = "after", _("moves to the working day after")


class PeriodState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("reporting period", "planned")
    OPEN = "open", pgettext_lazy("reporting period", "open")
    CLOSED = "closed", pgettext_lazy("reporting period", "closed")


class ReportState(models.TextChoices):
    EXPECTED = "expected", pgettext_lazy("report", "not sent yet")
    SUBMITTED = "submitted", pgettext_lazy("report", "sent")
    RECEIVED = "received", pgettext_lazy("report", "received in writing – figures not entered yet")
    RETURNED = "returned", pgettext_lazy("report", "returned to be completed")
    ACCEPTED = "accepted", pgettext_lazy("report", "accepted")
    EXEMPT = "exempt", pgettext_lazy("report", "exempt")


class Standing(models.TextChoices):
    """How a report stands against its due date today."""

    ON_TIME = "on_time", _("on time")
    LATE = "late", pgettext_lazy("report", "late")
    RECEIVED = "received", _("received in writing")
    RETURNED = "returned", pgettext_lazy("standing", "being completed")
    OPEN = "open", _("still in time")
    OVERDUE = "overdue", _("overdue")
    EXEMPT = "exempt", pgettext_lazy("standing", "exempt")


class Only(models.TextChoices):
    """Which units the board is narrowed to."""

    MISSING = "missing", _("units that have not sent")
    OVERDUE = "overdue", _("units that are overdue")


class Waiting(models.TextChoices):
    """What waits for somebody: the cards of the start page and the filter of the list."""

    WEEK = "week", _("due within 7 days")
    OVERDUE = "overdue", _("overdue, period open")
    ACCEPT = "accept", _("to be accepted")
    COPY = "copy", _("signed copy missing")
