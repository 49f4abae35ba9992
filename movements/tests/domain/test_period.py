from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from danvan import clock
from danvan.history.models import Activity
from danvan.notices.models import Holiday, InboxMessage
from danvan.organization.domain.units import placement
from danvan.organization.models import Membership
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state, workflow_of
from movements import tasks
from movements.domain.period import (
    close_period,
    create_period,
    enlist,
    enlist_all,
    open_due,
    open_period,
    redate,
    reopen_period,
)
from movements.domain.report import extend
from movements.domain.schedule import propose
from movements.enums import PeriodKind, PeriodState, ReportState, Shift, WindowRule
from movements.models import Report, ReportingPeriod
from tests.factories import (
    make_administrator,
    make_clerk,
    make_lead,
    make_leader,
    make_period,
    make_report,
    make_scheme,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2026-11-01 09:00 +0700", tick=False):
        yield


@pytest.mark.parametrize(
    ("kind", "index", "title"),
    [
        (PeriodKind.MONTH, 2, "Báo cáo công tác dân vận tháng 2/2027"),
        (PeriodKind.QUARTER, 4, "Báo cáo công tác dân vận quý IV/2027"),
        (PeriodKind.HALF_YEAR, 1, "Báo cáo công tác dân vận 6 tháng đầu năm 2027"),
        (PeriodKind.HALF_YEAR, 2, "Báo cáo công tác dân vận 6 tháng cuối năm 2027"),
        (PeriodKind.NINE_MONTHS, 1, "Báo cáo công tác dân vận 9 tháng năm 2027"),
        (PeriodKind.YEAR, 1, "Báo cáo công tác dân vận năm 2027"),
    ],
)
def test_a_period_is_called_as_officials_call_it(kind, index, title):
    assert propose(scheme=make_scheme(kind), year=2027, index=index).title == title


def test_the_scheme_proposes_days_and_the_holidays_move_the_due_date():
    Holiday.objects.create(day=date(2027, 1, 15), name="Nghỉ bù")
    scheme = make_scheme(window_rule=WindowRule.DECREE, due_day=15, due_months_after=0, shift_rule=Shift.AFTER)
    period = create_period(scheme=scheme, year=2027, index=1)
    assert (period.data_from, period.data_to) == (date(2026, 12, 15), date(2027, 1, 14))
    assert period.due_on == date(2027, 1, 18)  # the 15th is a holiday, then comes a weekend
    assert period.state == PeriodState.PLANNED


@pytest.mark.parametrize(
    "given",
    [
        {"index": 13},
        {"index": 0},
        {"index": 11, "data_to": date(2026, 10, 1)},
        {"index": 11, "due_on": date(2026, 10, 31)},
        {"index": 11, "data_from": date(2026, 10, 31)},  # overlaps with October
        {"index": 10},  # is there already
    ],
)
def test_a_period_that_makes_no_sense_is_refused(given):
    scheme = make_scheme()
    create_period(scheme=scheme, year=2026, index=10)
    with pytest.raises(ValidationError):
        create_period(scheme=scheme, year=2026, **given)
    assert ReportingPeriod.objects.count() == 1


def test_the_periods_of_a_year_stand_side_by_side():
    scheme = make_scheme()
    for index in range(1, 13):
        create_period(scheme=scheme, year=2027, index=index)
    create_period(scheme=make_scheme(PeriodKind.YEAR), year=2027)
    assert ReportingPeriod.objects.count() == 13


def test_opening_makes_a_report_for_each_unit_that_is_there_on_the_due_date():
    ended = make_unit(valid_to=date(2026, 11, 4))
    last_day = make_unit(valid_to=date(2026, 11, 5))
    first_day = make_unit(valid_from=date(2026, 11, 5))
    to_come = make_unit(valid_from=date(2026, 11, 6))
    placement.place(unit=first_day)
    period = make_period(state=PeriodState.PLANNED)
    staff = make_staff()
    open_period(obj=period, actor=staff)
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    owing = set(Report.objects.values_list("unit", flat=True))
    assert {last_day.pk, first_day.pk} <= owing
    assert owing.isdisjoint({ended.pk, to_come.pk})
    assert set(Report.objects.values_list("due_on", "state")) == {(date(2026, 11, 5), ReportState.EXPECTED)}
    assert Report.objects.get(unit=first_day).unit_path == first_day.placements.get().path


def test_units_that_came_since_are_added_and_nothing_changes():
    unit, staff = make_unit(), make_staff()
    period = open_period(obj=make_period(state=PeriodState.PLANNED), actor=staff)
    Report.objects.filter(unit=unit).update(state=ReportState.EXEMPT, due_on=date(2026, 11, 20))
    with pytest.raises(Refused, match="Chưa có thêm đơn vị nào"):
        enlist(obj=period, actor=staff)
    late = make_unit()
    before = Report.objects.count()
    enlist(obj=period, actor=staff)
    assert Report.objects.count() == before + 1
    assert Report.objects.get(unit=late).due_on == date(2026, 11, 5)
    assert Report.objects.get(unit=unit).state == ReportState.EXEMPT
    assert Report.objects.get(unit=unit).due_on == date(2026, 11, 20)
    with pytest.raises(NotAllowed):
        enlist(obj=period, actor=make_lead(late))


@pytest.mark.parametrize(
    ("today", "state", "added"),
    [
        (date(2026, 11, 5), PeriodState.OPEN, 1),
        (date(2026, 11, 6), PeriodState.OPEN, 0),
        (date(2026, 11, 5), PeriodState.CLOSED, 0),
        (date(2026, 11, 5), PeriodState.PLANNED, 0),
    ],
)
def test_the_morning_adds_units_to_periods_that_run(today, state, added):
    make_unit()
    period = make_period(state=state)
    assert enlist_all(today=today) == added
    assert period.reports.count() == added
    assert enlist_all(today=today) == 0


# --- opening by itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("opens_on", "opened"), [("2026-11-01", 1), ("2026-10-01", 1), ("2026-11-02", 0), (None, 0)])
def test_a_planned_period_opens_on_its_day(opens_on, opened):
    make_unit()
    period = make_period(state=PeriodState.PLANNED, opens_on=opens_on, planned_by=make_staff())
    assert open_due(today=date(2026, 11, 1)) == opened
    assert period.reports.exists() is bool(opened)
    assert open_due(today=date(2026, 11, 1)) == 0


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        ("2026-10-31 16:59 +0000", PeriodState.PLANNED),  # 23:59 of 31/10 in Vietnam
        ("2026-10-31 17:01 +0000", PeriodState.OPEN),  # 00:01 of 01/11
        ("2026-11-01 16:59 +0000", PeriodState.OPEN),
    ],
)
def test_the_day_of_vietnam_opens_a_period(instant, state):
    period = make_period(state=PeriodState.PLANNED, opens_on=date(2026, 11, 1), planned_by=make_staff())
    with time_machine.travel(instant, tick=False):
        tasks.open_due()
    period.refresh_from_db()
    assert period.state == state


