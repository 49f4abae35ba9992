"""The windows of reporting periods: which days the figures of a month, a quarter, a year are about."""

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import NamedTuple

DECREE_FIRST_DAY = 15


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    NINE_MONTHS = "nine_months"
    YEAR = "year"


_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.NINE_MONTHS: 9,
    PeriodKind.YEAR: 12,
}


class Window(NamedTuple):
    """The days from *first* to *last*, both counted."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def periods_in_year(kind: PeriodKind) -> int:
    """Return how many periods of *kind* a year has; of nine months it has the first only."""
    return 12 // _MONTHS[kind]


def calendar_window(kind: PeriodKind, year: int, index: int) -> Window:
    """Return the whole calendar months of period *index* (from 1) of *year*; ValueError without such a period."""
    start, end = _months(kind, index)
    return Window(date(year, start, 1), date(year, end, monthrange(year, end)[1]))


def decree_window(kind: PeriodKind, year: int, index: int) -> Window:
    """Return the window of period *index* (from 1) of *year* for periodic reports of State bodies: 15th to 14th.

    It opens on the 15th of the month before the period and closes on the 14th of its last month (NĐ 09/2019/NĐ-CP);
    Party bodies set their own dates. The decree knows no period of nine months: ValueError, as for a period that does
    not exist.
    """
    if kind == PeriodKind.NINE_MONTHS:
        raise ValueError("decree 09/2019 has no window of nine months")
    return own_window(kind, year, index, DECREE_FIRST_DAY)


def own_window(kind: PeriodKind, year: int, index: int, first_day: int) -> Window:
    """Return the window of period *index* (from 1) of *year* that begins on day *first_day* (2 to 28) of a month.

    It opens in the month before the period and closes the day before that day in its last month. ValueError without
    such a period.
    """
    start, end = _months(kind, index)
    opens = date(year, start - 1, first_day) if start > 1 else date(year - 1, 12, first_day)
    return Window(opens, date(year, end, first_day - 1))


def _months(kind: PeriodKind, index: int) -> tuple[int, int]:
    if not 1 <= index <= periods_in_year(kind):
        raise ValueError(f"a year has no {kind} number {index}")
    length = _MONTHS[kind]
    return (index - 1) * length + 1, index * length
