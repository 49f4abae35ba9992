"""Biên bản bàn giao: what of a unit is open when its lead leaves, with who gives, receives and is there for the Ban."""

from collections.abc import Callable

from django.db import transaction

from danvan import clock
from danvan.access.roles import Role
from danvan.documents.rendering.handover import HandoverData, OpenWork
from danvan.history.domain import record
from danvan.organization.domain.units.succession import name_with_past
from danvan.organization.models import Membership, Unit
from danvan.organization.panels import unit_page

_contributors: list[Callable] = []


def contribute_open_work(function: Callable) -> Callable:
    """Let ``function(unit, user)`` yield OpenWork beside the duties of the unit's page. It reads through the door."""
    _contributors.append(function)
    return function


def handed_over_by(user):
    """The unit leads whose work *user* may list: the own roles in force, and for who sees memberships anybody's."""
    leads = Membership.objects.filter(role=Role.UNIT_LEAD, on_behalf_of=None)
    own = leads.in_force().filter(user=user)
    if user.has_perm("organization.view_membership"):
        own = own | leads.visible_to(user)
    return own.select_related("unit__kind", "user")


def open_work_of(unit, user):
    """What *unit* has still to do or has at work, as far as *user* sees it: the earliest due date first."""
    rows = [
        OpenWork(title=str(task.title), due_on=task.due_on, note=late(task)) for task in unit_page(unit, user).duties
    ]
    for function in _contributors:
        rows += function(unit, user)
    return rows


def late(task):
    """The note of an overdue task, as the minutes print it: in Vietnamese whatever language the reader has chosen."""
    days = task.days_left
    return f"Quá hạn {-days:02d} ngày" if days is not None and days < 0 else ""


@transaction.atomic
def handover_data(*, membership, receiver, witness, place, day, actor):
    """The HandoverData of *membership*, one of :func:`handed_over_by`; that *actor* made the minutes is recorded."""
    unit = membership.unit
    ban = Unit.objects.in_force(clock.today()).filter(kind__is_ban=True).order_by("order", "pk").first()
    record(actor=actor, action="make_handover", obj=membership.user, reason=str(unit))
    return HandoverData(
        style="party" if unit.kind.is_party else "state",
        superior=unit.superior.name if unit.superior else "",
        issuer=unit.name,
        symbol=unit.symbol,
        place=place,
        day=day,
        giver=str(membership.user),
        giver_post=f"đầu mối của {name_with_past(unit, day)}",
        receiver=receiver,
        witness=witness,
        ban=ban.name if ban else "",
        rows=tuple(open_work_of(unit, actor)),
    )
