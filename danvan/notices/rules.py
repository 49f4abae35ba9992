"""When a step of reminding comes, and when it has lost its sense. Pure: given the rules, a due date and the instant."""

from datetime import timedelta

from django.utils import timezone

from danvan import clock

# A step that nobody could take within so many days is not taken any more.
STALE_AFTER_DAYS = 30


def comes_at(rule, due_on):
    """The instant from which *rule* reminds of a duty due on *due_on*."""
    return clock.start_of_day(due_on + timedelta(days=rule.offset_days)) + timedelta(hours=rule.hour)


def due_dates_reached(rule, now):
    """The first and the last due date for which *rule* has come at *now* and is not stale."""
    local = timezone.localtime(now)
    last = local.date() - timedelta(days=rule.offset_days + (local.hour < rule.hour))
    return last - timedelta(days=STALE_AFTER_DAYS), last


def is_current(rule, rules, due_on, now):
    """Whether at *now* the step *rule* is the one to take for a duty due on *due_on*.

    It has come, no later one of *rules* (the active ones of the same duty) has, and a step that speaks of a day still
    to come is not taken once that day is over.
    """
    first, last = due_dates_reached(rule, now)
    if not first <= due_on <= last:
        return False
    if rule.offset_days <= 0 and clock.local_date(now) > due_on:
        return False
    return not any(comes_at(other, due_on) <= now for other in later_than(rule, rules))


def useful_until(rule, rules, due_on):
    """The instant from which the step *rule* has lost its sense: the next step, or the end of what it speaks of."""
    ends = [comes_at(other, due_on) for other in later_than(rule, rules)]
    if rule.offset_days <= 0:
        ends.append(clock.start_of_day(due_on + timedelta(days=1)))
    return min(ends, default=comes_at(rule, due_on) + timedelta(days=STALE_AFTER_DAYS))


def later_than(rule, rules):
    """The steps of *rules* after *rule* that tell the same people."""
    place = (rule.offset_days, rule.hour)
    return [r for r in rules if r.audience == rule.audience and (r.offset_days, r.hour) > place]
