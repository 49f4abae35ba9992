"""Who is told of what a unit owes. Never anybody outside the unit and the Ban."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.roles import Role
from danvan.mail.domain import is_on
from danvan.notices.enums import Audience
from danvan.organization.domain.people.assignments import officers_of
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


def told_by(audience, units) -> dict[int, list[Recipient]]:
    """Whom a step for *audience* tells today of what each of *units* owes, by the unit's id.

    A unit of which nobody is told is no key.
    """
    return _FINDERS[audience](units)


def leads_of(units) -> dict[int, list[Recipient]]:
    """The leads of each of *units* today, with open accounts, at the Ban its officers; of a unit without one, its
    mailbox.

    A unit that has neither, or exists no more, is not among the keys.
    """
    units = _existing(units)
    found = defaultdict(list)
    leading = _leading().filter(unit__in=units).select_related("user")
    for membership in leading.only("unit", "user__full_name", "user__email"):
        recipient = person(membership.user)
        if recipient not in found[membership.unit_id]:  # a lead may stand in for another one of the same unit
            found[membership.unit_id].append(recipient)
    for unit in units.values():
        if unit.pk not in found and unit.email and is_on():
            found[unit.pk].append(Recipient(None, unit.email, unit.name))
    return dict(found)


def recipients_of(unit_ids) -> dict[int, list[Recipient]]:
    """As :func:`leads_of`, of the units with these ids."""
    return leads_of(units_told(unit_ids))


def units_told(unit_ids):
    """The units with these ids, with what :func:`told_by` reads of them."""
    return Unit.objects.filter(pk__in=unit_ids).only(
        "name", "email", "head_name", "head_email", "valid_from", "valid_to"
    )


def heads_of(units) -> dict[int, list[Recipient]]:
    """The own leader of each of *units*, by mail alone: most have no account."""
    heads = {pk: unit for pk, unit in _existing(units).items() if unit.head_email and is_on()}
    return {pk: [Recipient(None, unit.head_email, head_name(unit))] for pk, unit in heads.items()}


def head_name(unit):
    return unit.head_name or _("Leader of %(unit)s") % {"unit": unit.name}


def administrators() -> list[Recipient]:
    """The administrators of today with open accounts."""
    return _serving_as(Role.ADMINISTRATOR)


def person(user):
    """*user* as a recipient. In an office without mail everybody is told in the inbox."""
    return Recipient(user, user.email if is_on() else "", user.get_full_name())


def units_told_of_nobody():
    """The units of whose duties no lead and no mailbox would be told today, those that exist no more among them."""
    told = Exists(_leading().filter(unit=OuterRef("pk")))
    if is_on():
        told = Q(told) | ~Q(email="")
    return Unit.objects.exclude(pk__in=Unit.objects.in_force().filter(told).values("pk"))


def _officers(units):
    found = officers_of([unit.pk for unit in units])
    return {unit: [person(user) for user in sorted(users, key=lambda user: user.pk)] for unit, users in found.items()}


def _leaders(units):
    leaders = _serving_as(Role.LEADER)
    return {unit.pk: leaders for unit in units} if leaders else {}


_FINDERS = {
    Audience.UNIT_LEADS: leads_of,
    Audience.UNIT_HEAD: heads_of,
    Audience.OFFICER: _officers,
    Audience.BAN_LEADERS: _leaders,
}


def _existing(units):
    today = clock.today()
    return {unit.pk: unit for unit in units if unit.exists_on(today)}


def _leading():
    return _leading_on(clock.today())


@lru_cache(maxsize=1)
def _leading_on(day):
    """Kept unasked: wording this question takes longer than answering it, and each letter asks it."""
    leads = Q(role=Role.UNIT_LEAD) | Q(role=Role.STAFF, unit__kind__is_ban=True)
    return Membership.objects.in_force(day).filter(leads, user__is_active=True).order_by("pk")


def _serving_as(role):
    serving = Membership.objects.in_force().filter(role=role, user__is_active=True)
    return [person(user) for user in User.objects.filter(pk__in=serving.values("user")).order_by("pk")]
