"""What a scope is: which rows of a model a user reaches, and for what.

A model names its scope in ``access_scope``; ``Model.objects.visible_to(user)`` is the only door to its rows. The user
reaches this module as a protocol (:class:`Actor`), not as an import: how memberships become a :class:`Reach` is the
business of ``organization``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP


@dataclass(frozen=True)
class Reach:
    """The units whose rows a permission covers: all of them, or the ones with these ids.

    ``rows`` are single rows of further units, as ids by the label of their model: what a unit was given of one that was
    split up.
    """

    everything: bool = False
    unit_ids: frozenset[int] = frozenset()
    rows: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.everything or bool(self.unit_ids)


NOWHERE = Reach()


class Actor(Protocol):
    """What access asks of a user."""

    pk: int
    is_active: bool
    is_authenticated: bool

    def has_perm(self, permission: str) -> bool: ...

    def reach(self, permission: str) -> Reach:
        """The units for which a membership that is in force today grants *permission*."""


def reach_of(user: Actor | None, permission: str) -> Reach:
    """The reach of *user*, or nowhere for nobody, the anonymous and closed accounts: no context means no rows."""
    if user is None or not user.is_authenticated or not user.is_active:
        return NOWHERE
    return user.reach(permission)


class Scope:
    """Base of the scopes. A subclass says which rows of a queryset *user* reaches with *permission*.

    ``is_personal`` scopes keep rows even from those who reach every unit.
    """

    is_personal = False

    def restrict(self, queryset: QuerySet, user: Actor, permission: str) -> QuerySet:
        raise NotImplementedError


class UnitScope(Scope):
    """Rows that belong to a unit. *lookups* lead to it (``"unit"``, ``"dossier__unit"``); any of them suffices."""

    def __init__(self, *lookups: str):
        self.lookups = lookups

    def restrict(self, queryset, user, permission):
        reach = reach_of(user, permission)
        if reach.everything:
            return queryset
        if not reach:
            return queryset.none()
        condition = Q()
        for lookup in self.lookups:
            condition |= Q(**{f"{lookup}__in": reach.unit_ids})
            condition |= self._single_rows(queryset.model, lookup, reach)
        return queryset.filter(condition)

    @staticmethod
    def _single_rows(model, lookup, reach):
        """The rows of ``reach.rows`` that lie on the way from *model* to its unit, *model* itself included."""
        condition = Q()
        way = []
        for name in [] if not reach.rows else lookup.split(LOOKUP_SEP):
            if ids := reach.rows.get(model._meta.label_lower):
                condition |= Q(**{LOOKUP_SEP.join([*way, "pk", "in"]): ids})
            if name == "pk":
                break
            way.append(name)
            model = model._meta.get_field(name).related_model
        return condition


class SharedScope(Scope):
    """Rows that all who hold the permission share: lookups, campaigns. *published* narrows what units see of them."""

    def __init__(self, published: Q | None = None):
        self.published = published

    def restrict(self, queryset, user, permission):
        reach = reach_of(user, permission)
        if not reach:
            return queryset.none()
        if reach.everything or self.published is None:
            return queryset
        return queryset.filter(self.published)


class BanScope(Scope):
    """Rows of the Ban alone."""

    def restrict(self, queryset, user, permission):
        return queryset if reach_of(user, permission).everything else queryset.none()


class OwnScope(Scope):
    """Rows of one person, whatever else that person may see. *lookup* leads to the user."""

    is_personal = True

    def __init__(self, lookup: str):
        self.lookup = lookup

    def restrict(self, queryset, user, permission):
        return queryset.filter(**{self.lookup: user.pk}) if reach_of(user, permission) else queryset.none()
