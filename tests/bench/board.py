"""The board of 600 units × 12 periods as the leader of the Ban opens it: the questions to the database, and the page.

The peer fetches the same cells with one SQL query. The page goes through all middleware and is rendered.
"""

from datetime import date, timedelta
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan.organization.models import Area, AreaLevel, Unit
from movements.domain.board import board
from movements.enums import ReportState
from movements.models import Report, ReportingPeriod
from tests.bench.measuring import ROUNDS, WARM_UP, seconds
from tests.factories import logged_in, make_kind, make_leader, make_period, make_scheme

UNITS, PERIODS, COMMUNES = 600, 12, 102
GOAL_QUERIES, GOAL_BYTES = 3, 1_000_000
TODAY = date(2027, 1, 4)
CELLS = """
SELECT report.id, unit.id, unit.name, period.id, report.state, report.due_on, report.came_on
FROM movements_report AS report
JOIN movements_reportingperiod AS period ON period.id = report.period_id
JOIN organization_unit AS unit ON unit.id = report.unit_id
WHERE period.scheme_id = %s AND period.year = %s AND period.state <> 'planned'
ORDER BY unit."order", unit.sort_key, unit.id, period."index"
"""


def board_of_a_year(name):
    scheme, leader = fill(), make_leader()
    client, address = logged_in(leader), reverse("admin:movements_board")

    def ours():
        return board(user=leader, scheme=scheme.pk, year=2026, today=TODAY)

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(CELLS, [scheme.pk, 2026])
            return cursor.fetchall()

    def page():
        response = client.get(address)
        assert response.status_code == 200, response.status_code
        return response

    found = ours()
    assert [cell.report.pk for row in found.rows for cell in row.cells] == [row[0] for row in floor()]
    with CaptureQueriesContext(connection) as queries:
        assert ours().areas
    asked = len(queries)  # before the page is opened: a request clears the log
    size = len(page().content)
    for _ in range(WARM_UP):
        ours(), floor(), page()
    rounds = [[seconds(run) for run in (ours, floor, page)] for _ in range(ROUNDS)]
    to_floor = median(ours / floor for ours, floor, _page in rounds)
    ours_ms, floor_ms, page_ms = (median(column) * 1000 for column in zip(*rounds, strict=True))
    is_good = asked <= GOAL_QUERIES and size <= GOAL_BYTES
    yield (
        f"bench {name} queries={asked} goal<={GOAL_QUERIES} bytes={size} goal<={GOAL_BYTES}"
        f" sql={to_floor:.1f} {'ok' if is_good else 'short'}"
        f" | units={UNITS} periods={PERIODS} rounds={ROUNDS} {connection.vendor}"
        f" board={ours_ms:.1f}ms sql={floor_ms:.1f}ms page={page_ms:.1f}ms"
    )


def fill():
    """Of ten reports seven came in time, one came late in writing, one did not come, one is exempt."""
    province = Area.objects.create(name="Tỉnh Đắk Lắk", level=AreaLevel.PROVINCE)
    communes = [Area.objects.create(name=f"Xã {i}", level=AreaLevel.COMMUNE, parent=province) for i in range(COMMUNES)]
    kind = make_kind()
    units = Unit.objects.bulk_create(
        Unit(code=f"X{i}", name=f"Đảng ủy xã Ea {i}", kind=kind, order=i, area=communes[i % COMMUNES])
        for i in range(UNITS)
    )
    scheme = make_scheme()
    for month in range(1, PERIODS + 1):
        last = date(2026 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        period = make_period(
            scheme,
            index=month,
            title=f"{scheme.name} tháng {month}/2026",
            data_from=date(2026, month, 1),
            data_to=last,
            due_on=last + timedelta(days=3),
        )
        Report.objects.bulk_create((report_of(unit, period, i + month) for i, unit in enumerate(units)), batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert ReportingPeriod.objects.count() == PERIODS
    return scheme


def report_of(unit, period, number):
    kept = {"unit": unit, "period": period, "due_on": period.due_on}
    if number % 10 < 2:
        state = ReportState.EXEMPT if number % 10 else ReportState.EXPECTED
        return Report(state=state, **kept)
    days = 1 if number % 10 == 2 else -number % 3
    state = ReportState.RECEIVED if days > 0 else ReportState.ACCEPTED
    return Report(state=state, channel="paper", arrived_on=period.due_on + timedelta(days=days), **kept)
