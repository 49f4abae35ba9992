from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.calendar.working_days import Calendar, is_working_day
from movements.enums import PeriodKind, Shift, WindowRule
from movements.rules import due_date, last_index, window_of

DAYS = st.frozensets(st.dates(date(2020, 1, 1), date(2091, 12, 31)), max_size=20)


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


@given(
    st.dates(date(2020, 1, 1), date(2090, 12, 31)),
    st.integers(1, 31),
    st.integers(-1, 3),
    st.sampled_from([Shift.BEFORE, Shift.AFTER]),
    st.builds(Calendar, off=DAYS, worked=DAYS),
)
def test_a_shifted_due_date_is_a_working_day(last_day, due_day, months_after, shift, calendar):
    due = due_date(last_day=last_day, due_day=due_day, months_after=months_after, shift_rule=shift, calendar=calendar)
    assert is_working_day(due, calendar)


@given(
    st.sampled_from([k for k in PeriodKind if k not in (PeriodKind.NINE_MONTHS, PeriodKind.ONE_OFF)]),
    st.integers(2000, 2100),
)
def test_the_windows_of_a_year_follow_each_other(kind, year):
    for rule in WindowRule:
        windows = [
            window_of(kind=kind, window_rule=rule, year=year, index=index) for index in range(1, last_index(kind) + 1)
        ]
        for one, next_one in zip(windows, windows[1:], strict=False):
            assert next_one.first == one.last + timedelta(days=1)
