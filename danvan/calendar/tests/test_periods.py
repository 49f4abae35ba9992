from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.calendar.periods import PeriodKind, Window, calendar_window, decree_window, periods_in_year

DECREE_KINDS = [kind for kind in PeriodKind if kind != PeriodKind.NINE_MONTHS]


@pytest.mark.parametrize(
    ("kind", "count"), [("month", 12), ("quarter", 4), ("half_year", 2), ("nine_months", 1), ("year", 1)]
)
def test_periods_in_year(kind, count):
    assert periods_in_year(PeriodKind(kind)) == count


@pytest.mark.parametrize(
    ("kind", "year", "index", "first", "last"),
    [
        (PeriodKind.MONTH, 2024, 2, date(2024, 2, 1), date(2024, 2, 29)),
        (PeriodKind.MONTH, 2026, 2, date(2026, 2, 1), date(2026, 2, 28)),
        (PeriodKind.MONTH, 2026, 12, date(2026, 12, 1), date(2026, 12, 31)),
        (PeriodKind.QUARTER, 2026, 3, date(2026, 7, 1), date(2026, 9, 30)),
        (PeriodKind.HALF_YEAR, 2015, 1, date(2015, 1, 1), date(2015, 6, 30)),
        (PeriodKind.HALF_YEAR, 2015, 2, date(2015, 7, 1), date(2015, 12, 31)),
        (PeriodKind.NINE_MONTHS, 2016, 1, date(2016, 1, 1), date(2016, 9, 30)),
        (PeriodKind.YEAR, 2015, 1, date(2015, 1, 1), date(2015, 12, 31)),
    ],
)
def test_calendar_window(kind, year, index, first, last):
    assert calendar_window(kind, year, index) == Window(first, last)


@pytest.mark.parametrize(
    ("kind", "year", "index", "first", "last"),
    [
        (PeriodKind.MONTH, 2026, 1, date(2025, 12, 15), date(2026, 1, 14)),
        (PeriodKind.MONTH, 2024, 3, date(2024, 2, 15), date(2024, 3, 14)),
        (PeriodKind.QUARTER, 2026, 1, date(2025, 12, 15), date(2026, 3, 14)),
        (PeriodKind.QUARTER, 2026, 4, date(2026, 9, 15), date(2026, 12, 14)),
        (PeriodKind.HALF_YEAR, 2026, 1, date(2025, 12, 15), date(2026, 6, 14)),
        (PeriodKind.HALF_YEAR, 2026, 2, date(2026, 6, 15), date(2026, 12, 14)),
        (PeriodKind.YEAR, 2026, 1, date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_decree_window(kind, year, index, first, last):
    assert decree_window(kind, year, index) == Window(first, last)


@pytest.mark.parametrize("window", [calendar_window, decree_window])
@pytest.mark.parametrize(
    ("kind", "index"), [("month", 0), ("month", 13), ("quarter", 5), ("half_year", 3), ("year", 2)]
)
def test_no_such_period(window, kind, index):
    with pytest.raises(ValueError, match="has no"):
        window(PeriodKind(kind), 2026, index)


def test_the_decree_knows_no_nine_months():
    with pytest.raises(ValueError, match="nine months"):
        decree_window(PeriodKind.NINE_MONTHS, 2026, 1)


@pytest.mark.parametrize("window", [calendar_window, decree_window])
@given(st.sampled_from(DECREE_KINDS), st.integers(1900, 2100))
def test_windows_follow_each_other_over_the_years_and_fill_the_year(window, kind, year):
    windows = [window(kind, year, index) for index in range(1, periods_in_year(kind) + 1)]
    windows.append(window(kind, year + 1, 1))
    for earlier, later in zip(windows, windows[1:], strict=False):
        assert earlier.last + timedelta(days=1) == later.first
    assert sum(each.days for each in windows[:-1]) == window(PeriodKind.YEAR, year, 1).days


def test_both_ends_of_a_window_belong_to_it():
    window = decree_window(PeriodKind.MONTH, 2026, 6)
    assert [window.covers(date(2026, 5, 14)), window.covers(date(2026, 5, 15))] == [False, True]
    assert [window.covers(date(2026, 6, 14)), window.covers(date(2026, 6, 15))] == [True, False]
    assert window.days == 31
