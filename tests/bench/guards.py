"""What the guards cost: a list of nominations as somebody opens it from whom rows and fields are kept, against the same
page with the same rows and columns for the same person, with the door open and nothing asked of fields.
"""

import sys
from contextlib import contextmanager
from types import FunctionType

from django.contrib import admin

from awards.models import Nomination
from danvan.access import door, visibility
from danvan.access.models import RecordQuerySet
from danvan.access.roles import Role
from danvan.organization.models import Unit
from danvan.text.ordering import person_sort_key
from tests.bench.measuring import Contest, line
from tests.bench.nominations import PEOPLE, UNITS, changelist_of, fetched, fill, full_name, opened, same_rows, size_of
from tests.factories import logged_in, make_lead, make_user

ROUNDS = 25  # The difference is small, and the machine's noise is not.
GUARDS = {
    door.rows_visible_to: lambda model, user, verb="view": model._default_manager.all(),
    door.reaches: lambda user, obj, verb: True,
    door.reaches_all: lambda user, model, verb: True,
    visibility.hidden_fields: lambda model, user, obj=None: frozenset(),
    visibility.is_hidden: lambda model, path, user, obj=None: False,
}
"""The functions that every guard asks, and what stands in their place without guards."""


def guards_cost(name):
    fill(unit_of=units_of_people().__getitem__)
    auditor, lead = make_user(Role.VIEWER), make_lead(Unit.objects.get(code="X0"))
    yield line(f"{name}-auditor", contest_of(auditor))
    yield line(f"{name}-lead", contest_of(lead))


def units_of_people():
    """The unit of each person: a big unit nominates a hundred in every round, with whom the list of all begins."""
    in_order = sorted(range(PEOPLE), key=lambda i: person_sort_key(full_name(i)))
    in_big_unit = set(in_order[:100])
    return [0 if i in in_big_unit else 1 + i % (UNITS - 1) for i in range(PEOPLE)]


def contest_of(user):
    changelist = changelist_of(user)
    ours = opened(logged_in(user), "admin")
    peer = without_guards(ours, user, changelist)
    same_rows(ours(), peer())
    size = size_of(changelist)
    return Contest(ours=ours, peer=peer, floor=fetched(changelist), goal=1.15, size=size, rounds=ROUNDS)


def without_guards(run, user, changelist):
    """*run* without guards; columns and filters of the page are those of *changelist*, which the guards left over.

    So are the choices of a filter over units: a list of all of them takes longer by itself, and would hide the cost.
    """
    page = admin.site.get_model_admin(Nomination)
    fixed = {
        "get_list_display": [name for name in changelist.list_display if name != "action_checkbox"],
        "get_list_filter": changelist.list_filter,
    }
    shown, all_rows = Unit.objects.visible_to(user), GUARDS[door.rows_visible_to]
    stand_ins = GUARDS | {
        door.rows_visible_to: lambda model, user, verb="view": shown.all() if model is Unit else all_rows(model, user)
    }
    places = [
        (module, name, stand_ins[value])
        for module in list(sys.modules.values())
        if module.__name__.split(".")[0] in ("danvan", "movements", "awards")
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value in stand_ins
    ]
    places.append((RecordQuerySet, "visible_to", lambda self, user, verb="view": self))
    places += [(page, name, lambda request, value=value: value) for name, value in fixed.items()]

    def unguarded():
        with replaced(places):
            return run()

    return unguarded


@contextmanager
def replaced(places):
    """Put the third of each triple of *places* in the attribute of an object, and what was there back afterwards."""
    before = [(holder, name, getattr(holder, name)) for holder, name, _value in places]
    for holder, name, value in places:
        setattr(holder, name, value)
    try:
        yield
    finally:
        for holder, name, value in before:
            setattr(holder, name, value)
