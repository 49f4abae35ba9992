from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from danvan.calendar.working_days import Calendar, is_working_day
from movements.enums import PeriodKind, Shift, WindowRule
from movements.rules import day_in_month, due_before, due_date, last_index, window_of

ANY_DAY = st.one_of(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.dates(date(2026, 1, 1), date(2026, 3, 31)))
# Days off and days worked instead, crowded, so that they meet the days in question.
DAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=30)


@pytest.mark.parametrize(
    ("kind", "index", "calendar", "decree"),
    [
        (PeriodKind.MONTH, 1, ("2027-01-01", "2027-01-31"), ("2026-12-15", "2027-01-14")),
        (PeriodKind.QUARTER, 4, ("2027-10-01", "2027-12-31"), ("2027-09-15", "2027-12-14")),
        (PeriodKind.HALF_YEAR, 1, ("2027-01-01", "2027-06-30"), ("2026-12-15", "2027-06-14")),
        (PeriodKind.YEAR, 1, ("2027-01-01", "2027-12-31"), ("2026-12-15", "2027-12-14")),
    ],
)
def test_the_two_windows(kind, index, calendar, decree):
    for rule, (first, last) in {WindowRule.CALENDAR: calendar, WindowRule.DECREE: decree}.items():
        window = window_of(kind=kind, window_rule=rule, year=2027, index=index)
        assert (window.first, window.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("kind", "index", "first_day", "first", "last"),
    [
        (PeriodKind.MONTH, 1, 26, "2026-12-26", "2027-01-25"),
        (PeriodKind.MONTH, 3, 28, "2027-02-28", "2027-03-27"),
        (PeriodKind.QUARTER, 2, 2, "2027-03-02", "2027-06-01"),
        (PeriodKind.NINE_MONTHS, 1, 15, "2026-12-15", "2027-09-14"),
    ],
)
def test_a_window_of_its_own(kind, index, first_day, first, last):
    window = window_of(kind=kind, window_rule=WindowRule.OWN, year=2027, index=index, first_day=first_day)
    assert (window.first, window.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("last_day", "due_day", "months_after", "shift", "expected"),
    [
        ("2026-10-31", 5, 1, Shift.NONE, "2026-11-05"),
        ("2026-12-31", 5, 1, Shift.NONE, "2027-01-05"),
        ("2026-11-14", 15, 0, Shift.NONE, "2026-11-15"),  # a Sunday
        ("2026-11-14", 15, 0, Shift.BEFORE, "2026-11-13"),
        ("2026-11-14", 15, 0, Shift.AFTER, "2026-11-16"),
        ("2027-01-31", 31, 1, Shift.NONE, "2027-02-28"),
        ("2028-01-31", 31, 1, Shift.NONE, "2028-02-29"),
        ("2027-01-31", 20, -1, Shift.NONE, "2026-12-20"),
        ("2026-01-31", 17, 1, Shift.AFTER, "2026-02-23"),  # Tết, 16–20/02 and a weekend
        ("2026-01-31", 17, 1, Shift.BEFORE, "2026-02-13"),
    ],
)
def test_due_dates(last_day, due_day, months_after, shift, expected):
    tet = {date(2026, 2, 16) + timedelta(days=n) for n in range(5)}
    due = due_date(
        last_day=date.fromisoformat(last_day),
        due_day=due_day,
        months_after=months_after,
        shift_rule=shift,
        calendar=Calendar(off=frozenset(tet)),
    )
    assert due == date.fromisoformat(expected)


RULES = st.one_of(
    st.sampled_from([(WindowRule.CALENDAR, None), (WindowRule.DECREE, None)]),
    st.integers(2, 28).map(lambda day: (WindowRule.OWN, day)),
)


@given(st.sampled_from([kind for kind in PeriodKind if kind != PeriodKind.ONE_OFF]), RULES, st.integers(2000, 2100))
def test_windows_follow_each_other_without_gap_over_the_years(kind, rule, year):
    """Every day lies in one period; the periods of a year are as long as the year, be it a leap year."""
    window_rule, first_day = rule
    assume((kind, window_rule) != (PeriodKind.NINE_MONTHS, WindowRule.DECREE))

    def window(year, index):
        return window_of(kind=kind, window_rule=window_rule, year=year, index=index, first_day=first_day)

    windows = [window(year, index) for index in range(1, last_index(kind) + 1)]
    assert all(each.first <= each.last for each in windows)
    if kind != PeriodKind.NINE_MONTHS:
        windows.append(window(year + 1, 1))
        assert sum(each.days for each in windows[:-1]) in (365, 366)
    for one, next_one in pairwise(windows):
        assert next_one.first == one.last + timedelta(days=1)


@given(
    ANY_DAY,
    st.integers(1, 31),
    st.integers(-1, 3),
    st.sampled_from(Shift),
    st.builds(Calendar, off=DAYS, worked=DAYS),
)
def test_a_due_date_is_the_day_asked_for_or_the_nearest_working_day(last_day, due_day, months_after, shift, calendar):
    asked = day_in_month(last_day=last_day, due_day=due_day, months_after=months_after)
    due = due_date(last_day=last_day, due_day=due_day, months_after=months_after, shift_rule=shift, calendar=calendar)
    assert (asked + timedelta(days=1)).day == 1 or asked.day == due_day
    if shift == Shift.NONE or is_working_day(asked, calendar):
        assert due == asked
        return
    assert is_working_day(due, calendar)
    assert (due < asked) is (shift == Shift.BEFORE)
    between = range(1, abs((due - asked).days))
    assert not any(is_working_day(min(due, asked) + timedelta(days=n), calendar) for n in between)


@given(ANY_DAY, st.integers(1, 60), st.builds(Calendar, off=DAYS, worked=DAYS))
def test_so_many_working_days_lie_before_the_report_of_the_ban(due_on, count, calendar):
    due = due_before(due_on=due_on, working_days=count, calendar=calendar)
    days = [due + timedelta(days=n) for n in range((due_on - due).days)]
    assert sum(is_working_day(day, calendar) for day in days) == count
    assert is_working_day(due, calendar)
