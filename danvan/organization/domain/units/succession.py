"""How units follow one another: what one inherits, what an old one became, how it is called with its past."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from danvan import clock
from danvan.organization.enums import ReorganisationKind
from danvan.organization.models import Reorganisation, Succession, Unit

HANDS_ON_EVERYTHING = [kind for kind in ReorganisationKind if kind.hands_on_everything]


# --- what a unit inherits ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inheritance:
    """What ``Unit.inherits`` and ``Unit.inherits_shares`` have to hold."""

    inherits: list[int]
    inherits_shares: bool


def recompute_inheritance(units: Collection[Unit]) -> int:
    """Bring ``inherits`` and ``inherits_shares`` of *units*, and of all that succeeded them, up to date.

    Call it inside the transaction that changes successions. Returns how many rows were wrong. One question for each
    generation, and one write for each row that was wrong.
    """
    ids = {unit.pk for unit in units}
    return _mend(_wrong(ids | _future_of(ids)))


def differences() -> list[tuple[Unit, Inheritance]]:
    """The units whose columns do not say what the successions say, each with what they have to hold."""
    touched = Succession.objects.in_effect().exclude(successor=None).values_list("successor", flat=True)
    stored = Unit.objects.exclude(inherits=[]) | Unit.objects.filter(inherits_shares=True)
    wrong = _wrong({*touched, *stored.values_list("pk", flat=True)})
    units = Unit.objects.in_bulk(list(wrong))
    return [(units[pk], wrong[pk]) for pk in sorted(wrong)]


def _wrong(ids):
    """What the rows with *ids* have to hold, by id, of those that hold something else."""
    origins = defaultdict(set)
    for predecessor, successor, kind in _edges(ids, "successor"):
        origins[successor].add((predecessor, kind))
    found = {}
    for pk, inherits, shares in Unit.objects.filter(pk__in=ids).values_list("pk", "inherits", "inherits_shares"):
        right = _inheritance(pk, origins)
        if (right.inherits, right.inherits_shares) != (inherits, shares):
            found[pk] = right
    return found


def _inheritance(pk, origins):
    inherited, shares, waiting = set(), False, [pk]
    while waiting:
        for predecessor, kind in origins[waiting.pop()]:
            if kind == ReorganisationKind.SPLIT:
                shares = True
            elif kind in HANDS_ON_EVERYTHING and predecessor not in inherited:
                inherited.add(predecessor)
                waiting.append(predecessor)
    return Inheritance(sorted(inherited - {pk}), shares)


def _mend(wrong):
    for pk, right in wrong.items():
        Unit.objects.filter(pk=pk).update(inherits=right.inherits, inherits_shares=right.inherits_shares)
    return len(wrong)


def _edges(ids, side):
    """Every succession in effect that is reached from *ids* towards the past (``side="successor"``) or the future.

    As tuples of predecessor, successor (None: dissolved) and kind of event. One question for each generation.
    """
    other = "predecessor" if side == "successor" else "successor"
    seen, frontier = set(), set(ids)
    while frontier:
        seen |= frontier
        rows = list(
            Succession.objects.in_effect()
            .exclude(reorganisation__kind=ReorganisationKind.TRANSFER)
            .filter(**{f"{side}__in": frontier})
            .values_list("predecessor", "successor", "reorganisation__kind", other)
        )
        for *edge, _next in rows:
            yield tuple(edge)
        frontier = {row[3] for row in rows} - seen - {None}


def _future_of(ids):
    """The ids of all units that succeeded those with *ids*, and that succeeded them."""
    return {successor for _predecessor, successor, _kind in _edges(ids, "predecessor")} - {None}


def _past_of(ids):
    """The ids of all units that those with *ids* succeeded, and that these succeeded."""
    return {predecessor for predecessor, _successor, _kind in _edges(ids, "successor")}


# --- what an old unit became ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Destination:
    """What the unit with the id *origin* had become on a day.

    ``unit`` is the one it wholly became, itself included. Where there is none, ``parts`` are those among which it was
    split up, and are empty where it was dissolved: nothing of it can be counted under a unit of that day.
    ``is_lost_in_part`` says that a part of what was split up was dissolved since.
    """

    origin: int
    unit: int | None
    parts: tuple[int, ...] = ()
    is_lost_in_part: bool = False

    def lies_in(self, unit_ids: Collection[int]) -> bool:
        """Whether all of it is among the units with these ids, be it in several parts."""
        if self.unit is not None:
            return self.unit in unit_ids
        return bool(self.parts) and not self.is_lost_in_part and set(self.parts) <= set(unit_ids)


def roll_up(unit_ids: Iterable[int], day: date | None = None) -> dict[int, Destination]:
    """What each of the units became until *day* (today when not given), by its id.

    Follows renamings and mergers to their end. A unit that was split up wholly became another one only where all parts
    came together again.
    """
    day = day or clock.today()
    ids = set(unit_ids)
    heirs = _heirs(ids, day)
    ends = {}
    return {pk: Destination(pk, *_whole(_ends(pk, heirs, ends))) for pk in ids}


def _heirs(ids, day):
    """Who followed whom until *day*, from *ids* on: the successors, None among them for a dissolution."""
    heirs, frontier = defaultdict(list), ids
    while frontier:
        rows = list(
            Succession.objects.in_effect()
            .exclude(reorganisation__kind=ReorganisationKind.TRANSFER)
            .filter(predecessor__in=frontier, reorganisation__effective_on__lte=day)
            .order_by("predecessor", "successor__order", "successor")
            .values_list("predecessor", "successor")
        )
        for predecessor, successor in rows:
            heirs[predecessor].append(successor)
        frontier = {successor for _predecessor, successor in rows} - heirs.keys() - {None}
    return heirs


def _ends(pk, heirs, known):
    """The units that are left of *pk*, in order and without repetition; None stands for what was dissolved."""
    if pk is None or pk not in heirs:
        return (pk,)
    if pk not in known:
        known[pk] = (pk,)  # a circle, which no screen makes, ends here
        known[pk] = tuple(dict.fromkeys(end for heir in heirs[pk] for end in _ends(heir, heirs, known)))
    return known[pk]


def _whole(ends):
    if len(ends) == 1:
        return (ends[0],)
    return (None, tuple(end for end in ends if end is not None), None in ends)


# --- the line of a unit -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """One reorganisation in effect with the units it concerned, in the order of the list."""

    pk: int
    kind: ReorganisationKind
    effective_on: date
    decree: str
    decree_date: date | None
    predecessors: tuple[Unit, ...]
    successors: tuple[Unit, ...]


@dataclass(frozen=True)
class Lineage:
    """Where a unit came from and what became of it: for drawing.

    ``units`` are all units of the events, *unit* among them, by the day they began and their place in the list; each
    has its ``valid_from`` and ``valid_to``. ``events`` stand in the order of their days.
    """

    unit: Unit
    units: tuple[Unit, ...] = ()
    events: tuple[Event, ...] = field(default=())


def lineage(unit: Unit) -> Lineage:
    """The Lineage of *unit*: its predecessors and theirs, its successors and theirs, and its transfers.

    The caller shows of it what its reader may see: the units are those of the whole country.
    """
    line = {unit.pk} | _past_of({unit.pk}) | _future_of({unit.pk})
    rows = Succession.objects.in_effect().select_related("reorganisation", "predecessor", "successor")
    ids = rows.filter(predecessor__in=line).values("reorganisation")
    found = defaultdict(list)
    for row in rows.filter(reorganisation__in=ids).order_by("predecessor__order", "successor__order", "pk"):
        found[row.reorganisation].append(row)
    events = sorted(
        (_event(reorganisation, rows) for reorganisation, rows in found.items()),
        key=lambda event: (event.effective_on, event.pk),
    )
    units = {unit.pk: unit}
    for event in events:
        units |= {each.pk: each for each in (*event.predecessors, *event.successors) if each.pk != unit.pk}
    ordered = sorted(units.values(), key=lambda each: (each.valid_from or date.min, each.order, each.sort_key, each.pk))
    return Lineage(unit, tuple(ordered), tuple(events))


def _event(reorganisation, rows):
    predecessors = {row.predecessor_id: row.predecessor for row in rows}
    successors = {row.successor_id: row.successor for row in rows if row.successor_id}
    return Event(
        pk=reorganisation.pk,
        kind=ReorganisationKind(reorganisation.kind),
        effective_on=reorganisation.effective_on,
        decree=reorganisation.decree,
        decree_date=reorganisation.decree_date,
        predecessors=tuple(predecessors.values()),
        successors=tuple(successors.values()),
    )


def name_with_past(unit: Unit, day: date | None = None) -> str:
    """The name of *unit* with those it had before: "xã X (trước 01/7/2025: xã A, xã B)".

    Says what had taken effect by *day* (today when not given), the latest event first. Just the name where *unit*
    succeeded nobody.
    """
    day = day or clock.today()
    events = (
        Reorganisation.objects.filter(successions__in=Succession.objects.in_effect().filter(successor=unit))
        .filter(effective_on__lte=day)
        .distinct()
        .order_by("-effective_on", "-pk")
        .prefetch_related("successions__predecessor")
    )
    said = []
    for event in events:
        names = dict.fromkeys(row.predecessor.name for row in event.successions.all() if row.successor_id == unit.pk)
        words = {"date": short_date(event.effective_on), "names": ", ".join(names)}
        said.append(_("before %(date)s: %(names)s") % words)
    return f"{unit.name} ({'; '.join(said)})" if said else unit.name


def short_date(day: date) -> str:
    """*day* as running text has it: "01/7/2025". Days below 10 and the months 1 and 2 have a leading zero."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day.month <= 2 else f"{day.day:02d}/{day.month}/{day.year}"
