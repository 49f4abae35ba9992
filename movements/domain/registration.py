"""Registrations of models: sending, accepting, recognising."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.notices.domain import settlements
from danvan.notices.domain.inbox import tell_unit
from danvan.workflow import change_state
from movements.domain.completing import chosen_day
from movements.domain.duties import RETURNED_REGISTRATION
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


@transaction.atomic
def return_(*, obj, actor, reason, complete_by=None):
    """Give a registration back to its unit to be completed by the day *complete_by*, and tell its leads why.

    Without *complete_by* the office's usual working days are given. Raises ValidationError for a day that cannot be.
    """
    day = chosen_day(complete_by)
    values = {"result_reason": reason, "complete_by": day}
    obj = change_state(obj=obj, action="return", actor=actor, reason=reason, values=values)
    settlements.lapse(code=RETURNED_REGISTRATION, object_id=obj.pk, actor=actor)
    by = _("To be completed by %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    _tell(obj, _("Please complete the registration: %(name)s"), f"{reason}\n{by}")
    return obj


def accept(*, obj, actor, reason=""):
    return change_state(obj=obj, action="accept", actor=actor, values={"result_reason": ""})


def recognise(*, obj, actor, reason=""):
    return change_state(obj=obj, action="recognise", actor=actor, reason=reason, values={"result_reason": reason})


@transaction.atomic
def decline(*, obj, actor, reason):
    """Close a registration without recognition, and tell the unit's leads why."""
    obj = change_state(obj=obj, action="decline", actor=actor, reason=reason, values={"result_reason": reason})
    _tell(obj, _("Not recognised: %(name)s"), reason)
    return obj


def _tell(registration, title, reason):
    tell_unit(
        unit=registration.unit,
        title=title % {"name": registration},
        body=reason,
        url=reverse("admin:movements_registration_change", args=[registration.pk]),
    )
