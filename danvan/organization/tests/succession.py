"""Makers of events that took effect: the rows alone, without moving anything."""

from datetime import date
from itertools import count

from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Reorganisation, Succession

DAY = date(2025, 7, 1)
_number = count(1)


def make_event(kind, predecessors, successors=(), **fields):
    """A reorganisation in effect with its successions. A split and a merger name every pair."""
    event = Reorganisation.objects.create(
        kind=kind,
        **{
            "decree": f"{next(_number)}/NQ-UBTVQH15",
            "effective_on": DAY,
            "state": ReorganisationState.IN_EFFECT,
            **fields,
        },
    )
    for predecessor in predecessors:
        for successor in successors or (None,):
            Succession.objects.create(reorganisation=event, predecessor=predecessor, successor=successor)
    event.save()
    return event


def renamed(old, new, **fields):
    return make_event(ReorganisationKind.RENAME, [old], [new], **fields)


def merged(olds, new, **fields):
    return make_event(ReorganisationKind.MERGE, olds, [new], **fields)


def split(old, news, **fields):
    return make_event(ReorganisationKind.SPLIT, [old], news, **fields)


def dissolved(old, **fields):
    return make_event(ReorganisationKind.DISSOLVE, [old], **fields)