def test_who_lost_the_right_opens_nothing_and_administrators_are_told_once():
    make_unit()
    staff, administrator = make_staff(), make_administrator()
    period = make_period(state=PeriodState.PLANNED, opens_on=date(2026, 11, 1), planned_by=staff)
    Membership.objects.filter(user=staff).update(valid_to=date(2026, 10, 31))
    assert [open_due(today=date(2026, 11, 1)) for _ in range(2)] == [0, 0]
    period.refresh_from_db()
    assert (period.state, period.opens_on, period.reports.exists()) == (PeriodState.PLANNED, None, False)
    assert InboxMessage.objects.get().recipient == administrator


# --- moving the due date ----------------------------------------------------------------------------------------------


def test_moving_the_due_date_moves_what_is_owed_and_has_no_day_of_its_own():
    staff, period = make_staff(), make_period()
    plain, extended, own, returned, sent = (make_report(make_unit(), period) for _ in range(5))
    extend(obj=extended, actor=staff, new_due_on=date(2026, 11, 9), reason="bão")
    Report.objects.filter(pk=own.pk).update(due_on=date(2026, 11, 3))
    came = {"first_submitted_at": clock.now(), "came_on": date(2026, 11, 1)}
    Report.objects.filter(pk=returned.pk).update(state=ReportState.RETURNED, **came)
    Report.objects.filter(pk=sent.pk).update(state=ReportState.SUBMITTED, **came)
    period = redate(obj=period, actor=staff, new_due_on=date(2026, 11, 12), reason="Tỉnh ủy gia hạn")
    days = dict(Report.objects.values_list("pk", "due_on"))
    assert period.due_on == days.pop(plain.pk) == date(2026, 11, 12)
    assert days == {
        extended.pk: date(2026, 11, 9),
        own.pk: date(2026, 11, 3),
        returned.pk: date(2026, 11, 5),
        sent.pk: date(2026, 11, 5),
    }
    moved = Activity.objects.filter(action__endswith=".redate").values_list("action", "object_id", "reason")
    assert set(moved) == {
        ("reportingperiod.redate", period.pk, "Tỉnh ủy gia hạn"),
        ("report.redate", plain.pk, "Tỉnh ủy gia hạn"),
    }


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ({"new_due_on": date(2026, 11, 5)}, Refused),
        ({"new_due_on": date(2026, 9, 30)}, Refused),
        ({"new_due_on": date.max}, Refused),
        ({"reason": "  "}, Refused),
        ({"actor": make_leader}, NotAllowed),
    ],
)
def test_a_due_date_that_cannot_be_is_refused(deed, error):
    period = make_period()
    deed = {"new_due_on": date(2026, 11, 12), "reason": "vì", "actor": make_staff} | deed
    with pytest.raises(error):
        redate(obj=period, **deed | {"actor": deed["actor"]()})
    period.refresh_from_db()
    assert period.due_on == date(2026, 11, 5)


