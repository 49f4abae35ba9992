"""What a reorganisation moves: one Mover for each kind of record, registered by the app that keeps it.

A Mover says which records of a unit are open and go to its successor, which stay with it as history, what clashes under
the new unit, and does the moving. It is asked for a plan first, which changes nothing and is what the preview shows;
what the plan says is then done and counted again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from danvan.history import domain as history
from danvan.organization.models import Apportionment, Reorganisation, Unit, UnitPlacement

BATCH = 500
APART, JOIN = "apart", "join"

Share = tuple[str, int]
"""A record as it is apportioned: the label of its model and its id."""


@dataclass(frozen=True)
class Handover:
    """Whose records go to whom on which day.

    ``old`` are the units that end, ``new`` those that take over, both by id. ``heirs`` maps an old unit to its only
    successor and is empty for a split, whose ``shares`` say it for each record; an old unit without an heir leaves its
    work to be closed, for the ``reason``. ``choices`` are those made about doubles, by their keys.
    """

    reorganisation: Reorganisation
    day: date
    old: Mapping[int, Unit]
    new: Mapping[int, Unit]
    heirs: Mapping[int, int]
    is_split: bool = False
    ends_memberships: bool = False
    shares: Mapping[Share, int] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    actor: Any = None
    plans: dict[str, "Plan"] = field(default_factory=dict)

    @property
    def last_day(self) -> date:
        """The last day of the old units."""
        return self.day - timedelta(days=1)

    @cached_property
    def paths(self) -> dict[int, str]:
        """Where the new units stand on the day. Asked after they were placed."""
        placements = UnitPlacement.objects.on(self.day).filter(unit__in=self.new)
        return dict(placements.values_list("unit", "path"))

    def heir(self, unit_id: int, share: Share) -> int | None:
        """The id of the unit that takes over a record of the old unit *unit_id*; None where there is none (yet)."""
        return self.shares.get(share) if self.is_split else self.heirs.get(unit_id)


@dataclass(frozen=True)
class Double:
    """Records that cannot stand side by side under the new unit as they are.

    ``options`` are the ways out as codes with their words; empty where there is but one, which ``words`` tell.
    """

    key: str
    words: str
    options: tuple[tuple[str, str], ...] = ()
    chosen: str = ""


@dataclass
class Plan:
    """What becomes of the open records of one kind. ``history`` counts those that stay as history.

    ``moves`` holds them by the id of the new unit; ``joined`` go into another record, ``closed`` are ended, ``left``
    stay open with the old unit, ``unassigned`` wait for somebody to say to whom they go, ``asked`` are all that
    somebody has to say it of. ``there`` counts the open records that the new units have already. ``details`` are for
    the mover alone.
    """

    mover: "Mover"
    moves: dict[int, list] = field(default_factory=lambda: defaultdict(list))
    joined: list = field(default_factory=list)
    closed: list = field(default_factory=list)
    left: list = field(default_factory=list)
    unassigned: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)
    history: int = 0
    there: Counter = field(default_factory=Counter)
    details: dict = field(default_factory=dict)

    @property
    def moved(self) -> int:
        return sum(map(len, self.moves.values()))

    @property
    def open(self) -> int:
        """The open records that the old units have now."""
        return self.moved + len(self.joined) + len(self.closed) + len(self.left) + len(self.unassigned)

    @property
    def before(self) -> int:
        return self.open + self.history

    def chosen(self, handover: Handover, rows: Iterable, words: str, options=(), default="") -> str:
        """Note that *rows* are a Double and return which of *options* was chosen for just these rows, or *default*."""
        key = f"{self.mover.key}:{'-'.join(str(pk) for pk in sorted(row.pk for row in rows))}"
        codes = {code for code, _words in options}
        choice = handover.choices.get(key, default)
        choice = choice if choice in codes else default
        self.doubles.append(Double(key, words, tuple(options), choice))
        return choice


class Mover:
    """How the records of one model follow their unit.

    A subclass says what is ``open`` and overrides what differs. ``owner`` is the column of the unit, ``related`` what a
    record's name is made of besides, ``order`` in which order records of one name take precedence; ``placed`` says
    that the record keeps where its unit stood, ``closes`` that open ones can be closed when nobody takes them over,
    ``history_is_shared`` that a split may also say who reads those that stay.
    """

    model: type
    owner = "unit"
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    placed = False
    closes = True
    history_is_shared = False

    @property
    def key(self) -> str:
        return self.model._meta.label_lower

    @property
    def title(self) -> str:
        """What the records are called, as the head of a line."""
        return str(capfirst(self.model._meta.verbose_name_plural))

    # --- which ------------------------------------------------------------------------------------------------------

    def rows_by(self, condition: Q) -> QuerySet:
        """The records of which *condition* holds, with what their names are made of."""
        return self.model.objects.filter(condition).select_related(*self.related).order_by(*self.order, "pk")

    def rows(self, unit_ids: Iterable[int]) -> QuerySet:
        """All records of the units."""
        return self.rows_by(Q(**{f"{self.owner}__in": unit_ids}))

    def is_open(self, day: date) -> Q:
        """The condition that a record goes on under the new unit from *day*."""
        return Q()

    def open(self, unit_ids: Iterable[int], day: date) -> QuerySet:
        return self.rows(unit_ids).filter(self.is_open(day))

    def history(self, unit_ids: Iterable[int], day: date) -> QuerySet:
        """The records that stay with the old unit."""
        return self.rows(unit_ids).exclude(pk__in=self.open(unit_ids, day).values("pk"))

    def readable_history(self, unit: Unit, day: date) -> QuerySet:
        """What the lead of *unit*, which is split up, reads as history: its own, what it inherited and was given."""
        if not self.history_is_shared:
            return self.model.objects.none()
        units = [unit.pk, *unit.inherits]
        given = Apportionment.objects.rows_of(units).get(self.key, ())
        own = self.history(units, day).values("pk")
        return self.rows_by(Q(pk__in=own) | Q(pk__in=given))

    def unit_id(self, row) -> int:
        return getattr(row, f"{self.owner}_id")

    def share(self, row) -> Share:
        """As what *row* is apportioned in a split."""
        return self.key, row.pk

    def subject(self, row):
        """The record in whose history it is told that *row* moved."""
        return row

    def asks(self, handover: Handover, row) -> bool:
        """Whether a split has to be told to whom *row* goes. What follows another record is not asked for."""
        return True

    def target(self, handover: Handover, row) -> int | None:
        """The id of the unit that takes *row* over."""
        return handover.heir(self.unit_id(row), self.share(row))

    def attachments(self, ids: Iterable[int]) -> Iterator[Share]:
        """What has to be readable with the records with these ids that stay: their files."""
        return iter(())

    # --- planning ---------------------------------------------------------------------------------------------------

    def plan(self, handover: Handover) -> Plan:
        """What will become of each record. Changes nothing."""
        plan = Plan(self)
        for row in self.open(handover.old, handover.day):
            target = self.target(handover, row)
            if handover.is_split and self.asks(handover, row):
                plan.asked.append(row)
            if target is not None:
                plan.moves[target].append(row)
            elif handover.is_split:
                plan.unassigned.append(row)
            else:
                (plan.closed if self.closes else plan.left).append(row)
        plan.history = self.history(handover.old, handover.day).count()
        plan.there = self.counts(handover.new, handover.day)
        self.clashes(handover, plan)
        return plan

    def clashes(self, handover: Handover, plan: Plan) -> None:
        """Find what cannot stand side by side and rearrange *plan*."""

    def remaining(self, handover: Handover, plan: Plan) -> int:
        """How many of the open records are history of the old units afterwards."""
        return len(plan.closed)

    def counts(self, unit_ids: Iterable[int], day: date) -> Counter:
        """How many open records each of the units has."""
        return Counter(self.open(unit_ids, day).order_by().values_list(self.owner, flat=True))

    # --- doing ------------------------------------------------------------------------------------------------------

    def carry_out(self, handover: Handover, plan: Plan) -> None:
        """Do what *plan* says. Called in one transaction with everything else."""
        for unit_id, rows in plan.moves.items():
            self.hand_to(handover, unit_id, rows)
        if plan.closed:
            self.close(handover, plan.closed)

    def hand_to(self, handover: Handover, unit_id: int, rows: list) -> None:
        """Give *rows* to the unit."""
        tell_moved(handover, unit_id, [(self.subject(row), self.unit_id(row)) for row in rows])
        values = {self.owner: unit_id, "version": F("version") + 1}
        if self.placed:
            values["unit_path"] = handover.paths.get(unit_id, "")
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).update(**values)

    def close(self, handover: Handover, rows: list) -> None:
        """End *rows*, which nobody takes over."""
        raise NotImplementedError


class NamedMover(Mover):
    """Records whose name is unique within the unit. Of two with one name, one gets the old unit's name added."""

    unique_with: tuple[str, ...] = ()

    def name_key(self, row):
        return (*(getattr(row, f"{name}_id") for name in self.unique_with), row.name)

    def clashes(self, handover, plan):
        taken = defaultdict(set)
        for row in self.rows(handover.new):
            taken[self.unit_id(row)].add(self.name_key(row))
        renamed = plan.details.setdefault("renamed", {})
        for unit_id, rows in plan.moves.items():
            for row in rows:
                if self.name_key(row) in taken[unit_id]:
                    renamed[row.pk] = row.name = self.free_name(handover, row, taken[unit_id])
                    self.tell_renamed(handover, plan, row)
                taken[unit_id].add(self.name_key(row))

    def tell_renamed(self, handover, plan, row):
        words = {"kind": self.title, "unit": handover.old[self.unit_id(row)], "name": row.name}
        said = _("%(kind)s: the new unit has this name already; that of %(unit)s becomes “%(name)s”.")
        plan.chosen(handover, [row], said % words)

    def free_name(self, handover, row, taken):
        """The name of *row* with that of its old unit added, and a number where even that is taken."""
        old, longest = handover.old[self.unit_id(row)].name, self.model._meta.get_field("name").max_length
        for number in count(1):
            added = f" ({old})" if number == 1 else f" ({old} {number})"
            name = row.name[: longest - len(added)] + added
            if (*self.name_key(row)[:-1], name) not in taken:
                return name
        raise AssertionError

    def hand_to(self, handover, unit_id, rows):
        renamed = handover.plans[self.key].details["renamed"]
        for row in rows:
            if row.pk in renamed:
                row.save(update_fields=["name"])
        super().hand_to(handover, unit_id, rows)


