"""What must be unique in a model, whatever declares it."""

from collections.abc import Iterator

from danvan.access.uniqueness import unique_constraints


def unique_sets(model) -> Iterator[tuple[str, ...]]:
    """The names of the fields that are unique together in *model*, key apart. Empty for a constraint on expressions."""
    for field in model._meta.local_concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    yield from map(tuple, model._meta.unique_together)
    for constraint in unique_constraints(model):
        yield tuple(constraint.fields)
