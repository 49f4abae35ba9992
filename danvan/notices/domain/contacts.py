"""The log of what staff did by themselves about a duty: called, wrote on Zalo, sent a letter."""

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.history import domain as history
from danvan.history.actions import LABELS
from danvan.notices.models import Contact
from danvan.notices.sources import sources
from danvan.workflow import NotAllowed, Refused

ADD = "notices.add_contact"
DEED = "contact.add"
LABELS[DEED] = gettext_lazy("wrote down a contact")


def log_contacts(*, code, object_ids, kind, note, actor, form_key=None):
    """Write one line into the log of each of these duties of the source *code*, and return the Contacts.

    All or none. *kind* is a ContactKind, *note* a few words or empty. *form_key* (a UUID) is the key of the form that
    asks for it: sent a second time, nothing is written and nothing returned.

    Raises NotAllowed, or Refused when one of the duties is no longer owed.
    """
    if not actor.has_perm(ADD):
        raise NotAllowed
    if form_key and history.made_with(form_key, actor):
        return []
    wanted = set(object_ids)
    found = sources()[code].duties(wanted)
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
    try:
        with transaction.atomic():
            Contact.objects.bulk_create(contacts)
            prefetch_related_objects(contacts, "unit")
            first, *others = contacts
            history.record(actor=actor, action=DEED, obj=first, form_key=form_key)
            history.record_all(actor=actor, action=DEED, objects=others)
    except IntegrityError:
        # The other half of a double click was faster: the unique form key undid this one.
        if form_key and history.made_with(form_key, actor):
            return []
        raise
    return contacts
