"""Writing history."""

import uuid
from collections import defaultdict

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from danvan import clock
from danvan.access.scope import UnitScope
from danvan.history.models import Activity
from danvan.logs import request_id


def record(*, actor, action, obj, changes=None, reason="", form_key=None):
    """Append what *actor* (None: the system) did to *obj* and return the Activity.

    Call it inside the transaction of the deed itself. *changes* maps field names to ``[old, new]``; values are kept as
    text. The unit is the record's own. Raises IntegrityError when *actor* used *form_key* before.
    """
    activity = _activity(actor, action, obj)
    activity.changes = {name: [as_text(old), as_text(new)] for name, (old, new) in (changes or {}).items()}
    activity.reason = reason
    activity.form_key = form_key and own_key(form_key, actor)
    activity.save()
    return activity


def record_all(*, actor, action, objects):
    """As :func:`record` for each of *objects*, in one statement."""
    Activity.objects.bulk_create(_activity(actor, action, obj) for obj in objects)


def _activity(actor, action, obj):
    return Activity(
        at=clock.now(),
        actor=actor,
        unit_id=unit_id_of(obj, action),
        request_id=request_id.get(),
        action=action,
        object_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        object_text=str(obj)[:300],
    )


def record_many(*, actor, action, unit_id, entries, reason=""):
    """As :func:`record` for each of *entries*, pairs of a record of the unit and its changes, with few statements."""
    activities = []
    for obj, changes in entries:
        activity = _activity(actor, action, obj)
        activity.unit_id, activity.reason = unit_id, reason
        activity.changes = {name: [as_text(old), as_text(new)] for name, (old, new) in changes.items()}
        activities.append(activity)
    Activity.objects.bulk_create(activities, batch_size=500)


def own_key(form_key, actor):
    """The key under which the form *form_key* of *actor* is kept: whoever sends another's key clashes with nobody."""
    return uuid.uuid5(form_key, str(actor.pk))


def unit_id_of(obj, action=""):
    """The id of the unit that *obj* belongs to, or None. A unit that is being deleted cannot be pointed to."""
    if obj._meta.label == "organization.Unit":
        return None if action == "delete" else obj.pk
    return getattr(obj, "unit_id", None)


def as_text(value):
    """A value as history keeps it: None stays None, for unknown is not empty."""
    return None if value is None else str(value)


def history_of(obj):
    """The activities of *obj*, newest first. The caller has made sure that the reader may see *obj*."""
    return Activity.objects.of(obj).select_related("actor")


def made_with(form_key, actor):
    """The activity of the record that *actor* made with the form *form_key*, or None."""
    return Activity.objects.filter(form_key=own_key(form_key, actor), actor=actor).first()


def lock_version(obj):
    """Lock the row of *obj* until the end of the transaction and read its present version into *obj*.

    Outside a transaction nothing is locked.
    """
    if connection.in_atomic_block:
        rows = type(obj)._default_manager.select_for_update().filter(pk=obj.pk)
        obj.version = rows.values_list("version", flat=True).get()


def with_owners(attempts):
    """The refused *attempts* as a list, each with ``owner``: None where the record asked for does not exist today.

    Else it is the unit that the record belongs to, or "" for a record of no unit. One query per kind of record and one
    for the units. For the administrator alone: it looks past every scope.
    """
    attempts = list(attempts)
    asked = defaultdict(set)
    for attempt in attempts:
        if attempt.record_id.isdecimal() and len(attempt.record_id) < 19:
            asked[attempt.record_kind].add(int(attempt.record_id))
    found = {}
    for kind, ids in asked.items():
        for pk, unit_id in _existing(kind, ids):
            found[kind, str(pk)] = unit_id
    units = Activity._meta.get_field("unit").related_model._base_manager.in_bulk(set(found.values()) - {None})
    for attempt in attempts:
        place = attempt.record_kind, attempt.record_id.lstrip("0")
        attempt.owner = units.get(found[place], "") if place in found else None
    return attempts


def _existing(kind, ids):
    """The ids of *ids* that there are of the model with the label *kind*, each with its unit's id or None."""
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return []
    scope = getattr(model, "access_scope", None)
    rows = model._base_manager.filter(pk__in=ids)
    if isinstance(scope, UnitScope):
        return rows.values_list("pk", scope.lookups[0])
    return [(pk, None) for pk in rows.values_list("pk", flat=True)]
