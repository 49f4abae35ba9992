"""States of records: tables that a non-programmer can read, and the one function that changes a state."""

from danvan.workflow.change import change_state, change_states
from danvan.workflow.errors import ChangedMeanwhile, NotAllowed, Refused
from danvan.workflow.table import Transition, Workflow, available, effect, workflow_of

__all__ = [
    "ChangedMeanwhile",
    "NotAllowed",
    "Refused",
    "Transition",
    "Workflow",
    "available",
    "change_state",
    "change_states",
    "effect",
    "workflow_of",
]