_movers: dict[str, Mover] = {}


def register_mover(mover: Mover) -> None:
    """Let reorganisations move what *mover* says. In ``ready()``; what follows another kind comes after it."""
    _movers[mover.key] = mover


def movers() -> tuple[Mover, ...]:
    return tuple(_movers.values())


def mover_of(key: str) -> Mover | None:
    return _movers.get(key)


def plan_of(handover: Handover) -> list[Plan]:
    """The plan of every kind, in the order of registration, also kept in ``handover.plans``."""
    handover.plans.clear()
    for mover in movers():
        handover.plans[mover.key] = mover.plan(handover)
    return list(handover.plans.values())


def tell_moved(handover: Handover, unit_id: int, moved: Iterable[tuple[Any, int]]) -> None:
    """Write into the history of each record that it went from the old unit with the id beside it to the new one."""
    new = handover.new[unit_id]
    history.record_many(
        actor=handover.actor,
        action="follow_unit",
        unit_id=unit_id,
        entries=[(row, {"unit": [str(handover.old[old_id]), str(new)]}) for row, old_id in moved],
        reason=handover.reason,
    )


def batches(items: list) -> Iterator[list]:
    """*items* in pieces that one question to the database can hold."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def grouped(rows: Iterable, key: Callable) -> dict[Any, list]:
    """*rows* by *key*, in their order."""
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
