"""One visitor, one kind of record, one site: what a probe asks with, and how it judges the answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from tests.bad_input.ids import MISSING as MISSING_KEY
from tests.isolation.answers import shape, told_by
from tests.isolation.cast import Actor, access_of
from tests.isolation.policy import masked_from
from tests.world import BAN, BIRTH_DATE, CHILD, OTHER, OWN, PARENT, SHARED, SIBLING, World, traces

WORDS = {
    "own": OWN,
    "parent": PARENT,
    "child": CHILD,
    "sibling": SIBLING,
    "other": OTHER,
    "ban": BAN,
    "shared": SHARED,
}
"""The word of each side of the office."""

PERSONAL = re.compile(rf">\s*{BIRTH_DATE.year}\s*<|{BIRTH_DATE:%d/%m/%Y}|{BIRTH_DATE:%Y-%m-%d}")


@dataclass(frozen=True)
class Verdict:
    """One cell of the matrix: the answer to one visitor about the rows of one side, and what is wrong with it."""

    side: str
    problem: str = ""


@dataclass(frozen=True)
class Case:
    """A visitor (``actor``, with a live session ``client``) who asks *site* about records of the kind ``label``."""

    site: admin.AdminSite
    world: World
    actor: Actor
    client: object
    label: str

    @cached_property
    def model(self):
        return apps.get_model(self.label)

    @cached_property
    def admin(self):
        return self.site._registry[self.model]

    @cached_property
    def sides(self):
        """The names of the sides that have rows of the kind."""
        relatives = (self.world.parent, self.world.child, self.world.sibling)
        owners = self.world.sides_of(self.model, relatives)
        return [name for name in WORDS if getattr(self.world, name) in owners]

    @cached_property
    def home(self):
        """The name of the side whose rows are nearest: the visitor's own, or what all share."""
        return next((name for name in (self.actor.home, "own", "shared", *self.sides) if name in self.sides), None)

    def access(self, side):
        return access_of(self.actor, self.label, side)

    @cached_property
    def reads(self):
        """Whether the policy lets the visitor see any row of the kind."""
        return any(self.access(side).reads for side in self.sides)

    def rows(self, side):
        return getattr(self.world, side).rows.get(self.label, [])

    # --- asking -----------------------------------------------------------------------------------------------------

    def url(self, page, *args, **kwargs):
        name = f"{self.site.name}:{self.label.replace('.', '_')}_{page}"
        return reverse(name, args=args, kwargs=kwargs)

    def get(self, page, *args, data=None):
        return self.client.get(self.url(page, *args), data)

    def post(self, page, *args, data=None, **extra):
        return self.client.post(self.url(page, *args), data, **extra)

    def request(self):
        """A request of the visitor's, for asking the admin what it offers."""
        return self.get("changelist").wsgi_request

    # --- judging ----------------------------------------------------------------------------------------------------

    @cached_property
    def forbidden(self):
        """The sides of which nothing may be told."""
        return [side for side in WORDS if not self.may_be_told(side)]

    def may_be_told(self, side):
        if not self.actor.column:
            return False
        return not self.actor.is_of_a_unit or side in (self.actor.home, "shared")

    @cached_property
    def names_above(self):
        """The name of the unit's superior, which rule 4 of the policy lets it read. That of ``own`` carries no word."""
        return [self.world.own.unit.name] if self.actor.is_of_a_unit and self.actor.home == "child" else []

    def told(self, answer, but=()) -> Iterator[Verdict]:
        """A verdict for each side on whether *answer* tells of rows that the visitor must not know, and for masks.

        The texts *but* are what the visitor sent.
        """
        return self.tells(told_by(answer), but)

    def tells(self, text, but=()) -> Iterator[Verdict]:
        """The same on a *text* that was said."""
        for known in (*but, *self.names_above):
            text = text.replace(known, "")
        found = traces(text, [WORDS[side] for side in self.forbidden])
        by_side = {side: traces(text, [WORDS[side]]) for side in self.forbidden if found}
        for side in self.sides:
            yield Verdict(side, f"tells {by_side[side]}" if by_side.get(side) else "")
        elsewhere = {side: words for side, words in by_side.items() if words and side not in self.sides}
        yield Verdict("elsewhere", f"tells {elsewhere}" if elsewhere else "")
        if "birth_date" in masked_from(self.actor.column, "organization.person"):
            yield Verdict("personal", "tells the date of birth" if PERSONAL.search(text) else "")

    def opened(self, answer, side) -> Iterator[Verdict]:
        """A verdict on the status of a page of the kind that shows rows of *side*."""
        if self.access(side).reads:
            yield Verdict(side, "" if answer.status_code == 200 else f"refused with {answer.status_code}")
        else:
            yield Verdict(side, f"opened with {answer.status_code}" if answer.status_code == 200 else "")

    def alike(self, answer, absent, key, side) -> Verdict:
        """A verdict on whether a foreign record was answered like a missing one."""
        same = shape(answer, key, MISSING_KEY) == shape(absent, key, MISSING_KEY)
        return Verdict(side, "" if same else "answered otherwise than a missing record")

    def state(self):
        """All rows of the kind, to be compared before and after. Refused attempts grow by being made."""
        if self.label == "history.refusedattempt":
            return []
        return sorted(self.model._base_manager.values_list(), key=repr)
