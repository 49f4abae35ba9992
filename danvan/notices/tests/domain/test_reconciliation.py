"""The closed loop: what is missing is found, nothing else is called missing, and it knows nothing of who sends."""

import ast
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.db.models import F

from danvan import clock
from danvan.access.roles import Role
from danvan.history.domain import record
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices import sources as registry
from danvan.notices.domain import ledger, reconciliation, settlements
from danvan.notices.domain.holidays import calendar_around
from danvan.notices.domain.planner import plan
from danvan.notices.domain.reconciliation import reconcile
from danvan.notices.enums import Fault, ReminderState
from danvan.notices.models import Holiday, InboxMessage, Reconciliation, Reminder, ReminderRule, Settlement
from danvan.notices.rules import comes_at
from danvan.organization.models import Membership
from movements.domain import report
from movements.enums import PeriodKind
from movements.models import RegistrationCall, Report
from tests.factories import (
    logged_in,
    make_administrator,
    make_campaign,
    make_lead,
    make_period,
    make_report,
    make_rule,
    make_scheme,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

SINCE = date(2026, 1, 1)


def lead_of(unit, **fields):
    user = make_lead(unit, **fields)
    user.memberships.update(valid_from=SINCE)
    return user


def drain(**values):
    """What the drain does: the server takes what waits."""
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED)
    values = {"state": MailState.SENT, "answer": "250 2.0.0 Ok: queued as 1", **values}
    return waiting.update(next_attempt_at=None, sent_at=clock.now(), **values)


def sums(check):
    return check.due, check.delivered, check.waiting, check.settled, check.unreachable, check.missing


def faults(check):
    return sorted(one["fault"] for one in check.differences)


@pytest.fixture
def office(clock_at):
    """Six units with two leads, one with a mailbox, one with nobody; the steps -3, 0 and +1 of 05/11/2026, all told."""
    clock_at("2026-10-25 09:00")
    for days in (-3, 0, 1):
        make_rule(days)
    units = [make_unit() for _ in range(6)]
    for unit in units:
        lead_of(unit)
        lead_of(unit)
    for unit in (*units, make_unit(email="hop-thu@example.vn"), make_unit()):
        make_report(unit)
    for day in ("2026-11-02 08:00", "2026-11-05 08:01", "2026-11-06 08:02"):
        clock_at(day)
        plan()
        drain()
    clock_at("2026-11-06 09:00")
    return units


def test_without_faults_everything_is_accounted_for(office):
    assert sums(reconcile()) == (42, 39, 0, 0, 3, 0)  # 3 steps: 12 leads, a mailbox, nobody


@pytest.mark.parametrize("with_their_mails", [True, False])
def test_five_deleted_rows_and_three_falsely_marked_as_sent_are_found_and_nothing_else(office, with_their_mails):
    assert reconcile().missing == 0
    rows = Reminder.objects.filter(rule__offset_days=1, user__isnull=False).order_by("unit", "pk")
    deleted = [*rows.filter(unit__in=office[:3])[::2], *rows.filter(unit=office[3])]  # of three units one, of one both
    falsely = rows.filter(unit__in=office[4:])[:3]
    OutgoingMail.objects.filter(pk__in=[row.mail_id for row in falsely]).update(answer="")
    Reminder.objects.filter(pk__in=[row.pk for row in deleted]).delete()
    if with_their_mails:
        OutgoingMail.objects.filter(pk__in=[row.mail_id for row in deleted]).delete()
    check = reconcile()
    assert faults(check) == ["no_receipt"] * 3 + ["no_row"] * 2 + ["no_row_of_lead"] * 3
    assert {one["user"] for one in check.differences if one["fault"] != "no_receipt"} == {r.user_id for r in deleted}
    assert {one["reminder"] for one in check.differences if one["fault"] == "no_receipt"} == {r.pk for r in falsely}
    assert (check.missing, check.due) == (8, 42)


