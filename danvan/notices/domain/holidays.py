"""The days on which offices are closed."""

from datetime import timedelta

from danvan.notices.models import Holiday

MARGIN = timedelta(days=30)


def holidays_around(day):
    """The set of holidays within a month of *day*: what shifting a due date can meet."""
    return Holiday.objects.days(day - MARGIN, day + MARGIN)
