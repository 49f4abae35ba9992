"""The planner: who is told what and when, once, whatever happened to the ticks before."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.db.models import Count

from danvan.access.roles import Role
from danvan.mail.domain import last_beat
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.planner import plan
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder
from danvan.notices.sources import sources
from danvan.organization.models import Membership
from movements.domain.duties import source_of
from movements.enums import PeriodKind, PeriodState, ReportState
from movements.models import Report
from tests.factories import (
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

DUE = date(2026, 11, 5)


def ledger():
    """What the ledger says: (offset, state, recipient's key)."""
    rows = Reminder.objects.order_by("rule__offset_days", "recipient_key")
    return [(row.rule.offset_days, row.state, row.recipient_key) for row in rows]


def monthly_rules():
    return [make_rule(days) for days in (-3, 0, 1)]


def test_the_leads_of_a_unit_that_has_not_reported_are_told_once(clock_at):
    monthly_rules()
    unit = make_unit()
    first, second = make_lead(unit), make_lead(unit, email="")
    report = make_report(unit)
    clock_at("2026-11-02 07:59")
    assert plan() == 0
    clock_at("2026-11-02 08:00")
    assert plan() == 2
    assert plan() == 0  # a doubled tick
    assert ledger() == [(-3, "mailed", f"user:{first.pk}"), (-3, "inbox", f"user:{second.pk}")]
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.recipient_name) == (first.email, first.full_name)
    assert Reminder.objects.get(user=first).mail == mail
    assert Reminder.objects.get(user=second).mail is None
    title = "[-3] Báo cáo công tác dân vận tháng 10/2026 – còn 3 ngày"
    assert list(InboxMessage.objects.order_by("recipient").values_list("recipient", "title", "url")) == [
        (first.pk, title, f"/admin/movements/report/{report.pk}/change/"),
        (second.pk, title, f"/admin/movements/report/{report.pk}/change/"),
    ]


def test_a_pass_leaves_a_sign_of_life():
    plan()
    assert (last_beat("planner") is not None, last_beat("tick")) == (True, None)


@pytest.mark.parametrize(
    "state", [ReportState.SUBMITTED, ReportState.RECEIVED, ReportState.ACCEPTED, ReportState.EXEMPT]
)
def test_who_has_reported_or_is_exempt_is_told_nothing(state, clock_at):
    monthly_rules()
    unit = make_unit()
    make_lead(unit)
    make_report(unit, state=state, channel="paper", arrived_on=date(2026, 11, 1))
    clock_at("2026-11-06 09:00")
    assert plan() == 0
    assert not OutgoingMail.objects.exists()


def test_a_closed_period_and_another_kind_of_report_are_not_reminded_of(clock_at):
    monthly_rules()
    unit = make_unit()
    make_lead(unit)
    make_report(unit, make_period(state=PeriodState.CLOSED))
    make_report(unit, make_period(make_scheme(PeriodKind.YEAR)))
    clock_at("2026-11-06 09:00")
    assert plan() == 0


def test_rules_out_of_use_remind_nobody(clock_at):
    make_rule(0, is_active=False)
    unit = make_unit()
    make_lead(unit)
    make_report(unit)
    clock_at("2026-11-05 09:00")
    assert plan() == 0


def test_after_an_outage_there_is_one_current_message_and_the_others_are_marked(clock_at):
    monthly_rules()
    unit = make_unit()
    lead = make_lead(unit)
    make_report(unit)
    clock_at("2026-11-16 09:00")
    plan()
    assert ledger() == [(-3, "missed", ""), (0, "missed", ""), (1, "mailed", f"user:{lead.pk}")]
    assert InboxMessage.objects.get().title == "[+1] Báo cáo công tác dân vận tháng 10/2026 – đã quá hạn 11 ngày"
    assert plan() == 0


def test_every_step_of_a_quiet_unit_comes_on_its_day(clock_at):
    monthly_rules()
    unit = make_unit()
    make_lead(unit)
    make_report(unit)
    seen = []
    for day in range(1, 12):
        clock_at(f"2026-11-{day:02d} 08:00")
        if plan():
            seen.append(day)
    assert seen == [2, 5, 6]
    assert list(Reminder.objects.values_list("state", flat=True)) == ["mailed"] * 3


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        ("2026-11-06 07:59", []),
        ("2026-11-06 08:00", [(0, "mailed")]),  # due on Sunday, so it comes on Friday
        ("2026-11-06 18:00", []),  # the outage ended in the evening
        ("2026-11-07 09:00", []),
        ("2026-11-08 09:00", []),
        ("2026-11-09 06:59", []),
        ("2026-11-09 07:00", [(0, "missed")]),
        ("2026-11-09 08:00", [(0, "missed"), (1, "mailed")]),
    ],
)
def test_nobody_is_told_on_a_day_off_or_at_night(now, seen, clock_at):
    make_rule(0)
    make_rule(1)
    make_lead(unit := make_unit())
    make_report(unit, due_on=date(2026, 11, 8))
    clock_at(now)
    plan()
    assert [(offset, state) for offset, state, _key in ledger()] == seen


def test_a_rule_for_any_day_tells_on_a_sunday_but_not_at_night(clock_at):
    make_rule(0, working_days_only=False)
    make_lead(unit := make_unit())
    make_report(unit, due_on=date(2026, 11, 8))
    clock_at("2026-11-08 19:00")
    assert plan() == 0
    clock_at("2026-11-08 09:00")
    assert plan() == 1


