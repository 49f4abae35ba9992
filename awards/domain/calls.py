"""Calls: that each unit which a round addresses is asked to nominate, by a day."""

from awards.domain import duties
from awards.enums import RoundState
from awards.models import AwardRound
from movements.domain.calls import drop, follow


def call_units(*, round, actor=None):
    """Bring the calls of an open round in line with its due date and the units it addresses.

    Called when it is opened or changed, and by itself every hour for units that came since. Returns how many units were
    called.
    """
    if round.state != RoundState.OPEN:
        return 0
    return follow(asked=round, due_on=round.due_on, source=duties.CALL, actor=actor)


def take_back(*, round):
    """Take the calls back from units that *round* addresses no more, after somebody changed whom it addresses."""
    drop(asked=round, due_on=round.due_on, source=duties.CALL)


def call_all():
    """:func:`call_units` for every open round."""
    for round in AwardRound.objects.open_to_units():
        call_units(round=round)
