"""Of which units something is asked: a report, a registration, a nomination."""

from danvan.organization.enums import Owing
from danvan.organization.models import Unit


def units_addressed(asked, day):
    """The units of which *asked*, an Addressed, asks something that is due on *day*, as a queryset.

    A unit that ends before *day* is not among them, one that begins by then is. The tree of units is that of *day*.
    "All units" and those under a superior are other units than the Ban, which asks.
    """
    units = Unit.objects.in_force(day)
    if asked.area_level:
        units = units.filter(area__level=asked.area_level)
    match asked.owed_by:
        case Owing.KINDS:
            return units.filter(kind__in=asked.unit_kinds.values("pk"))
        case Owing.CHOSEN:
            return units.filter(pk__in=asked.units.values("pk"))
        case Owing.UNDER if asked.under:
            return units.filter(kind__is_ban=False).in_subtree(asked.under, day).exclude(pk=asked.under_id)
        case Owing.CLUSTER if asked.cluster:
            return units.filter(pk__in=asked.cluster.members.values("pk"))
        case Owing.ALL:
            return units.filter(kind__is_ban=False)
        case Owing.BAN:
            return units.filter(kind__is_ban=True)
    return units.none()
