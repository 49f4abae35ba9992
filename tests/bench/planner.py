"""A pass of the planner over 3,500 units with 50 open duties each, of which none or 5,000 are newly due; against one
SQL query that asks the same of the same rows, and one bulk insert of the same ledger rows.

The peer writes the ledger alone. The planner writes with it a letter and a notice for each of 3,500 people.
"""

import uuid
from datetime import date, timedelta
from statistics import median

import time_machine
from django.db import connection

from danvan import clock
from danvan.access.roles import Role
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.holidays import calendar_between
from danvan.notices.domain.planner import plan
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder
from danvan.notices.rules import REACH, due_dates_reached
from danvan.organization.models import Membership, Unit, User
from movements.enums import PeriodKind, PeriodState
from movements.models import Report, ReportingPeriod
from tests.bench.measuring import WARM_UP, seconds
from tests.factories import make_kind, make_rule, make_scheme

UNITS, DUTIES, NEW, GOAL = 3_500, 50, 5_000, 5
ROUNDS = {0: 9, NEW: 5}
TODAY = date(2026, 11, 18)  # a Wednesday
STEPS = (-7, -2, 0, 1, 3)
QUESTION = """
SELECT step.id, report.id, report.unit_id, report.due_on
FROM movements_report report
JOIN movements_reportingperiod period ON period.id = report.period_id
JOIN movements_reportingscheme scheme ON scheme.id = period.scheme_id
JOIN ({steps}) step ON report.due_on BETWEEN step.first AND step.last
WHERE report.state = 'expected' AND period.state = 'open' AND scheme.kind = 'month' AND NOT EXISTS (
    SELECT 1 FROM notices_reminder reminder
    WHERE reminder.rule_id = step.id AND reminder.source = 'movements.report.month'
    AND reminder.object_id = report.id AND reminder.due_on = report.due_on AND reminder.state <> 'nobody'
)
"""


def planner(name):
    with time_machine.travel(f"{TODAY} 09:00 +0700", tick=False):
        rules = fill()
        question = asked(rules)
        for new in ROUNDS:
            yield line(f"{name}-{new}", new, rules, question)


def line(name, new, rules, question):
    """Take both ways in turns, make sure that they find the same rows, and return the line."""
    forget(new, rules)
    rows = [row_of(*found) for found in question()]
    assert len(rows) == new

    def peer():
        question()
        Reminder.objects.bulk_create(rows, batch_size=500)

    times = []
    for _ in range(WARM_UP + ROUNDS[new]):
        forget(new, rules)
        ours = seconds(plan)
        assert question() == []
        assert OutgoingMail.objects.count() == InboxMessage.objects.count() == min(new, UNITS)
        forget(new, rules)
        for row in rows:
            row.pk = None
        times.append((ours, seconds(peer)))
    del times[:WARM_UP]
    ratio = median(ours / theirs for ours, theirs in times)
    ours, theirs = (median(column) * 1000 for column in zip(*times, strict=True))
    verdict = "ok" if ratio <= GOAL else "short"
    worst = max(ours / theirs for ours, theirs in times)
    return (
        f"bench {name} peer={ratio:.2f} goal<={GOAL} {verdict} | worst={worst:.2f} rounds={ROUNDS[new]}"
        f" duties={UNITS * DUTIES} ledger={Reminder.objects.count()} new={new} {connection.vendor}"
        f" ours={ours:.0f}ms peer={theirs:.0f}ms"
    )


def forget(new, rules):
    """Make *new* steps newly due: those of the day itself, and the rest of those of the day after."""
    OutgoingMail.objects.all().delete()
    InboxMessage.objects.all().delete()
    for offset, count in ((0, min(new, UNITS)), (1, new - min(new, UNITS))):
        due_on = TODAY - timedelta(days=offset)
        wanted = Report.objects.filter(due_on=due_on).order_by("pk").values_list("pk", flat=True)[:count]
        rows = Reminder.objects.filter(rule=rules[offset], due_on=due_on)
        rows.filter(object_id__in=list(wanted))._raw_delete(rows.db)


