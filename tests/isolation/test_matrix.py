"""Every channel × every kind of record × every visitor × every side, against the policy people wrote."""

import pytest

from tests.isolation.asking import ask
from tests.isolation.channels import load
from tests.world import registered_admins

pytestmark = [pytest.mark.isolation, pytest.mark.usefixtures("quiet")]

CHANNELS = load()
KINDS = list(registered_admins())
NO_KIND = ["organization.unit"]


def marks(channel):
    return () if channel.is_of_the_handbook else pytest.mark.full


@pytest.mark.parametrize(
    ("name", "label"),
    [
        pytest.param(name, label, marks=marks(channel))
        for name, channel in CHANNELS.items()
        for label in (NO_KIND if channel.once else KINDS)
    ],
)
def test_cells(name, label, office, record_property):
    channel = CHANNELS[name]
    cells, leaks = ask(channel, office, label)
    for figure, value in {"cells": cells, "leaks": len(leaks), "kind": label}.items():
        record_property(figure, value)
    record_property("channels", ";".join(channel.covers))
    record_property("visitors", ";".join(channel.actors))
    assert leaks == []
