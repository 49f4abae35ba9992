"""Reporting periods: what a scheme proposes, opening, closing."""

from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from danvan import clock
from danvan.access.door import reaches
from danvan.calendar.working_days import PLAIN
from danvan.notices.domain.holidays import calendar_around
from danvan.organization.enums import Owing
from danvan.organization.models import Unit, UnitPlacement
from danvan.workflow import NotAllowed, change_state
from movements.enums import PeriodKind, PeriodState
from movements.models import Report, ReportingPeriod
from movements.rules import due_date, last_index, window_of

ROMAN = ("I", "II", "III", "IV")


class Proposal(NamedTuple):
    """What a scheme says of one of its periods."""

    title: str
    data_from: date
    data_to: date
    due_on: date


def propose(*, scheme, year, index) -> Proposal:
    """Title, days and due date of period *index* of *year*. ValidationError when there is none."""
    last = last_index(scheme.kind)
    if not 1 <= index <= last:
        raise ValidationError({"index": _("The number lies between 1 and %(last)s here.") % {"last": last}})
    window = window_of(kind=scheme.kind, window_rule=scheme.window_rule, year=year, index=index)
    due = {
        "last_day": window.last,
        "due_day": scheme.due_day,
        "months_after": scheme.due_months_after,
    }
    unshifted = due_date(**due, shift_rule="none", calendar=PLAIN)
    due_on = due_date(**due, shift_rule=scheme.shift_rule, calendar=calendar_around(unshifted))
    return Proposal(f"{scheme.name} {words_of(scheme.kind, year, index)}", window.first, window.last, due_on)


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


def create_period(*, scheme, year, index=1, campaign=None, **given):
    """Make the planned period *index* of *year* as the scheme proposes and return it.

    *given* replaces title, data_from, data_to or due_on. Raises ValidationError when the scheme has no such period,
    has it already, or its days make no sense.
    """
    values = propose(scheme=scheme, year=year, index=index)._asdict() | given
    period = ReportingPeriod(
        scheme=scheme, year=year, index=index, campaign=campaign, is_sample=scheme.is_sample, **values
    )
    period.full_clean()
    period.save()
    return period


def units_owing(*, scheme, day):
    """The units in force on *day* that owe reports of *scheme*."""
    units = Unit.objects.in_force(day)
    if scheme.owed_by == Owing.KINDS:
        return units.filter(kind__in=scheme.unit_kinds.all())
    if scheme.owed_by == Owing.CHOSEN:
        return units.filter(pk__in=scheme.units.values("pk"))
    return units


def open_period(*, obj, actor, reason=""):
    """Open the period *obj* and make a report for each unit that owes one today; return the period.

    Called again for an open period it adds the reports of units that have come since, and changes none. Raises what
    :func:`danvan.workflow.change_state` raises.
    """
    units = list(units_owing(scheme=obj.scheme, day=clock.today()))
    paths = UnitPlacement.objects.paths_on(clock.today())
    with transaction.atomic():
        if obj.state != PeriodState.OPEN:
            obj = change_state(obj=obj, action="open", actor=actor, reason=reason)
        elif not reaches(actor, obj, "open"):
            raise NotAllowed
        Report.objects.bulk_create(
            [
                Report(
                    period=obj,
                    unit=unit,
                    due_on=obj.due_on,
                    is_sample=obj.is_sample,
                    unit_path=paths.get(unit.pk, ""),
                )
                for unit in units
            ],
            ignore_conflicts=True,
            batch_size=500,
        )
    return obj


def close_period(*, obj, actor, reason=""):
    """Close the period: units send no more, nobody is reminded. What came stays open to the Ban."""
    return change_state(obj=obj, action="close", actor=actor, reason=reason)


def reopen_period(*, obj, actor, reason=""):
    return change_state(obj=obj, action="reopen", actor=actor, reason=reason)
