from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan import clock
from danvan.calendar.working_days import PLAIN, Calendar, is_weekend, is_working_day
from danvan.notices.rules import comes_at, due_dates_reached, is_current, stale_at, telling_from, useful_until

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = date(2026, 11, 5)  # a Thursday
SUNDAY = date(2026, 11, 8)
TET = Calendar(off=frozenset(date(2027, 2, day) for day in range(4, 11)))


@dataclass(frozen=True)
class Rule:
    offset_days: int
    hour: int = 8
    audience: str = "unit_leads"
    working_days_only: bool = False


MONTHLY = [Rule(-3), Rule(0), Rule(1)]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def current(rules, now, **also):
    return [rule.offset_days for rule in rules if is_current(rule, rules, DUE, now, PLAIN, **also)]


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        ("2026-11-02 07:59:59", []),
        ("2026-11-02 08:00:00", [-3]),
        ("2026-11-04 23:59:59", [-3]),
        ("2026-11-05 00:01:00", [-3]),
        ("2026-11-05 08:00:00", [0]),
        ("2026-11-05 23:59:59", [0]),
        ("2026-11-06 00:01:00", []),  # the day is over, "today is the last day" would be false
        ("2026-11-06 08:00:00", [1]),
        ("2026-11-16 12:00:00", [1]),  # ten days of outage
        ("2026-12-07 07:59:59", [1]),
        ("2026-12-07 08:00:00", []),  # stale
    ],
)
def test_the_newest_step_that_is_still_true(now, steps):
    assert current(MONTHLY, at(now)) == steps


def test_the_day_is_that_of_vietnam_whatever_the_servers_zone():
    assert current(MONTHLY, datetime(2026, 11, 5, 1, 0, tzinfo=UTC)) == [0]
    assert current(MONTHLY, datetime(2026, 11, 5, 0, 59, tzinfo=UTC)) == [-3]


def test_steps_for_others_do_not_overtake():
    for_lead, for_leader = Rule(1), Rule(3, audience="ban_leaders")
    assert current([for_lead, for_leader], at("2026-11-09 09:00")) == [1, 3]


@pytest.mark.parametrize(("since", "steps"), [(date(2026, 11, 1), [-3]), (date(2026, 11, 2), []), (None, [-3])])
def test_a_step_that_came_before_the_duty_is_not_taken(since, steps):
    assert current(MONTHLY, at("2026-11-03 09:00"), since=since) == steps


@pytest.mark.parametrize(
    ("offset", "until"),
    [(-3, "2026-11-05 08:00"), (0, "2026-11-06 00:00"), (1, "2026-12-07 08:00")],
)
def test_a_step_is_useful_until_the_next_or_until_its_day_is_over(offset, until):
    assert useful_until(Rule(offset), MONTHLY, DUE, PLAIN) == at(until)


@pytest.mark.parametrize(
    ("offset", "due_on", "comes"),
    [
        (-3, date(2026, 11, 5), "2026-11-02 08:00"),
        (-3, SUNDAY, "2026-11-05 08:00"),
        (-1, SUNDAY, "2026-11-06 08:00"),  # Saturday → Friday
        (0, SUNDAY, "2026-11-06 08:00"),
        (1, SUNDAY, "2026-11-09 08:00"),
        (1, date(2026, 11, 6), "2026-11-09 08:00"),  # Saturday → Monday
        (3, date(2026, 11, 4), "2026-11-09 08:00"),
        (0, date(2027, 2, 7), "2027-02-03 08:00"),  # Tết
        (1, date(2027, 2, 7), "2027-02-11 08:00"),
    ],
)
def test_on_working_days_only_a_step_up_to_the_due_date_comes_earlier_and_a_later_one_later(offset, due_on, comes):
    assert comes_at(Rule(offset, working_days_only=True), due_on, TET) == at(comes)


@pytest.mark.parametrize(
    ("now", "working", "any_day"),
    [
        ("2026-11-05 06:59", "2026-11-05 07:00", "2026-11-05 07:00"),
        ("2026-11-05 07:00", "2026-11-05 07:00", "2026-11-05 07:00"),
        ("2026-11-05 17:59", "2026-11-05 17:59", "2026-11-05 17:59"),
        ("2026-11-05 18:00", "2026-11-06 07:00", "2026-11-06 07:00"),
        ("2026-11-06 23:59", "2026-11-09 07:00", "2026-11-07 07:00"),
        ("2026-11-07 10:00", "2026-11-09 07:00", "2026-11-07 10:00"),
        ("2027-02-03 20:00", "2027-02-11 07:00", "2027-02-04 07:00"),
    ],
)
def test_people_are_told_in_working_hours(now, working, any_day):
    assert telling_from(at(now), (7, 18), TET, True) == at(working)
    assert telling_from(at(now), (7, 18), TET, False) == at(any_day)


rules = st.builds(Rule, st.integers(-30, 30), st.integers(0, 23), working_days_only=st.booleans())
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM))


@st.composite
def calendars(draw, around):
    """Days off and weekend days worked in the weeks around a day, Tết of a fortnight among them."""
    near = st.integers(-60, 60).map(lambda days: around + timedelta(days=days))
    off = draw(st.sets(near, max_size=12))
    start = draw(near)
    off |= {start + timedelta(days=days) for days in range(draw(st.integers(0, 14)))}
    worked = {day for day in draw(st.sets(near, max_size=6)) if is_weekend(day)}
    return Calendar(frozenset(off), frozenset(worked))


@given(st.lists(rules, min_size=1, max_size=6, unique_by=lambda r: r.offset_days), instants, st.data())
def test_at_most_one_step_is_current_and_it_has_come(steps, now, data):
    due_on = now.date() + timedelta(days=data.draw(st.integers(-50, 50)))
    calendar = data.draw(calendars(due_on))
    found = [rule for rule in steps if is_current(rule, steps, due_on, now, calendar)]
    assert len(found) <= 1
    for rule in found:
        assert comes_at(rule, due_on, calendar) <= now < useful_until(rule, steps, due_on, calendar)


@given(rules, instants, st.data())
def test_the_range_of_due_dates_is_that_of_the_steps_that_came(rule, now, data):
    calendar = data.draw(calendars(now.date()))
    due_on = now.date() + timedelta(days=data.draw(st.integers(-80, 80)))
    first, last = due_dates_reached(rule, now, calendar)
    assert (first <= due_on <= last) == (comes_at(rule, due_on, calendar) <= now < stale_at(rule, due_on))


@given(rules, instants, st.data())
def test_a_later_due_date_is_never_reminded_of_earlier_and_always_on_a_working_day(rule, now, data):
    calendar = data.draw(calendars(now.date()))
    comes = comes_at(rule, now.date(), calendar)
    assert comes <= comes_at(rule, now.date() + timedelta(days=1), calendar)
    assert is_working_day(clock.local_date(comes), calendar) or not rule.working_days_only
    assert (comes < clock.start_of_day(now.date() + timedelta(days=1))) == (rule.offset_days <= 0)
