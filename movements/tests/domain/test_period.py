from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from danvan.notices.models import Holiday
from danvan.organization.enums import Owing
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state, workflow_of
from movements.domain.period import close_period, create_period, open_period, propose, reopen_period, units_owing
from movements.enums import PeriodKind, PeriodState, ReportState, Shift, WindowRule
from movements.models import Report, ReportingPeriod
from tests.factories import (
    make_clerk,
    make_kind,
    make_lead,
    make_leader,
    make_period,
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


def test_opening_makes_a_report_for_each_unit_in_force_that_day():
    ended = make_unit(valid_to=date(2026, 10, 31))
    last_day = make_unit(valid_to=date(2026, 11, 1))
    first_day = make_unit(valid_from=date(2026, 11, 1))
    to_come = make_unit(valid_from=date(2026, 11, 2))
    period = make_period(state=PeriodState.PLANNED)
    staff = make_staff()
    open_period(obj=period, actor=staff)
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    owing = set(Report.objects.values_list("unit", flat=True))
    assert {last_day.pk, first_day.pk} <= owing
    assert owing.isdisjoint({ended.pk, to_come.pk})
    assert set(Report.objects.values_list("due_on", "state")) == {(date(2026, 11, 5), ReportState.EXPECTED)}


@pytest.mark.parametrize(
    ("owed_by", "owing"), [(Owing.KINDS, "one two"), (Owing.CHOSEN, "two three"), (Owing.ALL, "one two three")]
)
def test_who_owes(owed_by, owing):
    kind, other = make_kind(), make_kind()
    units = {"one": make_unit(kind=kind), "two": make_unit(kind=kind), "three": make_unit(kind=other)}
    scheme = make_scheme(owed_by=owed_by)
    scheme.unit_kinds.add(kind)
    scheme.units.add(units["two"], units["three"])
    found = units_owing(scheme=scheme, day=date(2026, 11, 1))
    assert set(found) == {units[name] for name in owing.split()}


def test_opening_again_adds_who_came_since_and_changes_nothing():
    unit, staff = make_unit(), make_staff()
    period = make_period(state=PeriodState.PLANNED)
    open_period(obj=period, actor=staff)
    Report.objects.filter(unit=unit).update(state=ReportState.EXEMPT, due_on=date(2026, 11, 20))
    late = make_unit()
    period.refresh_from_db()
    before = Report.objects.count()
    open_period(obj=period, actor=staff)
    assert Report.objects.count() == before + 1
    assert Report.objects.get(unit=late).due_on == date(2026, 11, 5)
    assert Report.objects.get(unit=unit).state == ReportState.EXEMPT
    assert Report.objects.get(unit=unit).due_on == date(2026, 11, 20)


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
@pytest.mark.parametrize("action", ["open", "close", "reopen"])
def test_only_the_edges_of_the_table_pass(state, action):
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
