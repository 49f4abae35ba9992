"""Which fields a reader must not learn anything about, on whatever channel: not read, not filtered, searched or sorted
by, not exported, not in the history. Models declare it, and everybody asks here:

``secret_fields``    are for nobody;
``ban_only_fields``  are never for units;
``hidden_until``     are for units once a property of the row is true: ``{"score": "is_concluded"}``;
``personal_fields``  are for those who may do ``personal`` with the record (``danvan/access/roles.py``).
"""

from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP

from danvan.access.door import permission_name, reaches, reaches_all
from danvan.access.scope import reach_of


def hidden_fields(model, user, obj=None):
    """The names of the fields of *model* that are hidden from *user*: for the record *obj*, or for any of them.

    A column that is computed from a hidden field is hidden with it.
    """
    hidden = set(getattr(model, "secret_fields", ()))
    if not reaches_all(user, model, "view"):
        hidden.update(getattr(model, "ban_only_fields", ()))
        until = getattr(model, "hidden_until", {})
        hidden.update(name for name, is_told in until.items() if obj is None or not getattr(obj, is_told))
    personal = getattr(model, "personal_fields", ())
    if personal and not _reads_personal(model, user, obj):
        hidden.update(personal)
    if hidden:
        sources = getattr(model, "computed_columns", {}).items()
        hidden.update(column for column, names in sources if not hidden.isdisjoint(names))
    return frozenset(hidden)


def _reads_personal(model, user, obj):
    seen, personal = (reach_of(user, permission_name(model, verb)) for verb in ("view", "personal"))
    if personal.everything or (personal and not seen.everything and seen.unit_ids <= personal.unit_ids):
        return True
    return obj is not None and reaches(user, obj, "personal")


def is_hidden(model, path, user, obj=None):
    """Whether *path* (``score``, ``-dossier__state``, ``person__birth_year__gte``) leads over a hidden field.

    With *obj*, its own fields are judged as those of that record. Relations lead to records of any state.
    """
    for step, (owner, name) in enumerate(fields_on(model, path)):
        if name in hidden_fields(owner, user, None if step or owner is not model else obj):
            return True
    return False


def hideable_fields(model):
    """The names of the fields of *model* that are hidden from somebody."""
    declared = ("secret_fields", "ban_only_fields", "hidden_until", "personal_fields")
    return {name for attribute in declared for name in getattr(model, attribute, ())}


def is_hideable(model, path):
    """Whether *path* leads over a field that is hidden from somebody."""
    return any(name in hideable_fields(owner) for owner, name in fields_on(model, path))


def fields_on(model, path):
    """Each field that *path* leads over, as its model and name, up to the first part that is no field.

    A relation followed backwards is the field at its other end.
    """
    for part in path.lstrip("-").split(LOOKUP_SEP):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return
        backwards = field.auto_created and not field.concrete
        yield (field.related_model, field.field.name) if backwards else (model, field.name)
        model = field.related_model
        if model is None:
            return


def is_path(model, path):
    """Whether *path* leads over fields all the way."""
    return len(list(fields_on(model, path))) == path.count(LOOKUP_SEP) + 1


def reads(*paths):
    """Decorator: says which fields a computed column reads, as paths from its model.

    Where one of them is hidden the column is left out. A column that hides by itself what must not be told names only
    what it lets through.
    """

    def declare(function):
        function.reads = paths
        return function

    return declare
