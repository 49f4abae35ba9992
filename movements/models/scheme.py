from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Lookup
from danvan.access.scope import SharedScope
from movements.enums import Owing, PeriodKind, Shift, WindowRule


class ReportingScheme(Lookup):
    """A report that comes again and again: how often, about which days, due when, owed by whom. Data, not code."""

    access_scope = SharedScope()

    kind = models.CharField(_("how often"), max_length=12, choices=PeriodKind.choices)
    window_rule = models.CharField(
        _("days the figures are about"),
        max_length=10,
        choices=WindowRule.choices,
        help_text=_("Party bodies set their own dates; State bodies follow the decree."),
    )
    due_day = models.PositiveSmallIntegerField(
        _("due on day"),
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
    owed_by = models.CharField(_("owed by"), max_length=10, choices=Owing.choices, default=Owing.KINDS)
    unit_kinds = models.ManyToManyField("organization.UnitKind", verbose_name=_("kinds of unit"), blank=True)
    units = models.ManyToManyField("organization.Unit", verbose_name=_("chosen units"), blank=True)

    class Meta(Lookup.Meta):
        verbose_name = _("reporting scheme")
        verbose_name_plural = _("reporting schemes")

    def clean(self):
        super().clean()
        if self.kind == PeriodKind.NINE_MONTHS and self.window_rule == WindowRule.DECREE:
            raise ValidationError({"window_rule": _("The decree knows no period of nine months.")})
