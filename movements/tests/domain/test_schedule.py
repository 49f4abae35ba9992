"""What a scheme says of its periods: days of a movement's or a unit's own; reports that feed into the Ban's."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from danvan.notices.models import Holiday
from danvan.organization.enums import Owing
from movements.domain.period import create_period, open_period, redate
from movements.domain.schedule import propose
from movements.enums import PeriodKind, PeriodState, Shift, WindowRule
from movements.models import ReportingScheme, ScheduleOverride
from tests.factories import make_campaign, make_scheme, make_staff, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2026-11-01 09:00 +0700", tick=False):
        yield


def scheme_of_the_ban(**fields):
    return make_scheme(**{"owed_by": Owing.BAN, "due_day": 28, "due_months_after": 0, "shift_rule": "before", **fields})


# --- what is proposed -------------------------------------------------------------------------------------------------


def test_a_movement_has_days_of_its_own_where_it_says_so():
    scheme, campaign = make_scheme(), make_campaign()
    ScheduleOverride.objects.create(
        scheme=scheme, campaign=campaign, window_rule="own", window_first_day=26, due_day=27
    )
    usual, own = (propose(scheme=scheme, year=2027, index=1, campaign=c) for c in (None, campaign))
    assert usual[1:4] == (date(2027, 1, 1), date(2027, 1, 31), date(2027, 2, 5))
    assert own[1:4] == (date(2026, 12, 26), date(2027, 1, 25), date(2027, 2, 27))
    assert propose(scheme=scheme, year=2027, index=1, campaign=make_campaign()) == usual


def test_units_send_some_working_days_before_the_ban():
    """The Ban's quarter is due on 28/03/2027, a Sunday: on Friday 26/03. Two working days before it is the 24th."""
    ours = scheme_of_the_ban(kind=PeriodKind.QUARTER)
    scheme = make_scheme(kind=PeriodKind.QUARTER, serves=ours, working_days_before=2, due_day=None)
    assert propose(scheme=scheme, year=2027, index=1).due_on == date(2027, 3, 24)
    Holiday.objects.create(day=date(2027, 3, 25), name="Nghỉ bù")
    assert propose(scheme=scheme, year=2027, index=1).due_on == date(2027, 3, 23)
    create_period(scheme=ours, year=2027, index=1, due_on=date(2027, 3, 20))  # typed by hand, on a Saturday
    assert propose(scheme=scheme, year=2027, index=1).due_on == date(2027, 3, 18)


def test_tet_lies_between_the_units_and_the_ban():
    for day in range(4, 11):
        Holiday.objects.create(day=date(2027, 2, day), name="Tết Nguyên đán")
    Holiday.objects.create(day=date(2027, 2, 13), name="Làm bù", is_worked=True)
    ours = scheme_of_the_ban(due_day=15)
    scheme = make_scheme(serves=ours, working_days_before=4, due_day=None)
    # Monday 15/02: Saturday 13/02 is worked, Friday and Thursday follow Tết, then comes Wednesday 03/02.
    assert propose(scheme=scheme, year=2027, index=2).due_on == date(2027, 2, 3)


# --- days of a unit's own ---------------------------------------------------------------------------------------------


def test_each_unit_gets_the_days_of_its_own():
    scheme, plain, window, due, later = make_scheme(shift_rule=Shift.AFTER), *(make_unit() for _ in range(4))
    ScheduleOverride.objects.create(scheme=scheme, unit=window, window_rule=WindowRule.DECREE)
    ScheduleOverride.objects.create(scheme=scheme, unit=due, due_day=7)
    ScheduleOverride.objects.create(scheme=scheme, unit=later, due_months_after=2)
    period = create_period(scheme=scheme, year=2026, index=11)
    period = open_period(obj=period, actor=make_staff())
    days = {row.unit: (row.due_on, row.data_from, row.data_to) for row in period.reports.select_related("unit")}
    assert days[plain] == (date(2026, 12, 7), None, None)  # the 5th is a Saturday
    assert days[window] == (date(2026, 12, 7), date(2026, 10, 15), date(2026, 11, 14))
    assert days[due] == (date(2026, 12, 7), None, None)
    assert days[later] == (date(2027, 1, 5), None, None)
    redate(obj=period, actor=make_staff(), new_due_on=date(2026, 12, 10), reason="vì")
    assert period.reports.get(unit=later).due_on == date(2027, 1, 5)
    assert period.reports.get(unit=plain).due_on == date(2026, 12, 10)


