"""Calls: that each unit which is addressed is asked to register in a movement, or to nominate in a round, by a day."""

from django.db import transaction
from django.db.models import F

from danvan import clock
from danvan.history import domain as history
from danvan.notices.enums import SettlementKind
from danvan.notices.models import Settlement
from danvan.organization.domain.units.addressed import units_addressed
from movements.domain import duties
from movements.enums import CampaignState
from movements.models import Campaign


def call_units(*, campaign, actor=None):
    """Bring the calls of a launched movement in line with its closing day and the units it addresses.

    Called when it is launched or changed, and by itself every hour for units that came since. Returns how many units
    were called.
    """
    if campaign.state != CampaignState.LAUNCHED:
        return 0
    return follow(asked=campaign, due_on=campaign.registration_closes, source=duties.CALL, actor=actor)


def take_back(*, campaign):
    """Take the calls back from units that *campaign* addresses no more, after somebody changed whom it addresses."""
    drop(asked=campaign, due_on=campaign.registration_closes, source=duties.CALL)


def call_all():
    """:func:`call_units` for every movement under way."""
    for campaign in Campaign.objects.launched():
        call_units(campaign=campaign)


# --- What movements and award rounds share ----------------------------------------------------------------------------


@transaction.atomic
def follow(*, asked, due_on, source, actor=None):
    """Give each addressed unit its call, and every call its day. Returns how many units were called.

    *asked* is an Addressed with its ``calls``, *source* the code under which these are duties. Whoever was given longer
    keeps that, unless *due_on* is later still. A successor is not called in place of a unit that was: its call went
    along, or was answered. Once *due_on* is over, nobody else is called.
    """
    _move(asked, due_on, source)
    made = _make(asked, due_on) if due_on >= clock.today() else 0
    if made:
        action = f"{asked._meta.model_name}.call"
        history.record(actor=actor, action=action, obj=asked, changes={"units": [None, made]})
    return made


def drop(*, asked, due_on, source):
    """Delete the calls of units that *asked* does not address, unless they were answered or something is recorded."""
    recorded = Settlement.objects.filter(source=source).values("object_id")
    calls = asked.calls.unanswered().exclude(unit__in=units_addressed(asked, due_on)).exclude(pk__in=recorded)
    calls.delete()


def _make(asked, due_on):
    called = set(asked.calls.order_by().values_list("unit", flat=True))
    units = [
        unit
        for unit in units_addressed(asked, due_on).exclude(pk__in=asked.calls.values("unit"))
        if called.isdisjoint(unit.inherits)
    ]
    model, owner = asked.calls.model, asked.calls.field.name
    calls = [model(**{owner: asked}, unit=unit, due_on=due_on, is_sample=asked.is_sample) for unit in units]
    model.objects.bulk_create(calls, ignore_conflicts=True, batch_size=500)
    return len(calls)


def _move(asked, due_on, source):
    extended = Settlement.objects.in_force().filter(source=source, kind=SettlementKind.EXTENDED).values("object_id")
    values = {"due_on": due_on, "version": F("version") + 1}
    asked.calls.exclude(due_on=due_on).exclude(pk__in=extended).update(**values)
    asked.calls.filter(pk__in=extended, due_on__lt=due_on).update(**values)
