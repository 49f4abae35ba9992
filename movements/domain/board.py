"""Who has sent: units × periods of one scheme in one year."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from movements.enums import Standing
from movements.models import Report, ReportingPeriod

MISSING = {Standing.OPEN, Standing.OVERDUE, Standing.RETURNED}


@dataclass(frozen=True)
class Cell:
    """One report on the board."""

    report: Report
    period: ReportingPeriod
    standing: Standing

    @property
    def came_late(self):
        return self.report.came_late

    @property
    def is_missing(self):
        return self.standing in MISSING


@dataclass
class Row:
    unit: object
    cells: list[Cell | None] = field(default_factory=list)

    @property
    def is_missing_one(self):
        return any(cell and cell.is_missing for cell in self.cells)


@dataclass
class Board:
    """``sums`` holds for each period how many of the shown reports stand how, in the order of Standing."""

    periods: list[ReportingPeriod]
    rows: list[Row]
    today: date

    @property
    def sums(self):
        counts = [Counter() for _ in self.periods]
        for row in self.rows:
            for count, cell in zip(counts, row.cells, strict=True):
                if cell:
                    count[cell.standing] += 1
        return [[(standing, count[standing]) for standing in Standing if count[standing]] for count in counts]

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


def board(*, user, scheme, year, today, unit_kind=None, units=None, only_missing=False):
    """The board of what *user* sees, with two questions to the database whatever its size.

    *units* is a queryset that narrows it. Units stand in the order of the official list; a unit that does not owe a
    period has None there.
    """
    periods = list(ReportingPeriod.objects.visible_to(user).begun().filter(scheme=scheme, year=year).order_by("index"))
    reports = Report.objects.visible_to(user).filter(period__in=[period.pk for period in periods])
    if unit_kind:
        reports = reports.filter(unit__kind=unit_kind)
    if units is not None:
        reports = reports.filter(unit__in=units.values("pk"))
    place = {period.pk: number for number, period in enumerate(periods)}
    rows = {}
    for report in reports.select_related("unit").order_by("unit__order", "unit__sort_key", "unit"):
        row = rows.setdefault(report.unit_id, Row(report.unit, [None] * len(periods)))
        number = place[report.period_id]
        row.cells[number] = Cell(report, periods[number], report.standing_on(today))
    shown = [row for row in rows.values() if row.is_missing_one or not only_missing]
    return Board(periods, shown, today)


def text_for_zalo(board):
    """A message to the overdue units of *board*, ready to be pasted; empty when none is overdue."""
    lines = []
    for period, reports in board.late:
        words = _("By %(today)s these units have not sent “%(report)s”:")
        lines.append(words % {"today": f"{board.today:%d/%m/%Y}", "report": period.title})
        for number, report in enumerate(reports, 1):
            line = _("%(number)s. %(unit)s (due on %(due)s)")
            lines.append(line % {"number": number, "unit": report.unit.name, "due": f"{report.due_on:%d/%m/%Y}"})
        lines.append("")
    if lines:
        lines.append(_("Please send it now. If it has gone by another way, kindly tell the Ban."))
    return "\n".join(lines)