def test_two_who_move_the_due_date_at_once_move_it_once():
    period, staff = make_period(), make_staff()
    as_seen_by_the_other = ReportingPeriod.objects.get(pk=period.pk)
    redate(obj=period, actor=staff, new_due_on=date(2026, 11, 12), reason="vì")
    with pytest.raises(ChangedMeanwhile):
        redate(obj=as_seen_by_the_other, actor=staff, new_due_on=date(2026, 11, 20), reason="vì")


def test_two_who_open_at_once_open_once():
    make_unit()
    period, staff = make_period(state=PeriodState.PLANNED), make_staff()
    as_seen_by_the_other = ReportingPeriod.objects.get(pk=period.pk)
    open_period(obj=period, actor=staff)
    made = Report.objects.count()
    with pytest.raises(ChangedMeanwhile):
        open_period(obj=as_seen_by_the_other, actor=staff)
    assert Report.objects.count() == made


@pytest.mark.parametrize("make", [make_lead, make_clerk, make_leader])
def test_only_staff_open_and_a_refused_opening_leaves_nothing(make):
    make_unit()
    period = make_period(state=PeriodState.PLANNED)
    with pytest.raises(NotAllowed):
        open_period(obj=period, actor=make())
    assert not Report.objects.exists()


def test_closing_and_opening_again():
    period, staff = make_period(), make_staff()
    period = close_period(obj=period, actor=staff)
    with pytest.raises(Refused):
        reopen_period(obj=period, actor=staff, reason=" ")
    assert reopen_period(obj=period, actor=staff, reason="còn đơn vị gửi muộn").state == PeriodState.OPEN


@pytest.mark.parametrize("state", PeriodState.values)
@pytest.mark.parametrize("action", ["open", "enlist", "redate", "close", "reopen"])
def test_only_the_edges_of_the_table_pass(state, action):
    make_unit()
    period = make_period(state=state)
    edge = workflow_of(ReportingPeriod).find(action, state)
    deed = {"obj": period, "action": action, "actor": None, "reason": "vì", "on_behalf_of_system": True}
    if edge is None:
        with pytest.raises(ChangedMeanwhile):
            change_state(**deed)
    else:
        change_state(**deed)
    period.refresh_from_db()
    assert period.state == (edge.target if edge else state)
