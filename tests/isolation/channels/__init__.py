"""The channels by which something could be learnt or changed, each a probe that asks the running site.

A probe is a generator over :class:`~tests.isolation.case.Verdict`, registered with :func:`channel` under the code that
the handbook of leaks gives it (C…) or one of its own (X… for reading, W… for writing).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from tests.isolation.cast import ACTORS

EVERYBODY = tuple(actor.name for actor in ACTORS)
OF_UNITS = tuple(actor.name for actor in ACTORS if actor.is_of_a_unit)
ONE_LEAD = ("lead",)
TWO_LEADS = ("lead", "lead of the superior")
MODULES = ("lists", "records", "forms", "deeds", "files", "pages", "duties")


@dataclass(frozen=True)
class Channel:
    """``covers`` names the codes of the handbook; ``applies`` tells for which cases there is anything to ask."""

    name: str
    covers: tuple[str, ...]
    probe: Callable
    actors: tuple[str, ...]
    applies: Callable
    once: bool

    @property
    def is_of_the_handbook(self):
        """Whether it is one of C1–C44, which are asked on both databases."""
        return any(code.startswith("C") for code in self.covers)


CHANNELS: dict[str, Channel] = {}


def channel(*covers, actors=EVERYBODY, applies=lambda case: True, once=False):
    """Register a probe for the codes *covers*. With *once* it is asked once a visitor, not once a kind of record."""

    def register(probe):
        CHANNELS[probe.__name__] = Channel(probe.__name__, covers, probe, actors, applies, once)
        return probe

    return register


def load():
    """All channels by their names."""
    for module in MODULES:
        import_module(f"tests.isolation.channels.{module}")
    return CHANNELS
