"""The reports of a unit and of all under it, counted and listed by the range of their paths, among 3,503 units and
100,000 reports; against the same question with the ids of all those units at hand, and with a recursive walk.
"""

from datetime import date, timedelta
from itertools import islice
from statistics import median

from django.db import connection

from danvan.organization.domain.units import tree
from danvan.organization.models import Unit, UnitPlacement
from danvan.organization.models.unit import under
from movements.models import Report, ReportingPeriod
from tests.bench.measuring import WARM_UP, seconds
from tests.factories import make_kind, make_scheme

LEVELS = {"country": 1, "province": 34, "middle": 6, "leaf": 16}
"""How many units stand under each unit of the level above."""
REPORTS, GOAL, ROUNDS = 100_000, 1.2, 25
COLUMNS = {"count": "count(*)", "list": "id, unit_id, state, due_on"}
RECURSIVE = """
WITH RECURSIVE below(id) AS (
    SELECT CAST(%s AS bigint)
    UNION ALL
    SELECT placement.unit_id
    FROM below JOIN organization_unitplacement AS placement ON placement.superior_id = below.id
    WHERE placement.valid_to IS NULL
)
SELECT {columns} FROM movements_report WHERE unit_id IN (SELECT id FROM below)
"""


def subtree(name):
    for level, unit in fill().items():
        for question in COLUMNS:
            yield line(f"{name}-{level}-{question}", question, unit)


def line(name, question, unit):
    """Ask in turns by path, by ids and by a recursive walk, make sure that all answer the same, and return the line.

    ``in_subtree`` is the method that people call, which looks up the path first.
    """
    path = UnitPlacement.objects.get(unit=unit).path
    ids = list(UnitPlacement.objects.under(path).values_list("unit", flat=True))
    runners = [
        asked(lambda: Report.objects.filter(under(path, "unit_path")), question),
        asked(lambda: Report.objects.filter(unit__in=ids), question),
        walked(unit, question),
        asked(lambda: Report.objects.in_subtree(unit), question),
    ]
    assert len({str(run()) for run in runners}) == 1
    for _ in range(WARM_UP):
        for run in runners:
            run()
    rounds = [[seconds(run) for run in runners] for _ in range(ROUNDS)]
    to_peer, to_walk = (median(times[0] / times[other] for times in rounds) for other in (1, 2))
    ours, peer, walk, method = (median(column) * 1000 for column in zip(*rounds, strict=True))
    reports = Report.objects.filter(unit__in=ids).count()
    return (
        f"bench {name} peer={to_peer:.2f} goal<={GOAL} recursive={to_walk:.2f} {'ok' if to_peer <= GOAL else 'short'}"
        f" | units={len(ids)}/{Unit.objects.count()} reports={reports}/{REPORTS} rounds={ROUNDS} {connection.vendor}"
        f" ours={ours:.2f}ms peer={peer:.2f}ms recursive={walk:.2f}ms in_subtree={method:.2f}ms"
    )


def asked(queryset, question):
    """A function that asks for the rows of ``queryset()``."""
    if question == "count":
        return lambda: queryset().count()
    return lambda: sorted(queryset().order_by().values_list("pk", "unit_id", "state", "due_on"))


def walked(unit, question):
    sql = RECURSIVE.format(columns=COLUMNS[question])

    def run():
        with connection.cursor() as cursor:
            cursor.execute(sql, [unit.pk])
            rows = cursor.fetchall()
        return rows[0][0] if question == "count" else sorted((*row[:3], as_date(row[3])) for row in rows)

    return run


def as_date(value):
    """SQLite gives days as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def fill():
    """A tree in which every unit has as many reports; return a unit of each level below the first."""
    kind, paths, chosen, above = make_kind(), {}, {}, [None]
    for level, count in LEVELS.items():
        made = [(superior, f"{level}-{superior and superior.pk}-{i}") for superior in above for i in range(count)]
        units = Unit.objects.bulk_create(Unit(code=code, name=code, kind=kind) for _superior, code in made)
        for (superior, _code), unit in zip(made, units, strict=True):
            paths[unit.pk] = paths.get(superior and superior.pk, "") + tree.segment(unit.pk)
        UnitPlacement.objects.bulk_create(
            UnitPlacement(unit=unit, superior=superior, path=paths[unit.pk])
            for (superior, _code), unit in zip(made, units, strict=True)
        )
        chosen[level] = units[len(units) // 2]
        above = units
    del chosen["country"]
    scheme, first = make_scheme(), date(2024, 1, 31)
    periods = ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            scheme=scheme,
            year=2024 + i // 12,
            index=i % 12 + 1,
            title=f"Kỳ {i}",
            data_from=first + timedelta(days=30 * i),
            data_to=first + timedelta(days=30 * i + 29),
            due_on=first + timedelta(days=30 * i + 35),
        )
        for i in range(REPORTS // len(paths) + 1)
    )
    reports = (
        Report(period=period, unit_id=unit, unit_path=path, due_on=period.due_on)
        for period in periods
        for unit, path in paths.items()
    )
    Report.objects.bulk_create(islice(reports, REPORTS), batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return chosen
