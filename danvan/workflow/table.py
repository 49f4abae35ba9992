"""The tables of transitions. Each app's ``workflow.py`` holds its own; this module knows how to read one."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from danvan.access.door import reaches
from danvan.history.actions import LABELS


@dataclass(frozen=True)
class Transition:
    """One row of a table.

    ``action`` is also the verb of the role table. ``button`` are the words before the deed, ``done`` those in the
    history. ``guard(obj, actor)`` answers why the deed is not possible now, or None. ``tone`` colours the button.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    button: Any
    done: Any
    guard: Callable | None = None
    reason_required: bool = False
    tone: str = ""

    def refusal(self, obj, actor):
        return self.guard(obj, actor) if self.guard else None


@dataclass(frozen=True)
class Workflow:
    """The table of one model, named ``app.model``, whose states are in the column *field*."""

    model_label: str
    transitions: tuple[Transition, ...]
    field: str = "state"

    def __post_init__(self):
        _workflows[self.model_label] = self
        model_name = self.model_label.split(".")[1]
        for transition in self.transitions:
            LABELS[f"{model_name}.{transition.action}"] = transition.done

    def find(self, action, state):
        """The transition *action* out of *state*, or None."""
        return next((t for t in self.transitions if t.action == action and state in t.sources), None)


_workflows: dict[str, Workflow] = {}
_effects: dict[tuple[str, str], list[Callable]] = defaultdict(list)


def workflow_of(model: type[models.Model]) -> Workflow:
    """The workflow of *model*. Raises KeyError for a model without one."""
    return _workflows[model._meta.label_lower]


def effect(model_label: str, action: str, function: Callable) -> None:
    """Let ``function(obj=…, actor=…, reason=…)`` run inside the transaction of every *action* of the model.

    For higher apps, in ``ready()``: so a low app needs not know them.
    """
    _effects[model_label, action].append(function)


def effects_of(model: type[models.Model], action: str) -> list[Callable]:
    return _effects[model._meta.label_lower, action]


def available(obj, actor) -> list[Transition]:
    """The transitions that *actor* may try on *obj* in its present state, in the order of the table."""
    workflow = workflow_of(type(obj))
    state = getattr(obj, workflow.field)
    return [t for t in workflow.transitions if state in t.sources and reaches(actor, obj, t.action)]
