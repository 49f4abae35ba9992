"""A guard that is switched off is noticed."""

import pytest

from tests.isolation.asking import ask_what_may_break
from tests.isolation.channels import load
from tests.isolation.guards import CALLERS_OF_THE_DOOR, SECOND_WALLS, guards
from tests.isolation.sabotage import door_sites

pytestmark = [pytest.mark.guards, pytest.mark.usefixtures("quiet")]


def leaks_of(guard, office):
    """What the probes of *guard* find, one visitor after the other: a lead first, who sees the most that is wrong."""
    for name, label in guard.probes:
        channel = load()[name]
        for actor in sorted(channel.actors, key=lambda actor: actor != "lead"):
            yield from ask_what_may_break(channel, office, label, actors=[actor])[1]


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.name)
def test_cells_turn_red(guard, office, record_property):
    with guard.off():
        leak = next(leaks_of(guard, office), "")
    record_property("guard", guard.name)
    record_property("caught", guard.name if leak else "")
    assert leak


def test_every_caller_of_the_door_is_named():
    named = set(CALLERS_OF_THE_DOOR) | set(SECOND_WALLS)
    assert named == set(door_sites())
    assert not set(CALLERS_OF_THE_DOOR) & set(SECOND_WALLS)
