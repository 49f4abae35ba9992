"""The movement of a year: launching and concluding."""

from django.db import transaction

from danvan.workflow import change_state
from movements.domain import calls, duties


@transaction.atomic
def launch(*, obj, actor, reason=""):
    """Launch the movement: from here on units see it and register, and those it addresses are reminded to."""
    obj = change_state(obj=obj, action="launch", actor=actor, reason=reason)
    duties.ensure_rules()
    calls.call_units(campaign=obj, actor=actor)
    return obj


def conclude(*, obj, actor, reason=""):
    return change_state(obj=obj, action="conclude", actor=actor, reason=reason)
