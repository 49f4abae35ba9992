from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from danvan.access.door import reaches
from danvan.history import domain as history
from danvan.workflow.errors import ChangedMeanwhile, NotAllowed, Refused
from danvan.workflow.table import effects_of, workflow_of


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
