"""Registrations of models: sending, accepting, recognising."""

from django.db import transaction

from danvan import clock
from danvan.workflow import change_state
from movements.enums import RegistrationStatus
from movements.models import Exemplar


@transaction.atomic
def submit(*, obj, actor, reason=""):
    """Send a registration to the Ban and give a new model its long life.

    Makes the Exemplar, or finds the unit's own of the same name, unless the registration continues one.
    """
    values = {"submitted_at": clock.now()}
    if obj.exemplar_id is None:
        exemplar, made = Exemplar.objects.get_or_create(
            unit=obj.unit,
            name=obj.name,
            defaults={
                "kind": obj.kind,
                "subject_kind": obj.subject_kind,
                "field": obj.field,
                "place": obj.place,
                "is_sample": obj.is_sample,
            },
        )
        values["exemplar"] = exemplar
        if not made:
            values["status"] = RegistrationStatus.CONTINUED
    return change_state(obj=obj, action="submit", actor=actor, reason=reason, values=values)


def return_(*, obj, actor, reason):
    """Give a registration back to its unit, which reads the reason."""
    return change_state(obj=obj, action="return", actor=actor, reason=reason, values={"result_reason": reason})


def accept(*, obj, actor, reason=""):
    return change_state(obj=obj, action="accept", actor=actor, values={"result_reason": ""})


def recognise(*, obj, actor, reason=""):
    return change_state(obj=obj, action="recognise", actor=actor, reason=reason, values={"result_reason": reason})


def decline(*, obj, actor, reason):
    """Close a registration without recognition. The unit reads the reason."""
    return change_state(obj=obj, action="decline", actor=actor, reason=reason, values={"result_reason": reason})