def asked(rules):
    """A function that asks the one question."""
    calendar = calendar_between(TODAY - REACH, TODAY + REACH)
    spans = [(rule.pk, *due_dates_reached(rule, clock.now(), calendar)) for rule in rules.values()]
    columns = "SELECT CAST(%s AS bigint) AS id, CAST(%s AS {0}) AS first, CAST(%s AS {0}) AS last"
    # SQLite keeps days as text; its "date" would be a number.
    steps = " UNION ALL ".join([columns.format("text" if connection.vendor == "sqlite" else "date")] * len(spans))
    parameters = [value if i == 0 else str(value) for span in spans for i, value in enumerate(span)]

    def question():
        with connection.cursor() as cursor:
            cursor.execute(QUESTION.format(steps=steps), parameters)
            return cursor.fetchall()

    return question


def row_of(rule_id, object_id, unit_id, due_on):
    return Reminder(
        rule_id=rule_id,
        source="movements.report.month",
        object_id=object_id,
        due_on=due_on,
        unit_id=unit_id,
        recipient_key=f"user:{unit_id}",
        address=f"xa{unit_id}@example.vn",
        duty_text="Báo cáo",
        state=ReminderState.MAILED,
        planned_at=clock.now(),
        batch=uuid.uuid4(),
    )


# --- set-up -----------------------------------------------------------------------------------------------------------


def fill():
    """Units with a lead each, the duties, due two days apart with the middle one today, and the ledger of all steps
    that have come. Returns the rules by their days."""
    rules = {
        days: make_rule(days, text="Đề nghị gửi {việc} của {đơn vị} trước ngày {hạn} ({còn lại}).") for days in STEPS
    }
    kind = make_kind()
    units = Unit.objects.bulk_create(Unit(code=f"X{i}", name=f"Đảng ủy xã Ea {i}", kind=kind) for i in range(UNITS))
    people = User.objects.bulk_create(
        User(username=f"xa{i}", full_name=f"Y Biêr {i}", email=f"xa{i}@example.vn", password="!") for i in range(UNITS)
    )
    Membership.objects.bulk_create(
        Membership(user=user, unit=unit, role=Role.UNIT_LEAD) for user, unit in zip(people, units, strict=True)
    )
    scheme = make_scheme(PeriodKind.MONTH)
    days = [TODAY - timedelta(days=1), *(TODAY + timedelta(days=2 * i) for i in range(1 - DUTIES // 2, DUTIES // 2))]
    periods = ReportingPeriod.objects.bulk_create(
        ReportingPeriod(
            scheme=scheme,
            year=2026,
            index=number,
            title=f"Báo cáo công tác dân vận kỳ {number}",
            data_from=day - timedelta(days=30 + number),
            data_to=day - timedelta(days=1),
            due_on=day,
            state=PeriodState.OPEN,
        )
        for number, day in enumerate(days)
    )
    first, *others = periods
    Report.objects.bulk_create(
        (Report(period=first, unit=unit, due_on=first.due_on) for unit in units), batch_size=1_000
    )
    for period in others:
        insert_from_reports(Report, first.due_on, first.due_on, {"period_id": period.pk, "due_on": period.due_on})
    calendar = calendar_between(TODAY - REACH, TODAY + REACH)
    for rule in rules.values():
        taken = row_of(rule.pk, 0, 0, TODAY)
        values = {field.column: getattr(taken, field.attname) for field in Reminder._meta.concrete_fields}
        for column in ("object_id", "due_on", "unit_id"):
            del values[column]
        insert_from_reports(Reminder, *due_dates_reached(rule, clock.now(), calendar), values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return rules


def insert_from_reports(model, first, last, values):
    """A row of *model* for each report due from *first* to *last*: with *values* by column, the rest as the report."""
    taken_over = {"object_id": "id"}
    columns, chosen, parameters = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(connection.ops.quote_name(field.column))
        if field.column in values:
            chosen.append(f"CAST(%s AS {field.db_type(connection)})" if connection.vendor == "postgresql" else "%s")
            parameters.append(field.get_db_prep_save(values[field.column], connection))
        else:
            chosen.append(connection.ops.quote_name(taken_over.get(field.column, field.column)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(chosen)}"  # noqa: S608
            " FROM movements_report WHERE due_on BETWEEN %s AND %s ORDER BY id",
            [*parameters, first, last],
        )
