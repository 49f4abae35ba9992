"""The citizen identity number of a person: entered, taken away, and read in full for a reason. History holds it masked.

Nobody is told whether another person has the same number.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access.door import permission_name, reaches
from danvan.access.scope import reach_of
from danvan.history.domain import record
from danvan.organization.models import Person, PersonIdentity
from danvan.workflow import NotAllowed, Refused

BETWEEN_DIGITS = re.compile(r"[\s.\-]")
TWELVE_DIGITS = re.compile(r"[0-9]{12}")


def may_enter(*, person, actor):
    """Whether *actor* may enter or change the number of *person*: the Ban's officers, and the lead of the unit."""
    reach = reach_of(actor, permission_name(PersonIdentity, "change"))
    return reach.everything or person.unit_id in reach.unit_ids


@transaction.atomic
def enter_number(*, person, citizen_id, actor):
    """Keep *citizen_id*, twelve digits however spaced, as the number of *person*; empty takes the number away.

    Raises NotAllowed, or ValidationError at ``citizen_id``, which does not repeat what was typed.
    """
    if not may_enter(person=person, actor=actor):
        raise NotAllowed
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    identity = PersonIdentity.objects.filter(person=person).first()
    old = identity.masked if identity else None
    number = BETWEEN_DIGITS.sub("", citizen_id)
    if not number:
        if identity:
            identity.delete()
            record(actor=actor, action="remove_identity", obj=person, changes={"identity": [old, None]})
        return
    identity = identity or PersonIdentity(person=person, is_sample=person.is_sample)
    if identity.citizen_id == number:
        return
    if not TWELVE_DIGITS.fullmatch(number):
        raise ValidationError({"citizen_id": _("A citizen identity number has 12 digits.")})
    identity.citizen_id = number
    identity.save()
    record(actor=actor, action="enter_identity", obj=person, changes={"identity": [old, identity.masked]})


@transaction.atomic
def read_number(*, person, actor, reason):
    """Return the number of *person* in full; that *actor* read it, and why, is in the history.

    Raises NotAllowed, or Refused without a reason or where there is no number.
    """
    identity = PersonIdentity.objects.filter(person=person).first()
    if not reaches(actor, identity or PersonIdentity(), "reveal"):
        raise NotAllowed
    if identity is None:
        raise Refused(_("No citizen identity number was entered."))
    if not reason.strip():
        raise Refused(_("Say the reason."))
    record(actor=actor, action="reveal_identity", obj=person, reason=reason)
    return identity.citizen_id
