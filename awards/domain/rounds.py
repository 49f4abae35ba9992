"""Award rounds: opening and closing."""

from danvan.workflow import change_state


def open_round(*, round, actor, reason=""):
    """Let units see the round and send dossiers. A closed round can be opened again."""
    return change_state(obj=round, action="open", actor=actor, reason=reason)


def close_round(*, round, actor, reason=""):
    """Take no more new dossiers. What was returned to a unit may still come back."""
    return change_state(obj=round, action="close", actor=actor, reason=reason)
