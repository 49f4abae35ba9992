"""Reporting periods: making, opening, moving the due date, closing."""

import logging
from datetime import date

from django.db import OperationalError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches
from danvan.calendar.reach import FIRST_DAY, LAST_DAY
from danvan.history import domain as history
from danvan.notices.domain.inbox import tell_administrators
from danvan.organization.domain.units.addressed import units_addressed
from danvan.organization.models import UnitPlacement
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state
from movements.domain.schedule import OwnDays, days_of_units, propose
from movements.enums import PeriodKind, PeriodState
from movements.models import Report, ReportingPeriod

logger = logging.getLogger(__name__)


# --- making -----------------------------------------------------------------------------------------------------------


def create_period(*, scheme, year, index=1, campaign=None, planned_by=None, **given):
    """Make the planned period *index* of *year* as the scheme proposes and return it.

    *given* replaces title, data_from, data_to or due_on, all of them for what is asked for once, and may say opens_on,
    the day on which it opens in the name of *planned_by*. Raises ValidationError when the scheme has no such period,
    has it already, or its days make no sense.
    """
    values = given
    if scheme.kind != PeriodKind.ONE_OFF:
        proposal = propose(scheme=scheme, year=year, index=index, campaign=campaign)._asdict()
        del proposal["unshifted"]
        values = proposal | given
    period = ReportingPeriod(
        scheme=scheme,
        year=year,
        index=index,
        campaign=campaign,
        planned_by=planned_by,
        is_sample=scheme.is_sample,
        **values,
    )
    period.full_clean()
    period.save()
    return period


def next_index(*, scheme, year):
    """The number of the next request of *year* of a scheme that asks once, as often as it may be."""
    last = scheme.periods.filter(year=year).aggregate(last=Max("index"))["last"]
    return (last or 0) + 1


# --- opening ----------------------------------------------------------------------------------------------------------


def open_period(*, obj, actor, reason=""):
    """Open the period *obj* and make a report for each unit that owes one; return the period.

    Who owes is as on the due date. Raises what :func:`danvan.workflow.change_state` raises.
    """
    with transaction.atomic():
        obj = change_state(obj=obj, action="open", actor=actor, reason=reason)
        make_reports(obj, units_missing(obj))
    return obj


def enlist(*, obj, actor, reason="", on_behalf_of_system=False):
    """Make the reports of units that came since the period *obj* was opened, and change no other; return the period.

    Raises what :func:`danvan.workflow.change_state` raises; Refused where no unit has come.
    """
    with transaction.atomic():
        obj = change_state(
            obj=obj, action="enlist", actor=actor, reason=reason, on_behalf_of_system=on_behalf_of_system
        )
        make_reports(obj, units_missing(obj))
    return obj


def units_missing(period):
    """The units that owe a report for *period* and have none, as on its due date."""
    return units_addressed(period.scheme, period.due_on).exclude(pk__in=period.reports.values("unit"))


