"""Signs of life. ``worker``: something drained or swept; ``tick``: beat started a sweep; ``planner``: a pass of the
planner has ended."""

from datetime import datetime, timedelta

from danvan import clock
from danvan.mail.models import Heartbeat

SILENCE = timedelta(seconds=120)
WATCHED = ("worker", "tick", "planner")
"""The first that is silent explains the silence of those after it."""


def beat(name):
    """Record that the part *name* lives now, in real time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.real_now()})


def last_beat(name):
    """The real instant of the last sign of life of *name*, or None when there was none."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def silent_parts() -> dict[str, datetime | None]:
    """The watched parts without a sign of life for 120 s of real time, each with its last one, or None.

    The planner counts once it was heard: its first pass begins a minute after the very first start.
    """
    last = {"worker": None, "tick": None, **dict(Heartbeat.objects.values_list("name", "at"))}
    since = clock.real_now() - SILENCE
    return {name: last[name] for name in WATCHED if name in last and (last[name] is None or last[name] <= since)}