@pytest.mark.parametrize(
    ("opened", "states"), [(date(2026, 11, 1), ["mailed"]), (date(2026, 11, 2), ["missed"]), (None, ["mailed"])]
)
def test_a_step_that_came_before_the_duty_is_passed_over(opened, states, clock_at, monkeypatch):
    monkeypatch.setattr(sources()[source_of(PeriodKind.MONTH)], "since", "period__opens_on")
    make_rule(-3)
    make_lead(unit := make_unit())
    make_report(unit, make_period(opens_on=opened))
    clock_at("2026-11-03 09:00")
    plan()
    assert list(Reminder.objects.values_list("state", flat=True)) == states
    assert plan() == 0


def test_an_extension_brings_the_steps_again_for_the_new_day(clock_at):
    monthly_rules()
    unit = make_unit()
    make_lead(unit)
    report = make_report(unit)
    clock_at("2026-11-02 08:00")
    plan()
    Report.objects.filter(pk=report.pk).update(due_on=date(2026, 11, 20))
    clock_at("2026-11-06 09:00")
    assert plan() == 0
    clock_at("2026-11-17 09:00")
    assert plan() == 1
    assert list(Reminder.objects.order_by("due_on").values_list("due_on", flat=True)) == [DUE, date(2026, 11, 20)]


def test_a_unit_without_leads_is_told_by_its_mailbox(clock_at):
    make_rule(0)
    make_report(make_unit("Đảng ủy phường Buôn Hồ", email="buonho@example.vn"))
    clock_at("2026-11-05 08:00")
    plan()
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.recipient_name) == ("buonho@example.vn", "Đảng ủy phường Buôn Hồ")
    assert ledger() == [(0, "mailed", "mail:buonho@example.vn")]
    assert not InboxMessage.objects.exists()


def test_the_mailbox_is_not_told_beside_the_leads(clock_at):
    make_rule(0)
    unit = make_unit(email="buonho@example.vn")
    lead = make_lead(unit)
    make_report(unit)
    clock_at("2026-11-05 08:00")
    plan()
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == [lead.email]


def test_a_unit_with_nobody_to_tell_is_listed_and_told_when_somebody_comes(clock_at):
    make_rule(1)
    unit = make_unit()
    closed = make_lead(unit, is_active=False)
    former = make_user()
    Membership.objects.create(user=former, unit=unit, role=Role.UNIT_LEAD, valid_to=date(2026, 11, 5))
    Membership.objects.create(user=make_user(), unit=unit, role=Role.VIEWER)
    make_lead(make_unit())  # of another unit
    make_report(unit)
    clock_at("2026-11-06 08:00")
    plan()
    assert ledger() == [(1, "nobody", "")]
    plan()
    assert ledger() == [(1, "nobody", "")]
    assert not OutgoingMail.objects.exists()
    lead = make_lead(unit)
    clock_at("2026-11-09 08:00")
    plan()
    assert ledger() == [(1, "nobody", ""), (1, "mailed", f"user:{lead.pk}")]
    assert closed.pk != lead.pk


def test_a_later_lead_is_not_told_of_a_step_already_taken(clock_at):
    make_rule(1)
    unit = make_unit()
    make_lead(unit)
    make_report(unit)
    clock_at("2026-11-06 08:00")
    plan()
    make_lead(unit)
    clock_at("2026-11-12 08:00")
    assert plan() == 0


def test_a_unit_that_exists_no_more_is_shown_to_staff_and_nobody_told(clock_at):
    make_rule(1)
    unit = make_unit(valid_to=date(2026, 11, 4), email="cu@example.vn")
    make_report(unit)
    clock_at("2026-11-06 08:00")
    plan()
    assert ledger() == [(1, "nobody", "")]


def test_a_letter_loses_its_use_when_the_next_step_comes(clock_at):
    monthly_rules()
    unit = make_unit()
    make_lead(unit)
    make_report(unit)
    clock_at("2026-11-02 08:00")
    plan()
    assert OutgoingMail.objects.get().expires_at.isoformat() == "2026-11-05T01:00:00+00:00"


@pytest.mark.parametrize("units", [1, 3])
def test_the_questions_asked_do_not_grow_with_the_rows(units, clock_at, django_assert_num_queries):
    make_rule(0)
    for _ in range(units):
        unit = make_unit()
        make_lead(unit)
        make_report(unit)
    clock_at("2026-11-05 08:00")
    with django_assert_num_queries(20):
        assert plan() == units
    with django_assert_num_queries(7):  # heart-beat (4), calendar, rules, steps
        assert plan() == 0


@pytest.mark.django_db(transaction=True)
def test_five_planners_at_once_tell_everybody_once(clock_at):
    """Each lead owes for two units, so that rows of one letter are found by all five."""
    make_rule(0)
    for _ in range(8):
        lead = make_lead(unit := make_unit())
        make_report(unit)
        Membership.objects.create(user=lead, unit=(other := make_unit()), role=Role.UNIT_LEAD)
        make_report(other)
    clock_at("2026-11-05 08:00")
    together = threading.Barrier(5)
    made, errors = [], []

    def pass_once():
        try:
            together.wait(10)
            made.append(plan())
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=pass_once) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert sum(made) == Reminder.objects.count() == 16
    assert OutgoingMail.objects.count() == InboxMessage.objects.count() == 8
    assert list(OutgoingMail.objects.annotate(n=Count("reminders")).values_list("n", flat=True)) == [2] * 8


def test_staff_are_no_recipients(clock_at):
    make_rule(0)
    staff = make_staff()
    unit = staff.memberships.get().unit
    make_report(unit)
    clock_at("2026-11-05 08:00")
    plan()
    assert ledger() == [(0, ReminderState.NOBODY, "")]
