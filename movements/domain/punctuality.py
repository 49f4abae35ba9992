"""How punctual units were, year by year."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractYear

from danvan import clock
from danvan.organization.models import Unit
from danvan.organization.panels import Punctuality
from movements.enums import ReportState
from movements.models import Report
from movements.models.report import HAS_COME

CAME = Q(state__in=(*HAS_COME, ReportState.RECEIVED))


def punctuality_of(reports):
    """A Punctuality for each year in which one of *reports*, a queryset of one unit, was due.

    What came is judged by the day on which it came, whatever the channel. What is still in time, exempt or back for
    completion is none of the three.
    """
    return [Punctuality(*row) for row in _counted(reports, "year")]


@dataclass(frozen=True)
class UnitYears:
    """``years`` holds the Punctuality of *unit* by year, without the years that have nothing to count."""

    unit: Unit
    years: dict[int, Punctuality]


def punctuality_by_unit(*, user, units=None):
    """The years in which reports that *user* sees were due, the latest first, and a UnitYears for each unit of these.

    Units stand in the order of the official list; *units* is a queryset that narrows them. Two questions.
    """
    reports = Report.objects.visible_to(user)
    if units is not None:
        reports = reports.filter(unit__in=units.values("pk"))
    found = defaultdict(dict)
    for unit_id, year, *counts in _counted(reports, "unit", "year"):
        if any(counts):
            found[unit_id][year] = Punctuality(year, *counts)
    ordered = Unit.objects.filter(pk__in=found.keys()).order_by("order", "sort_key", "pk")
    years = sorted({year for of_unit in found.values() for year in of_unit}, reverse=True)
    return years, [UnitYears(unit, found[unit.pk]) for unit in ordered]


def _counted(reports, *by):
    """Tuples: the values of *by*, then how many came on time, came late, did not come."""
    awaited = Q(state=ReportState.EXPECTED)
    rows = reports.order_by().annotate(year=ExtractYear("due_on")).values(*by)
    return rows.annotate(
        on_time=Count("pk", filter=CAME & Q(came_on__lte=F("due_on"))),
        late=Count("pk", filter=CAME & Q(came_on__gt=F("due_on"))),
        missing=Count("pk", filter=awaited & Q(due_on__lt=clock.today())),
    ).values_list(*by, "on_time", "late", "missing")
