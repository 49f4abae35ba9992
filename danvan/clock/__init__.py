"""The one source of now and today.

Business time decides what is due, open, late or in force; a row in the database can shift it, so that demonstrations
and tests with real worker processes move through a year. Real time is for leases, heart-beats, retries, sessions and
tokens, and nothing shifts it. Production ignores the row (``BUSINESS_CLOCK_SHIFTABLE``).

The row is read once per request and once per task (:func:`refresh`), never per call: a page or a task has one now.
"""

from datetime import date, datetime, time, timedelta
from math import ceil

from django.apps import apps as registry
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

_offset: timedelta | None = timedelta(0)
"""None while the row could not be read: better no business time than a wrong one."""


def real_now() -> datetime:
    """The real instant, aware. Nothing shifts it."""
    return timezone.now()


def now() -> datetime:
    """The business instant, aware."""
    return timezone.now() + _known_offset()


def today() -> date:
    """The business day in Asia/Ho_Chi_Minh, whatever the zone of the server."""
    return timezone.localdate(now())


def local_date(instant: datetime) -> date:
    """The day in Asia/Ho_Chi_Minh on which *instant* (aware) falls."""
    return timezone.localdate(instant)


def start_of_day(day: date) -> datetime:
    """The aware instant at which *day* begins in Asia/Ho_Chi_Minh."""
    return timezone.make_aware(datetime.combine(day, time.min))


def refresh() -> None:
    """Read the shift from the database. Called at the start of every request and task.

    When the database does not answer, the next question for business time asks it again.
    """
    global _offset
    if not settings.BUSINESS_CLOCK_SHIFTABLE:
        return
    try:
        row = registry.get_model("clock", "ClockShift").objects.first()
    except (DatabaseError, InterfaceError):
        _offset = None
        raise
    _offset = timedelta(seconds=row.seconds) if row else timedelta(0)


def is_shifted() -> bool:
    return bool(_known_offset())


def shift_to(moment: datetime | date) -> None:
    """Make *moment* the business instant from here on (a date means 08:00 that day). Time keeps running.

    Raises RuntimeError where the clock may not be shifted.
    """
    if not settings.BUSINESS_CLOCK_SHIFTABLE:
        raise RuntimeError("The business clock cannot be shifted in production.")
    if not isinstance(moment, datetime):
        moment = timezone.make_aware(datetime.combine(moment, time(8)))
    seconds = ceil((moment - timezone.now()).total_seconds())  # never before the moment
    registry.get_model("clock", "ClockShift").objects.update_or_create(pk=1, defaults={"seconds": seconds})
    refresh()


def reset() -> None:
    """Let business time be real time again."""
    registry.get_model("clock", "ClockShift").objects.all().delete()
    refresh()


def forget_shift() -> None:
    """Drop what this process remembers of the shift, without asking the database."""
    global _offset
    _offset = timedelta(0)


def _known_offset() -> timedelta:
    offset = _offset
    if offset is None:
        refresh()
        offset = _offset
    return offset
