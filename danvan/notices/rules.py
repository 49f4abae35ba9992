"""When a step of reminding comes, when it has lost its sense, and at which hours people are told.

Pure: given the rules, the calendar of the offices, a due date and the instant.
"""

from datetime import timedelta

from django.utils import timezone

from danvan import clock
from danvan.calendar.working_days import ShiftRule, add_working_days, is_working_day, shift

# A step that nobody could take within so many days is not taken any more.
STALE_AFTER_DAYS = 30
# How far from today a day may lie that these functions ask the calendar about: 90 days of a step before or after a due
# date that is itself 90 + 30 days away, and Tết.
REACH = timedelta(days=240)


def comes_at(rule, due_on, calendar):
    """The instant from which *rule* reminds of a duty due on *due_on*.

    On working days only, one up to the due date comes a working day earlier, a later one a working day later.
    """
    day = due_on + timedelta(days=rule.offset_days)
    if rule.working_days_only:
        day = shift(day, ShiftRule.AFTER if rule.offset_days > 0 else ShiftRule.BEFORE, calendar)
    return _at_hour(day, rule)


def stale_at(rule, due_on):
    """The instant from which *rule* is not taken any more for a duty due on *due_on*."""
    return _at_hour(due_on + timedelta(days=rule.offset_days + STALE_AFTER_DAYS + 1), rule)


def due_dates_reached(rule, now, calendar):
    """The first and the last due date for which *rule* has come at *now* and is not stale."""
    local = timezone.localtime(now)
    day = local.date() - timedelta(days=local.hour < rule.hour)
    first = last = day
    if rule.working_days_only and rule.offset_days > 0:
        last = shift(day, ShiftRule.BEFORE, calendar)  # what falls on a day off until now comes after it
    elif rule.working_days_only:
        last = add_working_days(day, 1, calendar) - timedelta(days=1)  # the days off to come were served before them
    offset = timedelta(days=rule.offset_days)
    return first - offset - timedelta(days=STALE_AFTER_DAYS), last - offset


def is_current(rule, rules, due_on, now, calendar, since=None):
    """Whether at *now* the step *rule* is the one to take for a duty due on *due_on*.

    It has come, no later one of *rules* (the active ones of the same duty) has, a step that speaks of a day still to
    come is not taken once that day is over, and it came after the day *since*, from which on the duty is owed.
    """
    came = comes_at(rule, due_on, calendar)
    if not came <= now < useful_until(rule, rules, due_on, calendar):
        return False
    return since is None or clock.local_date(came) > since


def useful_until(rule, rules, due_on, calendar):
    """The instant from which the step *rule* has lost its sense: the next step, or the end of what it speaks of."""
    ends = [comes_at(other, due_on, calendar) for other in later_than(rule, rules)]
    if rule.offset_days <= 0:
        ends.append(clock.start_of_day(due_on + timedelta(days=1)))
    return min([*ends, stale_at(rule, due_on)])


def later_than(rule, rules):
    """The steps of *rules* after *rule* that tell the same people."""
    place = (rule.offset_days, rule.hour)
    return [r for r in rules if r.audience == rule.audience and (r.offset_days, r.hour) > place]


def telling_from(now, hours, calendar, working_days_only):
    """The first instant, *now* or later, at which people are told: between the two *hours*, the second not counted."""
    opens, closes = (timedelta(hours=hour) for hour in hours)
    day = clock.local_date(now)
    if not clock.start_of_day(day) + closes > now:
        day += timedelta(days=1)
    if working_days_only and not is_working_day(day, calendar):
        day = add_working_days(day, 1, calendar)
    return max(now, clock.start_of_day(day) + opens)


def _at_hour(day, rule):
    return clock.start_of_day(day) + timedelta(hours=rule.hour)
