"""Who has sent: units × periods of one scheme in one year."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Prefetch

from danvan.notices.domain.zalo import text_for_zalo
from danvan.notices.sources import Duty
from danvan.organization.models import Area, Unit
from movements.enums import Only, Standing
from movements.models import Report, ReportingPeriod

MISSING = {Standing.OPEN, Standing.OVERDUE, Standing.RETURNED}
SOUGHT = {Only.MISSING: MISSING, Only.OVERDUE: {Standing.OVERDUE}}
IN_THE_LIST = attrgetter("order", "sort_key", "pk")


class Cell(NamedTuple):
    """One report on the board."""

    report: Report
    period: ReportingPeriod
    standing: Standing

    @property
    def came_late(self):
        return self.report.came_late


class Row(NamedTuple):
    """The reports of one unit, in the order of the periods; None where it owes none."""

    unit: Unit
    cells: list[Cell | None]

    def has_one_of(self, standings):
        return any(cell and cell.standing in standings for cell in self.cells)


class AreaSum(NamedTuple):
    """How the reports of the shown units of one area stand, over all periods shown.

    ``area`` is None for units without one. ``is_own``: only what stands in the area itself, not in one that lies in it.
    """

    area: Area | None
    is_own: bool
    units: int
    counts: Counter


@dataclass
class Board:
    periods: list[ReportingPeriod]
    rows: list[Row]
    today: date

    @property
    def sums(self):
        """For each period how many of the shown reports stand how."""
        counts = [Counter() for _ in self.periods]
        for row in self.rows:
            for count, cell in zip(counts, row.cells, strict=True):
                if cell:
                    count[cell.standing] += 1
        return counts

    @property
    def areas(self):
        """An AreaSum for each area into which the shown units fall apart, empty when they all stand in one.

        These are the areas right below the smallest one that holds all units: communes in a province, provinces in the
        country. Whoever narrows the board to one of them is told of the areas in it.
        """
        lines = {row.unit.pk: _line_of(row.unit.area) for row in self.rows}
        shared = _shared_part([line for line in lines.values() if line])
        groups = defaultdict(list)
        for row in self.rows:
            groups[_part_of(lines[row.unit.pk], shared)].append(row)
        if len(groups) < 2:
            return []
        found = [_area_sum(*part, rows) for part, rows in groups.items()]
        return sorted(found, key=lambda each: (each.area is None, not each.is_own, each.area and each.area.sort_key))

    @property
    def late(self):
        """For each open period with overdue reports: the period, and these reports in the order of the list."""
        found = []
        for place, period in enumerate(self.periods):
            cells = [row.cells[place] for row in self.rows]
            reports = [cell.report for cell in cells if cell and cell.standing == Standing.OVERDUE]
            if reports and period.is_open:
                found.append((period, reports))
        return found


def board(*, user, scheme, year, today, units=None, only=None):
    """The board of what *user* sees, with three questions to the database whatever its size.

    *units* is a queryset that narrows it, *only* an Only that leaves out the units without such a report. Units stand
    in the order of the official list.
    """
    periods = ReportingPeriod.objects.visible_to(user).begun().filter(scheme=scheme, year=year)
    periods = list(periods.select_related("scheme").order_by("index"))
    reports = Report.objects.visible_to(user).filter(period__in=[period.pk for period in periods])
    if units is not None:
        reports = reports.filter(unit__in=units.values("pk"))
    # Thousands of reports: each brings just what a cell says, and its unit comes once.
    reports = (
        reports.only("period", "unit", "state", "due_on", "came_on")
        .order_by()
        .prefetch_related(Prefetch("unit", Unit.objects.select_related("area__parent__parent__parent")))
    )
    place = {period.pk: number for number, period in enumerate(periods)}
    rows = {}
    for report in reports:
        row = rows.setdefault(report.unit_id, Row(report.unit, [None] * len(periods)))
        number = place[report.period_id]
        row.cells[number] = Cell(report, periods[number], report.standing_on(today))
    shown = sorted(rows.values(), key=lambda row: IN_THE_LIST(row.unit))
    return Board(periods, [row for row in shown if only is None or row.has_one_of(SOUGHT[only])], today)


def text_of_late(reports, period, today):
    """A message to the units of *reports*, which are all of *period*, ready to be pasted into Zalo."""
    duties = [
        Duty(
            object_id=report.pk,
            unit_id=report.unit_id,
            unit_name=report.unit.name,
            due_on=report.due_on,
            title=period.title,
            url="",
        )
        for report in reports
    ]
    return text_for_zalo(duties, today)


def _line_of(area):
    """*area* and all it lies in, the largest first; empty for None."""
    return [*reversed(area.containers), area] if area else []


def _shared_part(lines):
    """How many areas all *lines* begin with."""
    shared = 0
    for areas in zip(*lines, strict=False):
        if len(set(areas)) > 1:
            break
        shared += 1
    return shared


def _part_of(line, shared):
    """Which of the areas after the *shared* ones holds a unit on *line*, and whether it stands right above them."""
    if not line:
        return None, False
    return (line[-1], True) if len(line) == shared else (line[shared], False)


def _area_sum(area, is_own, rows):
    counts = Counter(cell.standing for row in rows for cell in row.cells if cell)
    return AreaSum(area, is_own, len(rows), counts)
