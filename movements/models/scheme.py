from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Lookup, Record
from danvan.access.scope import BanScope, SharedScope
from danvan.organization.models import Addressed
from movements.enums import PeriodKind, Shift, WindowRule


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
        super().clean()
        if self.kind == PeriodKind.NINE_MONTHS and self.window_rule == WindowRule.DECREE:
            raise ValidationError({"window_rule": _("The decree knows no period of nine months.")})


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