def make_reports(period, units):
    """A report for each of *units*, due with *period* or on the day of the unit's own. One that is there stays."""
    # Where a unit is to come, it stands nowhere yet today.
    paths = UnitPlacement.objects.paths_on(period.due_on) | UnitPlacement.objects.paths_on(clock.today())
    own, usual = days_of_units(period), OwnDays(period.due_on)
    Report.objects.bulk_create(
        [
            Report(
                period=period,
                unit=unit,
                is_sample=period.is_sample,
                unit_path=paths.get(unit.pk, ""),
                **own.get(unit.pk, usual)._asdict(),
            )
            for unit in units
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def open_due(*, today):
    """Open each planned period whose day has come, in the name of who planned it; return how many. May run twice.

    Where that person may not open it any more it stays planned, without a day, and the administrators are told.
    """
    opened = 0
    due = ReportingPeriod.objects.filter(state=PeriodState.PLANNED, opens_on__lte=today)
    for period in due.select_related("scheme", "planned_by").order_by("opens_on", "pk"):
        try:
            open_period(obj=period, actor=period.planned_by)
        except ChangedMeanwhile:
            continue
        except Refused as error:
            _leave_to_people(period, str(error))
        except OperationalError:
            # The database is busy: the next time will do.
            logger.warning("Reporting period %s waits for the database.", period.pk, exc_info=True)
        else:
            opened += 1
    return opened


@transaction.atomic
def _leave_to_people(period, why):
    """Take away the day on which *period* opens by itself, and tell of it: once, for then it is due no more."""
    planned = ReportingPeriod.objects.filter(pk=period.pk, state=PeriodState.PLANNED, opens_on=period.opens_on)
    if not planned.update(opens_on=None, version=F("version") + 1):
        return
    changes = {"opens_on": [f"{period.opens_on:%d/%m/%Y}", ""]}
    history.record(actor=None, action="reportingperiod.stuck", obj=period, changes=changes, reason=why)
    tell_administrators(
        title=_("Open the reporting period: %(period)s") % {"period": period.title},
        body=_(
            "“%(period)s” was to open by itself on %(day)s. Who planned it (%(person)s) may not open periods any more, "
            "so it stays planned. Please let an officer open it."
        )
        % {
            "period": period.title,
            "day": f"{period.opens_on:%d/%m/%Y}",
            "person": period.planned_by or _("nobody is named"),
        },
        url=reverse("admin:movements_reportingperiod_change", args=[period.pk]),
    )


def enlist_all(*, today):
    """Make the reports of units that came since their open periods were opened; return in how many periods.

    Periods whose due date has passed are left as they are.
    """
    done = 0
    running = ReportingPeriod.objects.filter(state=PeriodState.OPEN, due_on__gte=today)
    for period in running.select_related("scheme").order_by("pk"):
        if not units_missing(period).exists():
            continue
        try:
            enlist(obj=period, actor=None, on_behalf_of_system=True)
        except Refused:
            continue  # closed or completed meanwhile
        done += 1
    return done


# --- moving and closing -----------------------------------------------------------------------------------------------


def redate(*, obj, actor, new_due_on, reason):
    """Move the due date of the open period *obj* to *new_due_on* and return the period.

    The reports that never came go along, but for those with an extension or a day of their own. Raises NotAllowed,
    Refused for a day that cannot be, ChangedMeanwhile when the period is not open or its due date moved since.
    """
    if not reaches(actor, obj, "redate"):
        raise NotAllowed
    old_due_on = obj.due_on
    if refusal := due_date_refusal(obj, new_due_on):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    changes = {"due_on": [f"{old_due_on:%d/%m/%Y}", f"{new_due_on:%d/%m/%Y}"]}
    with transaction.atomic():
        as_seen = ReportingPeriod.objects.filter(pk=obj.pk, state=PeriodState.OPEN, due_on=old_due_on)
        if not as_seen.update(due_on=new_due_on, version=F("version") + 1):
            raise ChangedMeanwhile
        obj.refresh_from_db()
        history.record(actor=actor, action="reportingperiod.redate", obj=obj, changes=changes, reason=reason)
        owed = obj.reports.awaited().filter(due_on=old_due_on, extensions=None)
        moved = list(owed.select_related("period", "unit"))
        owed.update(due_on=new_due_on, version=F("version") + 1)
        for report in moved:
            history.record(actor=actor, action="report.redate", obj=report, changes=changes, reason=reason)
    return obj


def due_date_refusal(period, day: date):
    """Why *day* cannot become the due date of *period*, or None."""
    if day == period.due_on:
        return _("This is the present due date.")
    if day < period.data_from:
        return _("The due date lies before the period begins.")
    if not FIRST_DAY <= day <= LAST_DAY:
        return _("There is no such reporting year.")
    return None


def close_period(*, obj, actor, reason=""):
    """Close the period: units send no more, nobody is reminded. What came stays open to the Ban."""
    return change_state(obj=obj, action="close", actor=actor, reason=reason)


def reopen_period(*, obj, actor, reason=""):
    return change_state(obj=obj, action="reopen", actor=actor, reason=reason)