def test_a_row_that_was_written_again_leaves_the_mail_of_the_first_one(office):
    rows = Reminder.objects.filter(rule__offset_days=1, unit=office[0])
    mails = set(rows.values_list("mail", flat=True))
    rows.delete()
    plan()
    drain()
    check = reconcile()
    assert faults(check) == ["no_row_of_mail"] * 2
    assert {one["mail"] for one in check.differences} == mails


def of(row):
    return Reminder.objects.filter(pk=row.pk)


def mail_of(row):
    return OutgoingMail.objects.filter(pk=row.mail_id)


def left_in_queue(row, minutes):
    expired = clock.now() - timedelta(minutes=minutes)
    mail_of(row).update(state="queued", next_attempt_at=clock.now(), expires_at=expired)


def without_notice(row):
    of(row).update(state=ReminderState.INBOX)
    InboxMessage.objects.filter(recipient=row.user).delete()


@pytest.mark.parametrize(
    ("do", "fault"),
    [
        (lambda row: mail_of(row).delete(), Fault.NO_MAIL),
        (lambda row: mail_of(row).update(answer=""), Fault.NO_RECEIPT),
        (without_notice, Fault.NO_NOTICE),
        (lambda row: left_in_queue(row, 21), Fault.STUCK),
        (lambda row: left_in_queue(row, 19), None),
        (lambda row: of(row).update(state=ReminderState.INBOX), None),
        (lambda row: mail_of(row).update(state="failed"), None),
        (lambda row: mail_of(row).update(state="expired"), None),
    ],
)
def test_each_fault_is_told_by_its_name(office, do, fault):
    row = Reminder.objects.filter(rule__offset_days=1, user__isnull=False).first()
    do(row)
    check = reconcile()
    assert faults(check) == ([fault.value] if fault else [])
    if fault:
        assert check.differences[0]["reminder"] == row.pk


# --- no false alarms --------------------------------------------------------------------------------------------------


def test_what_was_settled_extended_or_returned_is_not_missing(office, clock_at):
    staff = make_staff()
    reports = list(Report.objects.filter(unit__in=office).order_by("pk"))
    clock_at("2026-11-06 09:00")
    report.extend(obj=reports[0], actor=staff, new_due_on=date(2026, 11, 7), reason="Bão")
    report.exempt(obj=reports[1], actor=staff, reason="Mới thành lập")
    report.receive_elsewhere(obj=reports[2], actor=staff, channel="paper", arrived_on=date(2026, 11, 6))
    received = report.receive_elsewhere(obj=reports[3], actor=staff, channel="paper", arrived_on=date(2026, 11, 6))
    report.return_(obj=received, actor=staff, reason="Thiếu số", complete_by=date(2026, 11, 8))
    ReminderRule.objects.create(source="movements.returned_report", offset_days=-2, subject="x", text="x")
    check = reconcile()
    assert (check.missing, check.waiting) == (0, 4)  # two leads, steps -3 and 0
    plan()
    drain()
    clock_at("2026-11-06 10:00")
    assert reconcile().missing == 0


def test_a_planner_that_stands_still_is_noticed_after_twenty_minutes_of_working_time(office, clock_at):
    later = make_period(make_scheme(), index=9, title="Tháng 9", due_on=date(2026, 11, 12))
    for unit in office:
        make_report(unit, later)
    for moment, missing in (
        ("2026-11-09 08:00", 0),
        ("2026-11-09 08:19", 0),
        ("2026-11-09 08:20", 12),
    ):
        clock_at(moment)
        assert reconcile().missing == missing
    plan()
    assert reconcile().waiting == 12
    drain()
    assert reconcile().missing == 0


def test_outside_working_hours_nobody_could_be_told(office, clock_at):
    """Extended on Friday evening, to a day whose steps have come: told on Monday morning."""
    clock_at("2026-11-06 18:30")
    owed = Report.objects.filter(unit=office[0]).get()
    report.extend(obj=owed, actor=make_staff(), new_due_on=date(2026, 11, 8), reason="Bão")
    for moment, missing in (
        ("2026-11-06 23:50", 0),
        ("2026-11-08 12:00", 0),
        ("2026-11-09 07:19", 0),
        ("2026-11-09 07:20", 4),
    ):
        clock_at(moment)
        assert reconcile().missing == missing, moment


