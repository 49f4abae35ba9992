"""Ties between rows of units: what may point to a row of another unit, and what must not.

A model declares each of its relations to rows that belong to a unit: in ``same_unit``, or in ``other_unit_allowed``
with the reason. The units are compared at the moment of writing. A person may move to another unit later: rows of
before keep pointing to it, and their other columns can still be written. On PostgreSQL triggers compare them once more
(:mod:`danvan.access.triggers`).

What belongs to no unit (a scope other than :class:`UnitScope`, or an empty unit) is the Ban's own: a tie in
``same_unit`` leads from there to the Ban's own rows alone.
"""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.forms import ModelChoiceField

from danvan.access.scope import UnitScope

NEUTRAL = ModelChoiceField.default_error_messages["invalid_choice"]
"""What a form says to the key of a record that does not exist."""

MISSING = object()


class OtherUnit(ValidationError):
    """Rows of two units would be tied by the relations *names*. Reads like an error about records that do not exist."""

    def __init__(self, names):
        super().__init__({name: ValidationError(NEUTRAL, code="invalid_choice") for name in names})


def owner_path(model) -> str | None:
    """The lookup from *model* to the unit that owns its rows (``"dossier__unit"``), or None for the Ban's own rows."""
    scope = getattr(model, "access_scope", None)
    return scope.lookups[0] if isinstance(scope, UnitScope) else None


def has_owner(row) -> bool:
    """Whether the unit of *row* is known. Of a form that lacks it, it is not."""
    path = owner_path(type(row))
    if path is None or path == "pk":
        return True
    return getattr(row, type(row)._meta.get_field(path.partition(LOOKUP_SEP)[0]).attname) is not None


# --- writing ----------------------------------------------------------------------------------------------------------


def note(row, written=None) -> None:
    """Remember where the ties of *row* lead in the database. *written* names the fields just read or saved (all)."""
    names = [field.attname for field in _tied_fields(type(row), written) if field.attname in row.__dict__]
    if names:
        # A dictionary of its own: a copy of the row shares the old one.
        row._tied = {**row.__dict__.get("_tied", {}), **{name: row.__dict__[name] for name in names}}


def check(rows, written=None) -> None:
    """Raise OtherUnit where a new row, or a changed relation, of *rows* leads to another unit.

    *rows* are of one model. Asks the database once for each relation that is not loaded, however many rows there are.
    """
    rows = list(rows)
    if not rows:
        return
    new = {field: [row for row in rows if _is_new(row, field)] for field in _tied_fields(type(rows[0]), written)}
    touched = {id(row): row for tied in new.values() for row in tied}
    owner = owner_path(type(rows[0]))
    own = dict(zip(touched, _units(list(touched.values()), owner), strict=True)) if owner else dict.fromkeys(touched)
    refused = [
        field.name
        for field, tied in new.items()
        if [own[id(row)] for row in tied] != _units(tied, field.name + LOOKUP_SEP + owner_path(field.related_model))
    ]
    if refused:
        raise OtherUnit(refused)


def check_update(queryset, values) -> None:
    """As :func:`check` for ``queryset.update(**values)``. Expressions are left to the database."""
    for field in _tied_fields(queryset.model):
        value = values.get(field.name, values.get(field.attname))
        if value is None or hasattr(value, "resolve_expression"):
            continue
        probe = queryset.model(**{field.name if isinstance(value, models.Model) else field.attname: value})
        unit = _units([probe], field.name + LOOKUP_SEP + owner_path(field.related_model))[0]
        owner = owner_path(queryset.model)
        if owner is None and unit is None:
            continue
        crossing = queryset.exclude(**{field.name: value})
        if owner and unit is not MISSING:
            crossing = crossing.exclude(**{owner: unit})
        if crossing.exists():
            raise OtherUnit([field.name])


def _tied_fields(model, written=None) -> Iterator[models.ForeignKey]:
    for name in getattr(model, "same_unit", ()):
        field = model._meta.get_field(name)
        if written is None or not {field.name, field.attname}.isdisjoint(written):
            yield field


def _is_new(row, field) -> bool:
    value = row.__dict__.get(field.attname)
    if value is None:
        return False
    return row._state.adding or row.__dict__.get("_tied", {}).get(field.attname, MISSING) != value


def _units(rows, path) -> list:
    """The unit at the end of *path* for each of *rows*; MISSING where the path breaks off. At most one query."""
    if not rows:
        return []
    name, _separator, rest = path.partition(LOOKUP_SEP)
    if name == "pk":
        return [row.pk for row in rows]
    field = type(rows[0])._meta.get_field(name)
    if not rest:
        return [getattr(row, field.attname) for row in rows]
    loaded = [row for row in rows if field.get_cached_value(row, None) is not None]
    units = dict(zip(map(id, loaded), _units([getattr(row, name) for row in loaded], rest), strict=True))
    asked = {getattr(row, field.attname) for row in rows if id(row) not in units} - {None}
    found = {}
    if asked:
        found = dict(field.related_model._base_manager.filter(pk__in=asked).values_list("pk", rest))
    key = field.target_field.to_python
    return [units.get(id(row), found.get(key(getattr(row, field.attname)), MISSING)) for row in rows]


# --- declaring --------------------------------------------------------------------------------------------------------


def ties_of(model) -> Iterator[models.Field]:
    """The relations by which a row of *model* can lead to a row of another unit, so that they must be declared.

    Not among them: the relation that says whose the row itself is; and a unit named by what belongs to no unit.
    """
    owner = owner_path(model)
    for field in (*model._meta.fields, *model._meta.many_to_many):
        target = owner_path(field.related_model) if field.is_relation else None
        names_a_unit = target == "pk" and owner is None
        if target and not names_a_unit and field.name != (owner or "").partition(LOOKUP_SEP)[0]:
            yield field


@checks.register(checks.Tags.models)
def ties_are_declared(app_configs, **kwargs) -> Iterable[checks.Error]:
    """No model forgets to say which of its relations stay within a unit."""
    found = []
    for model in apps.get_models():
        if getattr(model, "access_scope", None) is None:
            continue
        same = set(getattr(model, "same_unit", ()))
        allowed = {name for name, reason in getattr(model, "other_unit_allowed", {}).items() if reason}
        relations = {field.name: field for field in ties_of(model)}
        for name in sorted(relations.keys() - (same ^ allowed)):
            words = f"{model._meta.label}.{name} leads to a row of a unit: name it in same_unit or other_unit_allowed."
            found.append(checks.Error(words, id="danvan.E010"))
        for name in sorted((same | allowed) - relations.keys()):
            words = f"{model._meta.label}.{name} leads to no row of a unit."
            found.append(checks.Error(words, id="danvan.E011"))
        for name in sorted(same & relations.keys()):
            if relations[name].many_to_many:
                words = f"{model._meta.label}.{name} is a relation to many, which same_unit cannot watch."
                found.append(checks.Error(words, id="danvan.E012"))
    return found
