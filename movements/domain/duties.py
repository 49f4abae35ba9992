"""The reports that are owed, as duties that reminders can speak of."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.notices.domain.default_rules import LONGER, MONTHLY, ensure_default_rules
from danvan.notices.sources import Duty, Source, register_source
from movements.enums import PeriodKind
from movements.models import Report

SOURCE = "movements.report"
LABELS = {
    PeriodKind.MONTH: _("monthly reports"),
    PeriodKind.QUARTER: _("quarterly reports"),
    PeriodKind.HALF_YEAR: _("six-month reports"),
    PeriodKind.NINE_MONTHS: _("nine-month reports"),
    PeriodKind.YEAR: _("yearly reports"),
    PeriodKind.ONE_OFF: _("reports asked for once"),
}


def source_of(kind):
    """The code of the reminder source for reports of schemes of *kind*."""
    return f"{SOURCE}.{kind}"


class ReportDuties(Source):
    """The owed reports of the schemes of one kind: a month and a year are not reminded of alike.

    A report that came in time and was returned is not reminded of as overdue.
    """

    def __init__(self, kind):
        self.kind = kind
        self.label = LABELS[kind]

    def open(self):
        never_late = Q(came_on=None) | Q(due_on__gte=clock.today())
        return Report.objects.owed().filter(never_late, period__scheme__kind=self.kind)

    def duties(self, object_ids):
        reports = self.open().filter(pk__in=object_ids).select_related("period", "unit")
        return {
            report.pk: Duty(
                object_id=report.pk,
                unit_id=report.unit_id,
                unit_name=report.unit.name,
                due_on=report.due_on,
                title=report.period.title,
                url=reverse("admin:movements_report_change", args=[report.pk]),
            )
            for report in reports
        }


def register():
    for kind in PeriodKind:
        register_source(source_of(kind), ReportDuties(kind))


def ensure_report_rules():
    """Give each kind of report that has no reminder rule the usual steps. Returns how many rules were made."""
    return sum(
        ensure_default_rules(source=source_of(kind), steps=MONTHLY if kind == PeriodKind.MONTH else LONGER)
        for kind in PeriodKind
    )
