"""Award rounds: opening and closing."""

from django.db import transaction

from awards.domain import calls, duties
from danvan.workflow import change_state


@transaction.atomic
def open_round(*, round, actor, reason=""):
    """Let units see the round and send dossiers, and remind those it addresses. A closed round can be opened again."""
    round = change_state(obj=round, action="open", actor=actor, reason=reason)
    duties.ensure_rules()
    calls.call_units(round=round, actor=actor)
    return round


def close_round(*, round, actor, reason=""):
    """Take no more new dossiers. What was returned to a unit may still come back."""
    return change_state(obj=round, action="close", actor=actor, reason=reason)
