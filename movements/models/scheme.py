from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Lookup, Record
from danvan.access.scope import BanScope, SharedScope
from danvan.calendar.reach import FIRST_YEAR
from danvan.organization.enums import Owing
from danvan.organization.models import Addressed
from movements.enums import PeriodKind, Shift, WindowRule
from movements.rules import day_in_month, window_of


class ReportingScheme(Addressed, Lookup):
    """A report that comes again and again: how often, about which days, due when, owed by whom. Data, not code."""

    access_scope = SharedScope()

    kind = models.CharField(_("how often"), max_length=12, choices=PeriodKind.choices)
    window_rule = models.CharField(
        _("days the figures are about"),
        max_length=10,
        choices=WindowRule.choices,
        blank=True,
        help_text=_("Party bodies set their own dates; State bodies follow the decree."),
    )
    window_first_day = models.PositiveSmallIntegerField(
        _("first day of the figures"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(28)],
        help_text=_("Day of the month before the period, for days of its own; the period ends the day before it."),
    )
    due_day = models.PositiveSmallIntegerField(
        _("due on day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Day of the month. In a shorter month its last day."),
    )
    due_months_after = models.SmallIntegerField(
        _("months after the period"),
        default=0,
        validators=[MinValueValidator(-1), MaxValueValidator(3)],
        help_text=_("0: in the last month of the period; 1: in the month after it."),
    )
    shift_rule = models.CharField(
        _("when due on a day off"),
        max_length=10,
        choices=Shift.choices,
        default=Shift.NONE,
        help_text=_("Weekends and the days in the list of holidays."),
    )
    serves = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("feeds into"),
        null=True,
        blank=True,
        related_name="fed_by",
        help_text=_("A report of the Ban to its superiors. The units' reports are due some working days before it."),
    )
    working_days_before = models.PositiveSmallIntegerField(
        _("working days before it"), null=True, blank=True, validators=[MaxValueValidator(60)]
    )
    returned_stays_on_time = models.BooleanField(
        _("a returned report keeps the day on which it first came"),
        default=True,
        help_text=_("Otherwise the day on which it came back complete counts."),
    )

    class Meta(Lookup.Meta):
        verbose_name = _("reporting scheme")
        verbose_name_plural = _("reporting schemes")

    def clean(self):
        """Refuse days that are not said, or cannot be; forget those that the answers given do not ask for."""
        super().clean()
        if self.kind == PeriodKind.ONE_OFF:
            self.window_rule, self.window_first_day, self.due_day, self.due_months_after = "", None, None, 0
            self.serves = None
        if self.serves is None:
            self.working_days_before = None
        if errors := self._errors_of_serving() | self._errors_of_days():
            raise ValidationError(errors)

    def _errors_of_serving(self):
        if self.serves is None:
            return {}
        if self.serves_id == self.pk or self.serves.owed_by != Owing.BAN:
            return {"serves": _("Choose a report of the Ban itself to its superiors.")}
        if self.owed_by == Owing.BAN:
            return {"serves": _("A report of the Ban itself feeds into no other one.")}
        if self.serves.kind != self.kind:
            return {"serves": _("Both reports must come equally often.")}
        if self.working_days_before is None:
            return {"working_days_before": _("Say how many working days before it.")}
        if self.due_day is not None:
            return {"due_day": _("Leave it empty: the report is due some working days before the Ban's.")}
        return {}

    def _errors_of_days(self):
        if not self.kind or self.kind == PeriodKind.ONE_OFF:
            return {}
        errors = errors_of_window(self)
        if not self.window_rule:
            errors["window_rule"] = _("Say which days the figures are about.")
        if self.due_day is None and self.serves is None:
            errors["due_day"] = _("Say on which day the report is due.")
        return errors or errors_of_due_day(self, kind=self.kind)


def errors_of_window(days, kind=None):
    """What is wrong with the days of the figures of *days*, a scheme or an override, by field."""
    kind = kind or days.kind
    if kind == PeriodKind.NINE_MONTHS and days.window_rule == WindowRule.DECREE:
        return {"window_rule": _("The decree knows no period of nine months.")}
    if days.window_rule != WindowRule.OWN:
        days.window_first_day = None
    elif days.window_first_day is None:
        return {"window_first_day": _("Say on which day of the month the figures begin.")}
    return {}


def number_is_out_of_range(days, name):
    value = getattr(days, name)
    try:
        days._meta.get_field(name).run_validators(value)
    except ValidationError:
        return True
    return False


def errors_of_due_day(days, *, kind):
    """Refuse a due day that comes before the figures begin, as in a year without holidays.

    Numbers out of their range are refused by their fields.
    """
    if days.due_day is None or not days.window_rule:
        return {}
    asked = ("window_first_day", "due_day", "due_months_after")
    if any(number_is_out_of_range(days, name) for name in asked):
        return {}
    window = window_of(
        kind=kind, window_rule=days.window_rule, year=FIRST_YEAR, index=1, first_day=days.window_first_day
    )
    months_after = days.due_months_after or 0
    if day_in_month(last_day=window.last, due_day=days.due_day, months_after=months_after) < window.first:
        return {"due_day": _("The due date would lie before the figures begin.")}
    return {}


class ScheduleOverride(Record):
    """Other days than the scheme's, for the movement of one year or for one unit. A unit's go before a movement's."""

    access_scope = BanScope()

    scheme = models.ForeignKey(
        ReportingScheme, models.CASCADE, verbose_name=_("reporting scheme"), related_name="overrides"
    )
    campaign = models.ForeignKey(
        "movements.Campaign", models.PROTECT, verbose_name=_("movement of the year"), null=True, blank=True
    )
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    window_rule = models.CharField(
        _("days the figures are about"), max_length=10, choices=WindowRule.choices, blank=True
    )
    window_first_day = models.PositiveSmallIntegerField(
        _("first day of the figures"), null=True, blank=True, validators=[MinValueValidator(2), MaxValueValidator(28)]
    )
    due_day = models.PositiveSmallIntegerField(
        _("due on day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    due_months_after = models.SmallIntegerField(
        _("months after the period"), null=True, blank=True, validators=[MinValueValidator(-1), MaxValueValidator(3)]
    )

    class Meta:
        verbose_name = _("days of its own")
        verbose_name_plural = _("days of their own")
        ordering = ["scheme", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(campaign=None, unit__isnull=False) | models.Q(campaign__isnull=False, unit=None),
                name="override_for_a_movement_or_a_unit",
                violation_error_message=_("Choose a movement or a unit, one of the two."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "campaign"],
                name="one_override_per_scheme_and_movement",
                violation_error_message=_("The movement already has days of its own here."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "unit"],
                name="one_override_per_scheme_and_unit",
                violation_error_message=_("The unit already has days of its own here."),
            ),
        ]

    def __str__(self):
        return f"{self.scheme} – {self.unit or self.campaign}"

    def clean(self):
        super().clean()
        if self.scheme_id is None or not self.scheme.kind:
            return
        if self.scheme.kind == PeriodKind.ONE_OFF:
            raise ValidationError(_("What is asked for once has no days of its own."))
        if errors := errors_of_window(self, self.scheme.kind) or errors_of_due_day(self, kind=self.scheme.kind):
            raise ValidationError(errors)
