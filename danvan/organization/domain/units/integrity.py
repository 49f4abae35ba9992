"""Whether what is kept of units says the same as what it was computed from, and bringing it back in line."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from danvan.organization.domain.units import succession, tree
from danvan.organization.domain.units.placement import pieces_of, the_tree_alone, write
from danvan.organization.domain.units.tree import FIRST, LAST
from danvan.organization.models import Unit, UnitPlacement


@dataclass(frozen=True)
class Difference:
    """What is wrong, in words. ``repair`` brings it in line; without it a person has to decide."""

    text: str
    repair: Callable[[], object] | None = None


def check_units(*, repair=False):
    """What is wrong with the tree of units, as a list of Differences. With *repair* what can be computed is written.

    Nobody changes the tree meanwhile.
    """
    with the_tree_alone():
        differences = [difference for find in CHECKS for difference in find()]
        for difference in differences:
            if repair and difference.repair:
                difference.repair()
    return differences


def places_in_the_tree():
    """Yield a Difference for each unit whose path is not its superior's path of the same days and its own id, or whose
    list key is not made of the orders on that path."""
    units, kept, list_keys = Unit.objects.in_bulk(), defaultdict(list), defaultdict(list)
    for row in UnitPlacement.objects.order_by("unit", "valid_from"):
        kept[row.unit_id].append(pieces_of(row))
        list_keys[row.unit_id].append((row.path, row.list_key))
    orders = {unit_id: unit.order for unit_id, unit in units.items()}
    double = {unit_id for unit_id, pieces in kept.items() if _overlap(sorted(pieces))}
    links = {unit_id: tree.links(pieces) for unit_id, pieces in kept.items() if unit_id not in double}
    computed = tree.fitted(links, {unit_id: kept[unit_id] for unit_id in double})
    for unit_id in sorted(kept):
        named, days = {"unit": units[unit_id]}, links.get(unit_id, [])
        if unit_id in double:
            yield Difference(_("%(unit)s stands in two places on the same day.") % named)
            continue
        pieces, before = computed[unit_id], tree.joined(kept[unit_id])
        repair = lambda unit_id=unit_id, pieces=pieces: write({unit_id: pieces})  # noqa: E731 - bound to this turn
        loose = next((link for link in days if not tree.covers(pieces, link.first, link.last)), None)
        if loose:
            text = _("%(unit)s stands under itself or under a unit that stands nowhere (%(days)s).")
            yield Difference(text % {**named, "days": _days(loose)})
        elif pieces != before:
            wrong = next(piece for piece in before + pieces if piece not in before or piece not in pieces)
            text = _("%(unit)s (%(days)s): the path is not that of its superiors.")
            yield Difference(text % {**named, "days": _days(wrong)}, repair)
        elif any(key != tree.list_key(path, orders) for path, key in list_keys[unit_id]):
            yield Difference(_("%(unit)s: its place in the tree is not that of the official list.") % named, repair)


def inheritance():
    """Yield a Difference for each unit that does not read what its successions say."""
    for unit, _wanted in succession.differences():
        text = _("%(unit)s: which old records it reads does not follow from its successions.") % {"unit": unit}
        yield Difference(text, lambda unit=unit: succession.recompute_inheritance([unit]))


CHECKS = [places_in_the_tree, inheritance]
"""Functions without arguments that yield Differences."""


def _overlap(pieces):
    return any(before.last >= after.first for before, after in zip(pieces, pieces[1:], strict=False))


def _days(piece):
    """The days of *piece* in words; an end that is not known stays open."""
    first = "…" if piece.first == FIRST else f"{piece.first:%d/%m/%Y}"
    last = "…" if piece.last == LAST else f"{piece.last:%d/%m/%Y}"
    return f"{first} – {last}"
