"""The log of what staff did by themselves about a duty: called, wrote on Zalo, sent a letter."""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.history import domain as history
from danvan.history.actions import LABELS
from danvan.notices.domain.duties import duties_in
from danvan.notices.models import Contact
from danvan.workflow import NotAllowed, Refused

ADD = "notices.add_contact"
DEED = "contact.add"
LABELS[DEED] = gettext_lazy("wrote down a contact")


def log_contacts(*, code, object_ids, kind, note, actor):
    """Write one line into the log of each of these duties of the source *code*, and return the Contacts.

    All or none. *kind* is a ContactKind, *note* a few words or empty. Raises NotAllowed, or Refused when one of the
    duties is no longer owed.
    """
    if not actor.has_perm(ADD):
        raise NotAllowed
    wanted = set(object_ids)
    found = duties_in(code, wanted)
    if not wanted or found.keys() != wanted:
        raise Refused(_("Nothing was written down: this is not owed any more."))
    now = clock.now()
    contacts = [
        Contact(
            source=code,
            object_id=duty.object_id,
            due_on=duty.due_on,
            unit_id=duty.unit_id,
            kind=kind,
            note=note,
            actor=actor,
            at=now,
        )
        for duty in found.values()
    ]
    with transaction.atomic():
        contacts = Contact.objects.bulk_create(contacts)
        prefetch_related_objects(contacts, "unit")
        history.record_all(actor=actor, action=DEED, objects=contacts)
    return contacts
