from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import SharedScope
from danvan.calendar.reach import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from movements.enums import PeriodKind, PeriodState


class ReportingPeriodQuerySet(RecordQuerySet):
    def begun(self):
        """Periods for which there are reports."""
        return self.exclude(state=PeriodState.PLANNED)


class ReportingPeriod(Searchable, Record):
    """One period of a scheme. All its days are stored, so that nothing slides when the scheme changes later."""

    access_scope = SharedScope(published=~Q(state=PeriodState.PLANNED))
    search_sources = ("title",)
    sort_sources = ("title",)

    scheme = models.ForeignKey(
        "movements.ReportingScheme", models.PROTECT, verbose_name=_("reporting scheme"), related_name="periods"
    )
    campaign = models.ForeignKey(
        "movements.Campaign",
        models.PROTECT,
        verbose_name=_("movement of the year"),
        null=True,
        blank=True,
        related_name="reporting_periods",
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    index = models.PositiveSmallIntegerField(
        _("number within the year"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Month 1 to 12, quarter 1 to 4, half-year 1 or 2, otherwise 1."),
    )
    title = LineField(_("title"), max_length=200, help_text=_("As units read it. Left empty, it is made by itself."))
    data_from = models.DateField(_("figures from"), help_text=_("Left empty, as the scheme says."))
    data_to = models.DateField(_("figures to"), help_text=_("Left empty, as the scheme says."))
    due_on = models.DateField(
        _("due on"), help_text=_("The last day on which a report is on time. Left empty, as the scheme says.")
    )
    opens_on = models.DateField(
        _("opens on"),
        null=True,
        blank=True,
        help_text=_("On this day it opens by itself. Left empty, somebody opens it by hand."),
    )
    planned_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("planned by"), null=True, editable=False, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PeriodState.choices, default=PeriodState.PLANNED, editable=False
    )

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["-due_on", "sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "year", "index"],
                name="one_period_per_scheme_and_index",
                violation_error_message=_("The scheme already has this period."),
            ),
            models.CheckConstraint(
                condition=Q(data_to__gte=F("data_from")),
                name="period_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("data_from")),
                name="period_due_after_it_begins",
                violation_error_message=_("The due date lies before the period begins."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state == PeriodState.OPEN

    def clean(self):
        """Refuse years out of reach, days in the wrong order, and days that another period covers already.

        What is asked for once may be asked twice about the same days.
        """
        super().clean()
        for name in ("data_from", "data_to", "due_on", "opens_on"):
            day = getattr(self, name)
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                years = {"first": FIRST_YEAR, "last": LAST_YEAR}
                raise ValidationError({name: _("The year lies between %(first)s and %(last)s.") % years})
        if self.data_from is None:
            return
        if self.due_on is not None and self.due_on < self.data_from:
            raise ValidationError({"due_on": _("The due date lies before the period begins.")})
        if self.data_to is None:
            return
        if self.data_to < self.data_from:
            raise ValidationError({"data_to": _("The last day lies before the first one.")})
        if self.opens_on is not None and self.due_on is not None and self.opens_on > self.due_on:
            raise ValidationError({"opens_on": _("The period would open after its due date.")})
        if self.scheme_id is None or self.scheme.kind == PeriodKind.ONE_OFF:
            return
        others = ReportingPeriod.objects.filter(scheme=self.scheme_id).exclude(pk=self.pk)
        other = others.filter(data_from__lte=self.data_to, data_to__gte=self.data_from).first()
        if other is not None and (other.year, other.index) != (self.year, self.index):
            raise ValidationError({"data_from": _("These days overlap with “%(period)s”.") % {"period": other.title}})
