"""A guard that is switched off is noticed."""

import pytest

from tests.isolation.asking import ask_what_may_break
from tests.isolation.channels import load
from tests.isolation.guards import CALLERS_OF_THE_DOOR, SECOND_WALLS, guards
from tests.isolation.sabotage import door_sites

pytestmark = [pytest.mark.guards, pytest.mark.usefixtures("quiet")]


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.name)
def test_cells_turn_red(guard, office, record_property):
    with guard.off():
        leaks = [leak for name, label in guard.probes for leak in ask_what_may_break(load()[name], office, label)[1]]
    record_property("guard", guard.name)
    record_property("caught", guard.name if leaks else "")
    assert leaks != []


def test_every_caller_of_the_door_is_named():
    named = set(CALLERS_OF_THE_DOOR) | set(SECOND_WALLS)
    assert named == set(door_sites())
    assert not set(CALLERS_OF_THE_DOOR) & set(SECOND_WALLS)
