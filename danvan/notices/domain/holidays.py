"""The days on which offices are closed, and the weekend days on which they work instead."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from danvan.access.door import reaches_all
from danvan.calendar.working_days import Calendar
from danvan.history import domain as history
from danvan.notices.models import Holiday
from danvan.workflow import NotAllowed

MARGIN = timedelta(days=60)

# What is written into the list; the office's own from then on.
BY_LAW = "Theo luật; đối chiếu thông báo lịch nghỉ của năm."
ESTIMATED = "Dự kiến; đối chiếu thông báo lịch nghỉ của năm."
SWAPPED = "Hoán đổi ngày làm việc theo thông báo lịch nghỉ."
WORKED = "Đi làm bù"


# --- asking -----------------------------------------------------------------------------------------------------------


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


# --- filling ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposed:
    """A day that the package knows. ``there`` is the row of the list for that day: it stays as it is."""

    day: date
    name: str
    is_worked: bool
    note: str
    there: Holiday | None = None


def proposed_holidays(*, year) -> list[Proposed]:
    """The days off of *year*, and the weekend days worked instead, as the package ``holidays`` has them.

    The Government fixes each year how the days around Tết and National Day lie. What the package cannot know yet is
    reckoned by the Labour Code, and the note says what to check.
    """
    # Imported here: it brings three hundred modules, which no other page and no worker needs.
    from holidays.countries.vietnam import Vietnam  # noqa: PLC0415

    source = Vietnam(years=year, language="vi")
    found = [(day, name, False, note_of(name)) for day, name in source.items() if day.year == year]
    found += [(day, WORKED, True, SWAPPED) for day in source.weekend_workdays if day.year == year]
    there = {row.day: row for row in Holiday.objects.filter(day__year=year)}
    return [Proposed(*each, there.get(each[0])) for each in sorted(found)]


def note_of(name):
    """What is written beside a day off of the package, whose *name* says where it only estimates."""
    return ESTIMATED if "dự kiến" in name else BY_LAW


def fill_holidays(*, year, actor) -> list[Holiday]:
    """Add the public holidays of *year* that the list does not have, and return these rows. The others stay.

    *actor* None is the set-up of an office. Raises NotAllowed.
    """
    if actor is not None and not reaches_all(actor, Holiday, "add"):
        raise NotAllowed
    rows = [
        Holiday(day=each.day, name=each.name, is_worked=each.is_worked, note=each.note)
        for each in proposed_holidays(year=year)
        if each.there is None
    ]
    with transaction.atomic():
        # Two who fill the same year at once: what the other has made is passed over.
        Holiday.objects.bulk_create(rows, ignore_conflicts=True)
        days = {row.day for row in rows}
        made = list(Holiday.objects.filter(day__in=days).order_by("day"))
        history.record_all(actor=actor, action="add", objects=made)
    return made
