"""Every channel × every kind of record × every visitor × every side, against the policy people wrote."""

import pytest

from tests.isolation.asking import ask
from tests.isolation.channels import load
from tests.world import registered_admins

pytestmark = [pytest.mark.isolation, pytest.mark.usefixtures("quiet")]

CHANNELS = load()
KINDS = list(registered_admins())
NO_KIND = "organization.unit"


def questions():
    """What is asked for each channel: about each kind, or once by each visitor."""
    for name, channel in CHANNELS.items():
        marks = () if channel.is_of_the_handbook else pytest.mark.full
        if channel.once:
            for actor in channel.actors:
                yield pytest.param(name, NO_KIND, (actor,), marks=marks, id=f"{name}-{actor}")
        else:
            for label in KINDS:
                yield pytest.param(name, label, channel.actors, marks=marks, id=f"{name}-{label}")


@pytest.mark.parametrize(("name", "label", "actors"), questions())
def test_cells(name, label, actors, office, record_property):
    channel = CHANNELS[name]
    cells, leaks = ask(channel, office, label, actors=actors)
    for figure, value in {"cells": cells, "leaks": len(leaks), "kind": label}.items():
        record_property(figure, value)
    record_property("channels", ";".join(channel.covers))
    record_property("visitors", ";".join(actors))
    assert leaks == []
