"""The days on which offices are closed, and the weekend days on which they work instead."""

from datetime import date, timedelta

from danvan.calendar.working_days import Calendar
from danvan.notices.models import Holiday

MARGIN = timedelta(days=60)


def calendar_between(first, last) -> Calendar:
    """What the list of holidays says of the days from *first* to *last*, both counted."""
    off, worked = set(), set()
    for day, is_worked in Holiday.objects.filter(day__range=(first, last)).values_list("day", "is_worked"):
        (worked if is_worked else off).add(day)
    return Calendar(frozenset(off), frozenset(worked))


def calendar_around(day) -> Calendar:
    """The calendar of the weeks around *day*: all that shifting it can meet, or counting 30 working days from it."""
    return calendar_between(max(date.min + MARGIN, day) - MARGIN, min(date.max - MARGIN, day) + MARGIN)


def holidays_on(day) -> list[str]:
    """What *day* is called in the list of holidays: one name, or none."""
    return list(Holiday.objects.filter(day=day, is_worked=False).values_list("name", flat=True))
