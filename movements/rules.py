"""The rules of the movement. Pure: given data, they never ask the database."""

from calendar import monthrange
from datetime import date

from danvan.calendar.periods import Window, calendar_window, decree_window, periods_in_year
from danvan.calendar.working_days import shift
from movements.enums import WindowRule


def window_of(*, kind, window_rule, year, index) -> Window:
    """The days that period *index* of *year* is about. Raises ValueError when there is no such period."""
    window = decree_window if window_rule == WindowRule.DECREE else calendar_window
    return window(kind, year, index)


def last_index(kind) -> int:
    """How many periods of *kind* a year has."""
    return periods_in_year(kind)


def due_date(*, last_day, due_day, months_after, shift_rule, calendar) -> date:
    """The due date of a period whose figures end on *last_day*: day *due_day* of the month *months_after* later.

    In a shorter month its last day. Then moved off a day without work as *shift_rule* says.
    """
    months = last_day.year * 12 + last_day.month - 1 + months_after
    year, month = months // 12, months % 12 + 1
    day = date(year, month, min(due_day, monthrange(year, month)[1]))
    return shift(day, shift_rule, calendar)
