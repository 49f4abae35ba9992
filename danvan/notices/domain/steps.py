"""The steps of reminding at one instant: the active rules, the calendar of the offices, and what follows from both."""

from collections import defaultdict
from functools import cache

from django.conf import settings

from danvan import clock
from danvan.notices import rules as timing
from danvan.notices.domain.holidays import calendar_between
from danvan.notices.models import ReminderRule
from danvan.notices.sources import sources


class Steps:
    """The rules in use, at the instant when this was made. Two questions to the database; then it only reckons.

    ``rules`` are by source. Those of sources that nobody registered are left out.
    """

    def __init__(self):
        today = clock.today()
        self.calendar = calendar_between(today - timing.REACH, today + timing.REACH)
        self.rules = defaultdict(list)
        for rule in ReminderRule.objects.active().filter(source__in=sources()):
            self.rules[rule.source].append(rule)
        self.look_at_the_clock()

    def look_at_the_clock(self):
        """Reckon for the present instant from here on, with the rules and the calendar as they were read."""
        self.now = clock.now()
        self.today = clock.local_date(self.now)
        # A pass asks the same of many duties due on one day.
        self.is_current, self.useful_until = cache(self._is_current), cache(self._useful_until)

    def due_dates_reached(self, rule):
        """The first and the last due date for which *rule* has come and is not stale."""
        return timing.due_dates_reached(rule, self.now, self.calendar)

    def _is_current(self, rule, due_on, since=None):
        """Whether *rule* is still in use and the step to take for what is due on *due_on* and owed after *since*."""
        rules = self.rules[rule.source]
        return rule in rules and timing.is_current(rule, rules, due_on, self.now, self.calendar, since)

    def telling_from(self, rule):
        """The instant from which people may be told of what *rule* says: now, or when working hours begin."""
        return timing.telling_from(self.now, settings.REMINDER_HOURS, self.calendar, rule.working_days_only)

    def _useful_until(self, rule, due_on):
        return timing.useful_until(rule, self.rules[rule.source], due_on, self.calendar)
