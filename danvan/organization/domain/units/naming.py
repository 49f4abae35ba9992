"""What is done to one unit beside its place in the tree and its succession."""

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access.door import reaches
from danvan.history import domain as history
from danvan.workflow import NotAllowed, Refused

CORRECT = "correct"


def correct(*, obj, name, code, actor, reason):
    """Mend a typing mistake in the name or the code of the unit *obj*, and return it.

    Not for a new name: a unit that is called otherwise from a day on is renamed by a reorganisation, and what was
    printed keeps the words it was printed with. Raises NotAllowed; Refused without a reason or a difference;
    ValidationError for a name or code that cannot be, such as the code of another unit.
    """
    if not reaches(actor, obj, CORRECT):
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Say the reason."))
    before = {"name": obj.name, "code": obj.code}
    obj.name, obj.code = name, code
    obj.full_clean()
    after = {"name": obj.name, "code": obj.code}
    changes = {field: [before[field], after[field]] for field in before if before[field] != after[field]}
    if not changes:
        raise Refused(_("Name and code are the same as before."))
    with transaction.atomic():
        obj.save()
        history.record(actor=actor, action="correct", obj=obj, changes=changes, reason=reason)
    return obj
