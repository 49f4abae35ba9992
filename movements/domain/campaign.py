"""The movement of a year: launching and concluding."""

from danvan.workflow import change_state


def launch(*, obj, actor, reason=""):
    """Launch the movement: from here on units see it and register."""
    return change_state(obj=obj, action="launch", actor=actor, reason=reason)


def conclude(*, obj, actor, reason=""):
    return change_state(obj=obj, action="conclude", actor=actor, reason=reason)
