"""Signs of life. ``worker``: something drained or swept; ``tick``: beat started a sweep."""

from danvan import clock
from danvan.mail.models import Heartbeat


def beat(name):
    """Record that the part *name* lives now, in real time."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.real_now()})


def last_beat(name):
    """The real instant of the last sign of life of *name*, or None when there was none."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