def test_what_a_unit_does_not_say_is_as_typed_in_the_period():
    scheme, unit = make_scheme(), make_unit()
    ScheduleOverride.objects.create(scheme=scheme, unit=unit, due_day=20)
    given = {"data_to": date(2026, 12, 31), "data_from": date(2026, 12, 1), "due_on": date(2027, 1, 4)}
    period = open_period(obj=create_period(scheme=scheme, year=2026, index=12, **given), actor=make_staff())
    assert period.reports.get(unit=unit).due_on == date(2027, 1, 20)


# --- asked for once ---------------------------------------------------------------------------------------------------


def test_what_is_asked_for_once_has_the_days_that_were_typed():
    scheme = make_scheme(PeriodKind.ONE_OFF, window_rule="", due_day=None)
    with pytest.raises(ValidationError):
        propose(scheme=scheme, year=2026, index=1)
    days = {"data_from": date(2026, 10, 1), "data_to": date(2026, 10, 31), "due_on": date(2026, 11, 10)}
    first = create_period(scheme=scheme, year=2026, index=1, title="Báo cáo thiệt hại do bão", **days)
    second = create_period(scheme=scheme, year=2026, index=2, title="Báo cáo hỗ trợ sau bão", **days)
    unit = make_unit()
    open_period(obj=second, actor=make_staff())
    assert second.reports.get(unit=unit).due_on == date(2026, 11, 10)
    assert first.state == PeriodState.PLANNED


# --- what a scheme may say --------------------------------------------------------------------------------------------


def other_scheme(**fields):
    return lambda: make_scheme(**fields)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, None),
        ({"due_day": None}, "due_day"),
        ({"window_rule": ""}, "window_rule"),
        ({"window_rule": "own"}, "window_first_day"),
        ({"window_rule": "own", "window_first_day": 1}, "window_first_day"),
        ({"window_rule": "own", "window_first_day": 29}, "window_first_day"),
        ({"window_rule": "own", "window_first_day": 26}, None),
        ({"due_day": 0}, "due_day"),
        ({"due_day": 32}, "due_day"),
        ({"due_months_after": 99_999}, "due_months_after"),
        ({"kind": "nine_months", "window_rule": "decree"}, "window_rule"),
        ({"kind": "nine_months"}, None),
        ({"due_months_after": -1}, "due_day"),
        ({"kind": "quarter", "due_months_after": -1}, None),
        ({"kind": "one_off", "window_rule": "", "due_day": None}, None),
        ({"serves": scheme_of_the_ban, "working_days_before": 3, "due_day": None}, None),
        ({"serves": scheme_of_the_ban, "working_days_before": None, "due_day": None}, "working_days_before"),
        ({"serves": scheme_of_the_ban, "working_days_before": 61, "due_day": None}, "working_days_before"),
        ({"serves": scheme_of_the_ban, "working_days_before": 3}, "due_day"),
        ({"serves": other_scheme(), "working_days_before": 3, "due_day": None}, "serves"),
        ({"serves": scheme_of_the_ban, "kind": "quarter", "working_days_before": 3, "due_day": None}, "serves"),
        ({"serves": scheme_of_the_ban, "owed_by": "ban", "working_days_before": 3, "due_day": None}, "serves"),
    ],
)
def test_a_scheme_says_enough_and_nothing_that_cannot_be(fields, fault):
    values = {name: value() if callable(value) else value for name, value in fields.items()}
    scheme = ReportingScheme(
        **{"code": "X", "name": "X", "kind": "month", "window_rule": "calendar", "due_day": 5, "owed_by": "all"}
        | values
    )
    if fault is None:
        scheme.full_clean()
        return
    with pytest.raises(ValidationError) as error:
        scheme.full_clean()
    assert set(error.value.message_dict) == {fault}


def test_a_scheme_does_not_feed_into_itself():
    scheme = scheme_of_the_ban()
    scheme.serves, scheme.working_days_before, scheme.due_day = scheme, 2, None
    with pytest.raises(ValidationError) as error:
        scheme.full_clean()
    assert set(error.value.message_dict) == {"serves"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"due_day": 20}, None),
        ({"window_rule": "own"}, "window_first_day"),
        ({"window_rule": "calendar", "due_day": 20, "due_months_after": -1}, "due_day"),
    ],
)
def test_days_of_ones_own_say_what_is_another_day(fields, fault):
    override = ScheduleOverride(scheme=make_scheme(), unit=make_unit(), **fields)
    if fault is None:
        override.full_clean()
        return
    with pytest.raises(ValidationError) as error:
        override.full_clean()
    assert set(error.value.message_dict) == {fault}
