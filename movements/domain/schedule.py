"""What a scheme says of its periods: their days and due dates, with the days of their own of movements and units."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from danvan.calendar.periods import Window
from danvan.calendar.reach import FIRST_YEAR, LAST_YEAR
from danvan.notices.domain.holidays import calendar_around, calendar_between
from movements.enums import PeriodKind
from movements.models import ReportingPeriod, ScheduleOverride
from movements.rules import day_in_month, due_before, due_date, last_index, window_of

ROMAN = ("I", "II", "III", "IV")
FAR = timedelta(days=150)
"""More than 60 working days, the most that a report may be due before another, with Tết among them."""


class Proposal(NamedTuple):
    """What a scheme says of one of its periods. *unshifted* is the due date before holidays moved it."""

    title: str
    data_from: date
    data_to: date
    due_on: date
    unshifted: date


@dataclass(frozen=True)
class Timetable:
    """The rule of a scheme, perhaps with days of a movement's or a unit's own in it."""

    kind: str
    window_rule: str
    first_day: int | None
    due_day: int | None
    months_after: int
    shift_rule: str

    def with_days_of(self, override):
        """This rule with what *override*, a ScheduleOverride or None, says otherwise."""
        if override is None:
            return self
        changed = {}
        if override.window_rule:
            changed |= {"window_rule": override.window_rule, "first_day": override.window_first_day}
        if override.due_day is not None:
            changed["due_day"] = override.due_day
        if override.due_months_after is not None:
            changed["months_after"] = override.due_months_after
        return replace(self, **changed)

    def window(self, year, index) -> Window:
        return window_of(kind=self.kind, window_rule=self.window_rule, year=year, index=index, first_day=self.first_day)

    def due(self, last_day) -> tuple[date, date]:
        """The due date of figures that end on *last_day*: as the list of holidays moves it, and unmoved."""
        unshifted = day_in_month(last_day=last_day, due_day=self.due_day, months_after=self.months_after)
        due_on = due_date(
            last_day=last_day,
            due_day=self.due_day,
            months_after=self.months_after,
            shift_rule=self.shift_rule,
            calendar=calendar_around(unshifted),
        )
        return due_on, unshifted


def timetable_of(scheme) -> Timetable:
    return Timetable(
        kind=scheme.kind,
        window_rule=scheme.window_rule,
        first_day=scheme.window_first_day,
        due_day=scheme.due_day,
        months_after=scheme.due_months_after,
        shift_rule=scheme.shift_rule,
    )


def propose(*, scheme, year, index, campaign=None) -> Proposal:
    """Title, days and due date of period *index* of *year*, with the days of *campaign*'s own.

    A report that feeds into one of the Ban is due some working days before it: before the due date that stands in the
    Ban's period, where there is one, else before the one that its scheme proposes. ValidationError when there is no
    such period, or the scheme does not say enough.
    """
    if scheme.kind == PeriodKind.ONE_OFF:
        raise ValidationError(_("What is asked for once has no days of its own: type title, days and due date."))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError({"year": _("The year lies between %(first)s and %(last)s.") % years})
    last = last_index(scheme.kind)
    if not 1 <= index <= last:
        raise ValidationError({"index": _("The number lies between 1 and %(last)s here.") % {"last": last}})
    override = campaign and ScheduleOverride.objects.filter(scheme=scheme, campaign=campaign).first()
    rule = timetable_of(scheme).with_days_of(override)
    if not rule.window_rule or (rule.due_day is None and scheme.serves is None):
        raise ValidationError(_("The scheme “%(scheme)s” does not say its days yet.") % {"scheme": scheme})
    window = rule.window(year, index)
    if scheme.serves and (override is None or override.due_day is None):
        due_on = unshifted = _due_before(scheme, year, index, campaign)
    else:
        due_on, unshifted = rule.due(window.last)
    title = f"{scheme.name} {words_of(scheme.kind, year, index)}"
    return Proposal(title, window.first, window.last, due_on, unshifted)


def _due_before(scheme, year, index, campaign):
    own = ReportingPeriod.objects.filter(scheme=scheme.serves, year=year, index=index).first()
    due_on = own.due_on if own else propose(scheme=scheme.serves, year=year, index=index, campaign=campaign).due_on
    return due_before(
        due_on=due_on, working_days=scheme.working_days_before, calendar=calendar_between(due_on - FAR, due_on)
    )


class OwnDays(NamedTuple):
    """What of a period is another day for one unit. The days of the figures are None where they are the period's."""

    due_on: date
    data_from: date | None = None
    data_to: date | None = None


def days_of_units(period) -> dict[int, OwnDays]:
    """The days of *period* for each unit that has days of its own in its scheme, by the id of the unit.

    What its override does not say is as in the period, whatever was typed there.
    """
    if period.scheme.kind == PeriodKind.ONE_OFF:
        return {}
    found = {}
    rule = timetable_of(period.scheme)
    if period.campaign:
        rule = rule.with_days_of(period.scheme.overrides.filter(campaign=period.campaign).first())
    for override in period.scheme.overrides.exclude(unit=None):
        own = rule.with_days_of(override)
        window = own.window(period.year, period.index) if override.window_rule else None
        last_day = window.last if window else period.data_to
        says_due = override.due_day is not None or override.due_months_after is not None
        due_on = own.due(last_day)[0] if own.due_day is not None and (window or says_due) else period.due_on
        found[override.unit_id] = OwnDays(due_on, *(window or ()))
    return found


def words_of(kind, year, index):
    """The period as it is called in titles."""
    if kind == PeriodKind.MONTH:
        return _("month %(index)s/%(year)s") % {"index": index, "year": year}
    if kind == PeriodKind.QUARTER:
        return _("quarter %(index)s/%(year)s") % {"index": ROMAN[index - 1], "year": year}
    if kind == PeriodKind.HALF_YEAR:
        first = _("first six months of %(year)s") % {"year": year}
        return first if index == 1 else _("last six months of %(year)s") % {"year": year}
    if kind == PeriodKind.NINE_MONTHS:
        return _("nine months of %(year)s") % {"year": year}
    return pgettext("reporting period", "year %(year)s") % {"year": year}
