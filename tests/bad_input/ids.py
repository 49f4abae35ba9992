"""What somebody could put into a form by hand: the ids of other records, and fields that it does not ask for."""

from itertools import product

from django import forms
from django.apps import apps
from django.forms.models import InlineForeignKeyField

from danvan.workflow import workflow_of
from danvan.workflow.admin import TransitionsMixin
from tests.bad_input.discovery import addresses_of, form_pages
from tests.bad_input.filling import Filled, forms_on, open_form
from tests.crawl.addresses import label_of
from tests.world import registered_admins, rolled_back

MISSING = 987_654_321
SUBJECTS = ("organization.unit", "organization.collective", "organization.person")
"""Whom a control can name as ``label:id``."""


class OpenForm:
    """A form that *client* can open, filled in with what fits. ``fields`` holds the hidden ones too."""

    def __init__(self, client, name, deed, address, answer):
        self.name, self.deed, self.address = name, deed, address
        self.filled = Filled(client, address, answer)
        self.fields = {bound.html_name: bound.field for form in forms_on(answer) for bound in form}
        label = label_of(name, list(registered_admins()))
        self.model = apps.get_model(label) if label else None
        found = dict(answer.resolver_match.kwargs)
        self.object_id = found.get("object_id")

    @property
    def is_add(self):
        return self.name.endswith("_add")

    def beside(self):
        """The names of the record's fields that the form does not ask for."""
        if self.model is None:
            return []
        own = {name.rpartition("-")[2] for name in self.fields}
        return [field.name for field in self.model._meta.concrete_fields if field.name not in own]


def forms_open_to(world, client):
    """Each form of the site that *client* can open. Nothing of the search for them stays in the database."""
    for name, deed in form_pages():
        for address in addresses_of(world, name, deed):
            with rolled_back():
                answer = open_form(client, address)
            if answer:
                yield OpenForm(client, name, deed, address, answer)
                break


def other_ids(field, world):
    """Ids that are not on offer in *field*: kind (foreign, missing, locked) and value, as its control would send it.

    Rows of every state are in *world*, see :func:`in_every_state`.
    """
    if isinstance(field, InlineForeignKeyField):
        label = field.parent_instance._meta.label_lower
        yield from ((kind, str(pk)) for kind, pk in _ids(label, {field.parent_instance.pk}, world))
    elif isinstance(field, forms.ModelChoiceField):
        offered = set(field.queryset.values_list("pk", flat=True))
        label = field.queryset.model._meta.label_lower
        yield from ((kind, str(pk)) for kind, pk in _ids(label, offered, world))
    elif isinstance(field, forms.ChoiceField):
        offered = {str(key) for key, _label in field.choices}
        prefixes = sorted({key.rpartition(":")[0] for key in offered if key.rpartition(":")[2].isdecimal()} - {""})
        for prefix, label in product(prefixes, SUBJECTS):
            found = ((kind, f"{prefix}:{pk}") for kind, pk in _ids(label, set(), world))
            yield from ((kind, value) for kind, value in found if value not in offered)


def _ids(label, offered, world):
    for side in (world.other, world.ban):
        yield from (("foreign", row.pk) for row in side.rows.get(label, ())[:1] if row.pk not in offered)
    yield "missing", MISSING
    rows = [row for side in (world.own, world.shared) for row in side.rows.get(label, ()) if row.pk not in offered]
    yield from (("locked", row.pk) for row in rows[:4])


def in_every_state(world):
    """Give the lead's side, or the shared one, a row in every state of every model with states."""
    for label, found in registered_admins().items():
        if not isinstance(found, TransitionsMixin):
            continue
        model = apps.get_model(label)
        side = world.own if world.own in world.sides_of(model) else world.shared
        if side in world.sides_of(model):
            for state in model._meta.get_field(workflow_of(model).field).choices:
                side.in_state(label, state[0])
