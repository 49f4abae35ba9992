"""Working days, given the calendar of an office."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_SATURDAY = 5


class ShiftRule(StrEnum):
    """Where a date goes that falls on a day off."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Calendar:
    """What sets days apart from the plain week: days *off*, and days of weekends *worked* in exchange for one."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()


PLAIN = Calendar()


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Say whether offices work on *day*: on weekdays that are not off, and on weekend days worked instead."""
    return day in calendar.worked if is_weekend(day) else day not in calendar.off


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """Return the working day that is *count* working days after *day*, or before it when *count* is negative.

    *day* itself is not counted, and is returned as it is when *count* is 0.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


def shift(day: date, rule: ShiftRule, calendar: Calendar) -> date:
    """Return *day*, or the nearest working day before or after it when it is a day off and *rule* says so."""
    if rule == ShiftRule.NONE or is_working_day(day, calendar):
        return day
    return add_working_days(day, 1 if rule == ShiftRule.AFTER else -1, calendar)


def days_between(today: date, due: date) -> int:
    """Return how many days are left until *due*: 0 on the day itself, which is still in time; negative when overdue."""
    return (due - today).days
