"""The tree of units in time, as data: no database.

A unit stands under a superior over a stretch of days, both ends counted; ``FIRST`` and ``LAST`` stand for an end that
is not known. Its path is the superior's path of the same days and the unit's own eight digits: where the superior's
path changes, the stretch is cut in pieces.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

SEGMENT = 8
ORDER = 6
FIRST, LAST = date.min, date.max


@dataclass(frozen=True, order=True)
class Piece:
    """From *first* to *last* a unit stands under the unit with the id *superior* (None: at the top), on *path*."""

    first: date
    last: date
    superior: int | None
    path: str = ""


def segment(unit_id: int) -> str:
    return str(unit_id).zfill(SEGMENT)


def line(path: str) -> list[int]:
    """The ids of the units on *path*, from the top down."""
    return [int(path[i : i + SEGMENT]) for i in range(0, len(path), SEGMENT)]


def list_key(path: str, orders: Mapping[int, int]) -> str:
    """*path* with the place in the list before each id. Units ordered by it stand as a tree, siblings in list order."""
    return "".join(str(orders[unit_id]).zfill(ORDER) + segment(unit_id) for unit_id in line(path))


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """*pieces* in the order of their days, those that follow one another and say the same as one."""
    result: list[Piece] = []
    for piece in sorted(pieces):
        before = result[-1] if result else None
        if before and follows(before, piece) and (before.superior, before.path) == (piece.superior, piece.path):
            result[-1] = replace(before, last=piece.last)
        else:
            result.append(piece)
    return result


def follows(before: Piece, after: Piece) -> bool:
    return before.last < LAST and before.last + timedelta(days=1) == after.first


def links(pieces: Iterable[Piece]) -> list[Piece]:
    """Under whom a unit stood, whatever became of the superior's own place: *pieces* without paths."""
    return joined(replace(piece, path="") for piece in pieces)


def cut(pieces: Iterable[Piece], day: date) -> list[Piece]:
    """What is left of *pieces* when they end on *day*."""
    return [replace(piece, last=min(piece.last, day)) for piece in pieces if piece.first <= day]


def fit(unit_id: int, link: Piece, above: Iterable[Piece]) -> list[Piece]:
    """The pieces of *link* by the pieces of its superior. Days on which that stands nowhere, or below, are left out."""
    if link.superior is None:
        return [replace(link, path=segment(unit_id))]
    return [
        Piece(max(link.first, over.first), min(link.last, over.last), link.superior, over.path + segment(unit_id))
        for over in above
        if over.first <= link.last and over.last >= link.first and unit_id not in line(over.path)
    ]


def covers(pieces: Iterable[Piece], first: date, last: date) -> bool:
    """Whether *pieces*, which do not overlap, hold every day from *first* to *last*."""
    meeting = [piece for piece in pieces if piece.first <= last and piece.last >= first]
    days = sum((min(piece.last, last) - max(piece.first, first)).days + 1 for piece in meeting)
    return days == (last - first).days + 1


def fitted(links: Mapping[int, list[Piece]], standing: Mapping[int, list[Piece]]) -> dict[int, list[Piece]]:
    """The pieces of each unit of *links*, from the top down. *standing* are those of superiors outside *links*.

    Units that stand in a circle have no pieces on its days: each waits for the other. Units may have changed places
    with the years, so there is no one order in which to go through them.
    """
    pieces = dict.fromkeys(links, []) | {unit_id: sorted(given) for unit_id, given in standing.items()}
    below = defaultdict(set)
    for unit_id, own in links.items():
        for link in own:
            below[link.superior].add(unit_id)
    waiting = set(links)
    while waiting:
        changed = set()
        for unit_id in waiting:
            fresh = joined(p for link in links[unit_id] for p in fit(unit_id, link, pieces.get(link.superior, [])))
            if fresh != pieces[unit_id]:
                pieces[unit_id] = fresh
                changed.add(unit_id)
        waiting = set().union(*(below[unit_id] for unit_id in changed))
    return {unit_id: pieces[unit_id] for unit_id in links}