COUNTS = ("delivered", "waiting", "settled", "unreachable", "missing")


def test_after_an_outage_the_planner_is_given_its_first_minutes(office, clock_at):
    reconcile()
    for unit in office:
        make_report(unit, make_period(make_scheme(), index=9, title="Tháng 9", due_on=date(2026, 11, 12)))
    clock_at("2026-11-20 09:00")
    assert reconcile().missing == 0
    clock_at("2026-11-20 09:15")
    assert reconcile().missing > 0
    plan()
    drain()
    assert reconcile().missing == 0


def test_a_rule_just_switched_on_or_changed_owes_nothing_of_before(office, clock_at):
    rule = make_rule(-2)
    record(actor=make_administrator(), action="add", obj=rule)
    assert reconcile().missing == 0
    clock_at("2026-11-06 12:00")
    assert reconcile().missing == 0


def test_who_came_later_was_rightly_not_told(office, clock_at):
    unit = office[0]
    clock_at("2026-11-06 10:00")
    newcomer = make_lead(unit)  # from when on is not known
    backdated = make_lead(unit)
    backdated.memberships.update(valid_from=SINCE)
    record(actor=make_administrator(), action="change", obj=backdated)
    reopened = make_user(Role.UNIT_LEAD, unit)
    reopened.memberships.update(valid_from=SINCE)
    record(actor=make_administrator(), action="change", obj=reopened)
    assert newcomer.pk
    clock_at("2026-11-06 11:00")
    assert reconcile().missing == 0
    Membership.objects.filter(user=newcomer).update(valid_from=SINCE)
    assert faults(reconcile()) == ["no_row_of_lead"] * 3


def test_units_that_are_no_more_and_an_office_without_mail_raise_no_alarm(office, clock_at, settings):
    settings.MAIL_ENABLED = False
    later = make_period(make_scheme(), index=9, title="Tháng 9", due_on=date(2026, 11, 12))
    gone = make_unit(valid_to=date(2026, 11, 7))
    for unit in (*office, gone):
        make_report(unit, later)
    clock_at("2026-11-09 08:00")
    plan()
    clock_at("2026-11-09 09:00")
    check = reconcile()
    assert (check.missing, check.waiting, check.unreachable) == (0, 0, 4)
    assert check.delivered == 39 + 12


class Foreign(registry.Source):
    """A source that this app has never heard of: calls by another name, due on a column of its own."""

    label = "việc khác"
    due = "asked_by"

    def open(self):
        return RegistrationCall.objects.annotate(asked_by=F("due_on"))

    def duties(self, object_ids):
        rows = self.open().filter(pk__in=object_ids).select_related("unit")
        return {r.pk: registry.Duty(r.pk, r.unit_id, r.unit.name, r.due_on, "Việc khác", "/") for r in rows}


def test_a_source_of_another_app_is_planned_and_checked(clock_at, monkeypatch):
    monkeypatch.setitem(registry._sources, "khac.viec", Foreign())
    clock_at("2026-11-03 09:00")
    unit = make_unit()
    lead_of(unit)
    call = RegistrationCall.objects.create(campaign=make_campaign(), unit=unit, due_on=date(2026, 11, 6))
    ReminderRule.objects.create(source="khac.viec", offset_days=-1, subject="{việc}", text="{hạn}")
    clock_at("2026-11-05 09:00")
    assert faults(reconcile()) == ["no_row"]
    assert plan() == 1
    drain()
    assert sums(reconcile()) == (1, 1, 0, 0, 0, 0)
    settlements.exempt(code="khac.viec", object_ids=[call.pk], actor=make_staff(), reason="Đã sáp nhập")
    Reminder.objects.all().delete()
    OutgoingMail.objects.all().delete()
    assert reconcile().missing == 0
    clock_at("2026-11-05 19:00")
    settlements.withdraw(settlement=Settlement.objects.get(), actor=make_staff(), reason="Ghi nhầm đơn vị")
    clock_at("2026-11-05 23:00")
    assert reconcile().missing == 0  # nobody could be told since
    clock_at("2026-11-06 07:30")
    assert faults(reconcile()) == ["no_row"]


