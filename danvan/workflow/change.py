from collections import defaultdict

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from danvan.access.door import reaches
from danvan.history import domain as history
from danvan.workflow.errors import ChangedMeanwhile, NotAllowed, Refused
from danvan.workflow.table import effects_of, workflow_of

BATCH = 500


def change_state(*, obj, action, actor, reason="", values=None, on_behalf_of_system=False):
    """Take *obj* through the transition *action* and return it, refreshed.

    Writes *values* (columns of the row) in the same conditional UPDATE, appends the history row and runs the effects
    that higher apps registered, all in one transaction. *obj* must be the row as the actor saw it: if its state moved
    since, nothing happens. ``on_behalf_of_system`` skips the check of rights, for what follows by itself from another
    deed.

    Raises NotAllowed, ChangedMeanwhile, or Refused with the reason of the guard.
    """
    model = type(obj)
    workflow = workflow_of(model)
    transition = workflow.find(action, getattr(obj, workflow.field))
    if not on_behalf_of_system and not reaches(actor, obj, action):
        raise NotAllowed
    if transition is None:
        raise ChangedMeanwhile
    if transition.reason_required and not reason.strip():
        raise Refused(_("Say the reason."))
    if refusal := transition.refusal(obj, actor):
        raise Refused(refusal)

    old = getattr(obj, workflow.field)
    with transaction.atomic():
        changed = model._default_manager.filter(pk=obj.pk, **{workflow.field: old}).update(
            **{workflow.field: transition.target}, version=F("version") + 1, **(values or {})
        )
        if not changed:
            raise ChangedMeanwhile
        obj.refresh_from_db()
        history.record(
            actor=actor,
            action=f"{model._meta.model_name}.{action}",
            obj=obj,
            changes={workflow.field: [old, transition.target]},
            reason=reason,
        )
        for function in effects_of(model, action):
            function(obj=obj, actor=actor, reason=reason)
    return obj


def change_states(*, objects, action, actor, reason="", values=None):
    """Take each of *objects*, records of one model, through the transition *action*, with few statements.

    For what follows by itself from another deed: rights and guards are not asked. *values* maps the id of a record to
    columns that are written with its state; what several records share is written at once. Call it inside the
    transaction of that deed. Raises ChangedMeanwhile where a record is in no state that *action* leads out of.
    """
    if not objects:
        return
    model, values = type(objects[0]), values or {}
    workflow = workflow_of(model)
    groups = defaultdict(list)
    for obj in objects:
        groups[getattr(obj, workflow.field), tuple(sorted(values.get(obj.pk, {}).items()))].append(obj)
    for (old, columns), found in groups.items():
        transition = workflow.find(action, old)
        if transition is None:
            raise ChangedMeanwhile
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            rows = model._default_manager.filter(pk__in=[obj.pk for obj in part], **{workflow.field: old})
            changed = rows.update(**{workflow.field: transition.target}, version=F("version") + 1, **dict(columns))
            if changed != len(part):
                raise ChangedMeanwhile
        changes = {workflow.field: [old, transition.target]}
        for unit_id, told in _by_unit(found).items():
            history.record_many(
                actor=actor,
                action=f"{model._meta.model_name}.{action}",
                unit_id=unit_id,
                entries=[(obj, changes) for obj in told],
                reason=reason,
            )
        for obj in found:
            setattr(obj, workflow.field, transition.target)
            for function in effects_of(model, action):
                function(obj=obj, actor=actor, reason=reason)


def _by_unit(objects):
    found = defaultdict(list)
    for obj in objects:
        found[history.unit_id_of(obj)].append(obj)
    return found
