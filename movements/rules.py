"""The rules of the movement. Pure: given data, they never ask the database."""

from calendar import monthrange
from datetime import date

from danvan.calendar.periods import Window, calendar_window, decree_window, own_window, periods_in_year
from danvan.calendar.working_days import add_working_days, shift
from movements.enums import PeriodKind, WindowRule


def window_of(*, kind, window_rule, year, index, first_day=None) -> Window:
    """The days that period *index* of *year* is about. Raises ValueError when there is no such period.

    *first_day* is the day of the month for windows of their own.
    """
    if window_rule == WindowRule.OWN:
        return own_window(kind, year, index, first_day)
    window = decree_window if window_rule == WindowRule.DECREE else calendar_window
    return window(kind, year, index)


def last_index(kind) -> int:
    """How many periods of *kind* a year has; 0 for what is asked for once, as often as it may be."""
    return 0 if kind == PeriodKind.ONE_OFF else periods_in_year(kind)


def day_in_month(*, last_day, due_day, months_after) -> date:
    """Day *due_day* of the month *months_after* that of *last_day*; in a shorter month its last day."""
    months = last_day.year * 12 + last_day.month - 1 + months_after
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(due_day, monthrange(year, month)[1]))


def due_date(*, last_day, due_day, months_after, shift_rule, calendar) -> date:
    """The due date of a period whose figures end on *last_day*: day *due_day* of the month *months_after* later.

    Then moved off a day without work as *shift_rule* says.
    """
    day = day_in_month(last_day=last_day, due_day=due_day, months_after=months_after)
    return shift(day, shift_rule, calendar)


def due_before(*, due_on, working_days, calendar) -> date:
    """The working day that lies *working_days* before *due_on*: when units send what the Ban's own report needs."""
    return add_working_days(due_on, -working_days, calendar)
