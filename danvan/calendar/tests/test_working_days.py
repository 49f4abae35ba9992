from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.calendar.working_days import Calendar, ShiftRule, add_working_days, days_between, is_working_day, shift

# The new year days of 2026: Saturday 14/02 to Sunday 22/02.
TET = Calendar(
    off=frozenset(date(2026, 2, 14) + timedelta(days=offset) for offset in range(9)),
    worked=frozenset({date(2026, 2, 28)}),
)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
SOME = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=20)
CALENDARS = st.builds(Calendar, off=SOME, worked=SOME)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 13), True),  # Friday
        (date(2026, 2, 14), False),  # Saturday
        (date(2026, 2, 15), False),  # Sunday
        (date(2026, 2, 16), False),  # Monday of Tết
        (date(2026, 2, 23), True),
        (date(2026, 2, 28), True),  # a Saturday worked instead of the Monday of Tết
        (date(2026, 3, 1), False),  # the Sunday after it
    ],
)
def test_is_working_day(day, working):
    assert is_working_day(day, TET) is working


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (date(2026, 2, 12), 1, date(2026, 2, 13)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 18), 1, date(2026, 2, 23)),
        (date(2026, 2, 18), -1, date(2026, 2, 13)),
        (date(2026, 2, 23), -1, date(2026, 2, 13)),
        (date(2026, 2, 15), 0, date(2026, 2, 15)),
    ],
)
def test_add_working_days(day, count, result):
    assert add_working_days(day, count, TET) == result


@pytest.mark.parametrize(
    ("day", "rule", "result"),
    [
        (date(2026, 2, 14), ShiftRule.NONE, date(2026, 2, 14)),
        (date(2026, 2, 14), ShiftRule.BEFORE, date(2026, 2, 13)),
        (date(2026, 2, 14), ShiftRule.AFTER, date(2026, 2, 23)),
        (date(2026, 2, 13), ShiftRule.BEFORE, date(2026, 2, 13)),
        (date(2026, 2, 23), ShiftRule.AFTER, date(2026, 2, 23)),
        (date(2026, 2, 14), "after", date(2026, 2, 23)),
    ],
)
def test_shift(day, rule, result):
    assert shift(day, rule, TET) == result


@given(DAYS, st.integers(-60, 60), CALENDARS)
def test_as_many_working_days_lie_between_as_were_added(day, count, calendar):
    result = add_working_days(day, count, calendar)
    passed = [day + timedelta(days=offset) for offset in range(1, (result - day).days + 1)]
    passed += [day - timedelta(days=offset) for offset in range(1, (day - result).days + 1)]
    assert sum(is_working_day(each, calendar) for each in passed) == abs(count)


@given(DAYS, st.sampled_from([ShiftRule.BEFORE, ShiftRule.AFTER]), CALENDARS)
def test_a_shifted_day_is_the_nearest_working_day(day, rule, calendar):
    result = shift(day, rule, calendar)
    assert is_working_day(result, calendar)
    assert shift(result, rule, calendar) == result
    assert result <= day if rule == ShiftRule.BEFORE else result >= day


@pytest.mark.parametrize(("today", "left"), [(date(2026, 6, 13), 1), (date(2026, 6, 14), 0), (date(2026, 6, 15), -1)])
def test_days_between(today, left):
    assert days_between(today, date(2026, 6, 14)) == left
