"""The words of uniqueness errors in forms, for every constraint: to who sees the row in the way and who does not."""

import pytest
from django.apps import apps
from django.forms import modelform_factory

from danvan.access.roles import RIGHTS
from danvan.access.uniqueness import TAKEN, ScopedModelForm, crosses_units, unique_constraints
from danvan.organization.models import Membership
from movements.models import ScheduleOverride
from tests.unique_sets import unique_sets
from tests.world import built_world, world  # noqa: F401 - fixtures


def is_typed(model, names):
    """Whether somebody can type into all of *names*."""
    held = {verb for verbs in RIGHTS.get(model._meta.label_lower, {}).values() for verb in verbs.split()}
    return bool(held & {"add", "change"}) and all(model._meta.get_field(name).editable for name in names)


def errors_with(model, names, row, actor):
    """What a form over the fields *names*, with the values of *row*, says to *actor*."""
    conditions = [found.condition for found in unique_constraints(model) if found.condition and found.fields == names]
    fields = {*names, *(name for condition in conditions for name in condition.referenced_base_fields)}
    form_class = modelform_factory(model, form=ScopedModelForm, fields=sorted(fields))
    form_class.actor = actor
    values = {name: model._meta.get_field(name).value_from_object(row) for name in fields}
    form = form_class({name: value for name, value in values.items() if value is not None})
    return [text for texts in form.errors.values() for text in texts]


FORMS = [
    (model, names)
    for model in apps.get_models()
    if hasattr(model, "access_scope") and model is not Membership  # no unit types one; who does is told the days
    for names in unique_sets(model)
    if is_typed(model, names)
]
FORM_IDS = [f"{model.__name__}-{'-'.join(names)}" for model, names in FORMS]


@pytest.mark.parametrize(("model", "names"), FORMS, ids=FORM_IDS)
def test_the_row_in_the_way_is_told_to_who_may_see_it(model, names, world):  # noqa: F811
    """A lead, and a form whose actor is not known, read one fixed text, unless the row is of the own unit for sure."""
    side = next(side for side in (world.other, world.ban, world.shared) if side in world.sides_of(model))
    row = side.one(model._meta.label_lower)
    if (model, "campaign" in names) == (ScheduleOverride, True):  # of a movement or of a unit, and the world has units
        row = side.new(model._meta.label_lower, unit=None, campaign=world.shared.one("movements.campaign"))
    for name in names:
        if getattr(row, name) == "":  # too short a column for the words of the office
            setattr(row, name, "7")
            row.save()
    lead, administrator = world.accounts["lead"], world.accounts["administrator"]
    words = errors_with(model, names, row, administrator)
    assert len(words) == 1 and words != [str(TAKEN)]
    told = [str(TAKEN)] if crosses_units(model, names) else words
    assert errors_with(model, names, row, lead) == errors_with(model, names, row, None) == told
