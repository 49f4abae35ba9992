"""Who is told of what a unit owes."""

from collections import defaultdict
from dataclasses import dataclass

from danvan.access.roles import Role
from danvan.organization.models import Membership, Unit, User


@dataclass(frozen=True)
class Recipient:
    """A person, perhaps without an address, or a mailbox."""

    user: User | None
    address: str
    name: str

    @property
    def key(self):
        return f"user:{self.user.pk}" if self.user else f"mail:{self.address}"


def recipients_of(unit_ids) -> dict[int, list[Recipient]]:
    """The leads of each unit today, with open accounts; of a unit without one, its mailbox.

    A unit that has neither, or exists no more, is not among the keys.
    """
    units = {unit.pk: unit for unit in Unit.objects.in_force().filter(pk__in=unit_ids)}
    found = defaultdict(list)
    leads = Membership.objects.in_force().filter(role=Role.UNIT_LEAD, unit__in=units, user__is_active=True)
    for membership in leads.select_related("user").order_by("pk"):
        user = membership.user
        recipient = Recipient(user, user.email, user.get_full_name())
        if recipient not in found[membership.unit_id]:  # a lead may stand in for another one of the same unit
            found[membership.unit_id].append(recipient)
    for unit in units.values():
        if unit.pk not in found and unit.email:
            found[unit.pk].append(Recipient(None, unit.email, unit.name))
    return dict(found)


def administrators() -> list[Recipient]:
    """The administrators of today with open accounts."""
    serving = Membership.objects.in_force().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    users = User.objects.filter(pk__in=serving.values("user")).order_by("pk")
    return [Recipient(user, user.email, user.get_full_name()) for user in users]
