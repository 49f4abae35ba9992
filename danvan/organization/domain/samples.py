"""The demonstration: whether it is there, and taking it away."""

from collections import defaultdict

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from danvan.access.models import Lookup, Record
from danvan.history.models import Activity
from danvan.organization.models import Unit, User


def demonstration_loaded():
    """Whether sample units exist, so that every page has to say so."""
    return Unit.objects.filter(is_sample=True).exists()


@transaction.atomic
def clear_samples():
    """Delete every sample and whatever hangs on one, history included; return ``{model: rows}``.

    A short list such as the fields of work may be used by real rows meanwhile: such an entry stays and is no sample any
    more. What a sample account merely did to a real row loses that name and stays. The guards of models that are never
    deleted do not hold here: a sample was never issued.
    """
    doomed = _samples_and_what_hangs_on_them()
    for link in filter(_only_names_who, _links_to(User)):
        link.model._base_manager.filter(**{f"{link.name}__in": doomed.get(User, ())}).update(**{link.name: None})
    counts, files = {}, []
    for model, ids in doomed.items():
        rows = model._base_manager.filter(pk__in=ids)
        files += [file for field in _file_fields(model) for file in _files(rows, field)]
        counts[model] = len(ids)
        for through in _through_models(model):
            through._base_manager.filter(**{f"{_link(through, model)}__in": ids})._raw_delete(rows.db)
        # Foreign keys are checked at the end of the transaction, so that the order does not matter.
        rows._raw_delete(rows.db)
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in files])
    return counts


def _samples_and_what_hangs_on_them():
    doomed = defaultdict(set)
    records = [model for model in apps.get_models() if issubclass(model, Record)]
    new = {model: set(model._base_manager.filter(is_sample=True).values_list("pk", flat=True)) for model in records}
    while any(new.values()):
        for model, ids in new.items():
            doomed[model] |= ids
        new = _hanging_on(new, doomed)
    for model in list(doomed):
        if issubclass(model, Lookup):
            doomed[model] -= _kept(model, doomed)
    return {model: ids for model, ids in doomed.items() if ids}


def _hanging_on(new, doomed):
    found = defaultdict(set)
    for model, ids in new.items():
        if not ids or issubclass(model, Lookup):
            continue
        for link in _links_to(model):
            if not _only_names_who(link):
                rows = link.model._base_manager.filter(**{f"{link.name}__in": ids})
                found[link.model] |= set(rows.values_list("pk", flat=True)) - doomed[link.model]
        told = Activity._base_manager.filter(object_type=ContentType.objects.get_for_model(model), object_id__in=ids)
        found[Activity] |= set(told.values_list("pk", flat=True)) - doomed[Activity]
    return found


def _kept(model, doomed):
    """The sample entries of a short list that rows outside *doomed* use. They are unmarked."""
    used = set()
    for link in _links_to(model):
        others = link.model._base_manager.exclude(pk__in=doomed.get(link.model, ()))
        used |= set(others.filter(**{f"{link.name}__in": doomed[model]}).values_list(link.attname, flat=True))
    model._base_manager.filter(pk__in=used).update(is_sample=False)
    return used


def _links_to(model):
    """The foreign keys that lead to *model*, those that have no name on its side included."""
    relations = [field for field in model._meta.get_fields(include_hidden=True) if field.auto_created]
    links = [relation.field for relation in relations if relation.one_to_many or relation.one_to_one]
    return [link for link in links if not link.model._meta.auto_created]


def _only_names_who(link):
    """Whether the foreign key *link* says who did something to a row that does without that."""
    return link.related_model is User and link.null


def _through_models(model):
    own = [field.remote_field.through for field in model._meta.many_to_many]
    of_others = [relation.through for relation in model._meta.related_objects if relation.field.many_to_many]
    return [through for through in own + of_others if through._meta.auto_created]


def _link(through, model):
    return next(field.name for field in through._meta.fields if field.related_model is model)


def _file_fields(model):
    return [field for field in model._meta.fields if isinstance(field, models.FileField)]


def _files(rows, field):
    return [(field.storage, name) for name in rows.values_list(field.name, flat=True) if name]
