"""Every channel × every kind of record × every visitor × every side, against the policy people wrote.

All of it on PostgreSQL. SQLite is asked through the channels of the handbook, by one visitor of each way into the rows:
that the others learn nothing there after they moved or were closed is held by test_transfer.py.
"""

import pytest
from django.db import connection

from tests.isolation.asking import ask
from tests.isolation.cast import ON_SQLITE
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
        actors = [actor for actor in channel.actors if connection.vendor != "sqlite" or actor in ON_SQLITE]
        if channel.once:
            for actor in actors:
                yield pytest.param(name, NO_KIND, [actor], marks=marks, id=f"{name}-{actor}")
        elif actors:
            for label in KINDS:
                yield pytest.param(name, label, actors, marks=marks, id=f"{name}-{label}")


@pytest.mark.parametrize(("name", "label", "actors"), questions())
def test_cells(name, label, actors, office, record_property):
    channel = CHANNELS[name]
    cells, leaks = ask(channel, office, label, actors=actors)
    for figure, value in {"cells": cells, "leaks": len(leaks), "kind": label}.items():
        record_property(figure, value)
    record_property("channels", ";".join(channel.covers))
    record_property("visitors", ";".join(actors))
    assert leaks == []