# --- by itself --------------------------------------------------------------------------------------------------------


def test_it_reckons_steps_as_the_rules_do_over_tet_and_worked_weekends():
    for number in range(9):
        Holiday.objects.create(day=date(2027, 2, 4) + timedelta(days=number), name="Tết")
    Holiday.objects.create(day=date(2027, 2, 20), name="Làm bù", is_worked=True)
    rules = [
        ReminderRule(source="x", offset_days=days, hour=8, working_days_only=only)
        for days in (-15, -7, -3, -1, 0, 1, 3)
        for only in (True, False)
    ]
    days = reconciliation.Days(datetime(2027, 2, 15, 9, tzinfo=clock.start_of_day(date(2027, 2, 15)).tzinfo))
    for number in range(60):
        due_on = date(2027, 1, 20) + timedelta(days=number)
        for rule in rules:
            assert days.step_at(rule, due_on) == comes_at(rule, due_on, calendar_around(due_on))


SENDING = {
    "danvan.notices.domain.planner",
    "danvan.notices.domain.steps",
    "danvan.notices.domain.ledger",
    "danvan.notices.domain.letters",
    "danvan.notices.domain.extra",
    "danvan.notices.rules",
    "danvan.mail.domain.delivery",
    "danvan.mail.domain.queue",
    "danvan.mail.domain.line",
}


def test_it_imports_nothing_of_what_plans_writes_or_sends():
    seen, waiting = set(), ["danvan.notices.domain.reconciliation"]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for node in ast.walk(ast.parse(Path(find_spec(module).origin).read_text())):
            if isinstance(node, ast.ImportFrom):
                named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            else:
                continue
            waiting += [name for name in named if name.startswith(("danvan.notices", "danvan.mail")) and exists(name)]
    assert seen & SENDING == set()
    assert {name for name in seen if ".domain." in name} == {"danvan.notices.domain.reconciliation"}
    assert reconciliation.MAIL_KIND == ledger.KIND


def exists(name):
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


# --- keeping and showing ----------------------------------------------------------------------------------------------


def test_old_checks_are_forgotten_and_a_button_checks_again(office, clock_at):
    Reconciliation.objects.create(ran_at=clock.now() - timedelta(days=15), due=0, **dict.fromkeys(COUNTS, 0))
    Reminder.objects.filter(unit=office[0], rule__offset_days=1).delete()
    Reconciliation.objects.create(ran_at=clock.now(), due=0, **dict.fromkeys(COUNTS, 0))
    client = logged_in(make_staff())
    assert client.get("/admin/notices/reconciliation/run/").status_code == 405
    assert client.post("/admin/notices/reconciliation/run/").status_code == 302
    _first, check = Reconciliation.objects.order_by("pk")
    assert faults(check) == ["no_row"] * 2
    page = client.get("/admin/notices/reconciliation/")
    assert [(line.unit, line.duty) for line in page.context["lines"]][0] == (
        office[0],
        "Báo cáo công tác dân vận tháng 10/2026",
    )
    start = client.get("/admin/").context["page"]
    assert [(card.count, card.tone) for card in start.cards if card.tone] == [(check.missing, "bad")]
    lead = logged_in(lead_of(office[0]))
    assert lead.post("/admin/notices/reconciliation/run/").status_code in (302, 403)
    assert Reconciliation.objects.count() == 2
    assert not [card for card in lead.get("/admin/").context["page"].cards if card.tone]


@pytest.mark.parametrize("units", [2, 6])
def test_the_questions_asked_do_not_grow_with_the_rows(units, clock_at, django_assert_num_queries):
    clock_at("2026-10-25 09:00")
    make_rule(-3, PeriodKind.MONTH)
    for _ in range(units):
        unit = make_unit()
        lead_of(unit)
        lead_of(unit)
        make_report(unit)
    clock_at("2026-11-02 09:00")
    reconcile()  # content types are asked for once in a process
    with django_assert_num_queries(18):
        assert reconcile().missing == 2 * units
    plan()
    with django_assert_num_queries(15):
        assert reconcile().missing == 0
