"""Working days, given the holidays."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

_SATURDAY = 5


class ShiftRule(StrEnum):
    """Where a date goes that falls on a day off."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Say whether *day* is neither on a weekend nor among *holidays*."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, count: int, holidays: Collection[date]) -> date:
    """Return the working day that is *count* working days after *day*, or before it when *count* is negative.

    *day* itself is not counted, and is returned as it is when *count* is 0. Pass a set: it is searched for every day.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, holidays)
    return day


def shift(day: date, rule: ShiftRule, holidays: Collection[date]) -> date:
    """Return *day*, or the nearest working day before or after it when it is a day off and *rule* says so."""
    if rule == ShiftRule.NONE or is_working_day(day, holidays):
        return day
    return add_working_days(day, 1 if rule == ShiftRule.AFTER else -1, holidays)


def days_between(today: date, due: date) -> int:
    """Return how many days are left until *due*: 0 on the day itself, which is still in time; negative when overdue."""
    return (due - today).days
