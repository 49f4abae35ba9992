"""A year of periods: shown, made as it was shown or not at all."""

from datetime import date

import pytest
import time_machine

from danvan.history.models import Activity
from danvan.notices.domain.holidays import fill_holidays
from danvan.notices.models import Holiday
from danvan.workflow import NotAllowed, Refused
from movements.domain.period import create_period
from movements.domain.year import create_year, plan_year
from movements.enums import PeriodKind, PeriodState, Shift, WindowRule
from movements.models import ReportingPeriod
from tests.factories import make_campaign, make_clerk, make_lead, make_leader, make_scheme, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2026-11-20 09:00 +0700", tick=False):
        yield


def asked(*schemes, year=2027):
    return {"schemes": schemes, "year": year}


def test_a_year_is_made_as_it_was_shown():
    fill_holidays(year=2027, actor=None)
    month = make_scheme(due_day=6, due_months_after=0, shift_rule=Shift.AFTER)
    year, staff = make_scheme(PeriodKind.YEAR, due_day=10), make_staff()
    plan = plan_year(**asked(month, year))
    assert [line.is_new for line in plan.lines] == [True] * 13
    assert (plan.lines[1].proposal.due_on, plan.lines[1].shifted) == (
        date(2027, 2, 11),
        "thay cho ngày 06/02/2027 (Thứ Bảy)",
    )
    made = create_year(actor=staff, seen=plan.mark, **asked(month, year))
    assert [(p.data_from, p.data_to, p.due_on) for p in made] == [line.proposal[1:4] for line in plan.lines]
    assert {(p.state, p.planned_by, p.opens_on == p.data_from) for p in made} == {(PeriodState.PLANNED, staff, True)}
    assert Activity.objects.filter(action="add", actor=staff).count() == 13
    again = plan_year(**asked(month, year))
    assert again.new == []
    with pytest.raises(Refused, match="đã có đủ"):
        create_year(actor=staff, seen=again.mark, **asked(month, year))


def test_a_holiday_is_named_that_moves_a_due_date():
    Holiday.objects.create(day=date(2027, 9, 2), name="Quốc khánh")
    scheme = make_scheme(due_day=2, shift_rule=Shift.BEFORE)
    line = plan_year(**asked(scheme)).lines[7]
    assert (line.proposal.due_on, line.shifted) == (date(2027, 9, 1), "thay cho ngày 02/09/2027 (Quốc khánh)")


def test_reports_that_feed_into_one_of_the_ban_are_due_as_shown_where_a_movement_has_its_own_days():
    campaign = make_campaign()
    ban = make_scheme(PeriodKind.YEAR, due_day=20)
    ban.overrides.create(campaign=campaign, due_day=10, due_months_after=0)
    units = make_scheme(PeriodKind.YEAR, due_day=None, serves=ban, working_days_before=5)
    days = [date(2027, 12, 10), date(2027, 12, 3)]
    plan = plan_year(campaign=campaign, **asked(ban, units))
    assert [line.proposal.due_on for line in plan.lines] == days
    made = create_year(actor=make_staff(), seen=plan.mark, campaign=campaign, **asked(ban, units))
    assert [period.due_on for period in made] == days


def a_new_holiday(scheme):
    Holiday.objects.create(day=date(2027, 1, 5), name="Nghỉ bù")


def another_due_day(scheme):
    scheme.due_day = 6
    scheme.save()


def a_period_of_somebody_else(scheme):
    create_period(scheme=scheme, year=2027, index=12)


@pytest.mark.parametrize("meanwhile", [a_new_holiday, another_due_day, a_period_of_somebody_else])
def test_what_changed_meanwhile_is_shown_first(meanwhile):
    scheme, staff = make_scheme(due_months_after=0, shift_rule=Shift.AFTER), make_staff()
    seen = plan_year(**asked(scheme)).mark
    meanwhile(scheme)
    before = ReportingPeriod.objects.count()
    with pytest.raises(Refused, match="thay đổi"):
        create_year(actor=staff, seen=seen, **asked(scheme))
    assert ReportingPeriod.objects.count() == before
    create_year(actor=staff, seen=plan_year(**asked(scheme)).mark, **asked(scheme))
    assert ReportingPeriod.objects.count() == 12


def test_what_overlaps_is_shown_and_not_made():
    """Calendar months until 2026, the decree's from 2027 on: January would begin on 15 December."""
    scheme, staff = make_scheme(), make_staff()
    create_period(scheme=scheme, year=2026, index=12)
    scheme.window_rule, scheme.due_day = WindowRule.DECREE, 20
    scheme.save()
    plan = plan_year(**asked(scheme))
    assert [line.index for line in plan.lines if not line.is_new] == [1]
    assert "tháng 12/2026" in plan.lines[0].problem
    assert len(create_year(actor=staff, seen=plan.mark, **asked(scheme))) == 11


def test_what_is_over_opens_by_hand_and_what_runs_opens_today():
    plan = plan_year(**asked(make_scheme(), year=2026))
    opens = [line.opens_on for line in plan.lines]
    assert opens == [None] * 10 + [date(2026, 11, 20), date(2026, 12, 1)]


@pytest.mark.parametrize("make", [make_lead, make_clerk, make_leader])
def test_only_who_may_add_periods_makes_a_year(make):
    scheme = make_scheme()
    with pytest.raises(NotAllowed):
        create_year(actor=make(), seen=plan_year(**asked(scheme)).mark, **asked(scheme))
    assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize("year", [2000, 2100])
@pytest.mark.parametrize("rule", [WindowRule.CALENDAR, WindowRule.DECREE])
def test_the_first_and_the_last_year_can_be_planned(year, rule):
    scheme = make_scheme(window_rule=rule, due_months_after=3, due_day=31, shift_rule=Shift.AFTER)
    assert {line.problem for line in plan_year(**asked(scheme, year=year)).lines} == {""}
