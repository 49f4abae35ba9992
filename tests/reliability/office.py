"""An office of many units with one lead each, who owe a report and are to be reminded of it one working morning."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from danvan import clock
from danvan.access.roles import Role
from danvan.organization.enums import Owing
from danvan.organization.models import Membership, Unit, UnitKind, User
from movements.domain.period import create_period, open_period
from tests.factories import make_rule, make_scheme, make_staff

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OPENED = datetime(2026, 10, 1, 8, tzinfo=HANOI)  # a Thursday
DUE_ON = date(2026, 10, 23)  # a Friday
MORNING = datetime(2026, 10, 20, 9, tzinfo=HANOI)  # the Tuesday three days before it
UNIT_KIND = "XA"


def set_up(count: int, steps=(-3,)) -> list[str]:
    """Make *count* units that owe the report of September, due on ``DUE_ON``, with reminders *steps* days from it.

    The business clock stands at ``OPENED`` after that. Returns the addresses of the leads in the order of the units.
    """
    clock.shift_to(OPENED)
    for days in steps:
        make_rule(days)
    staff = make_staff()
    kind = UnitKind.objects.create(code=UNIT_KIND, name="Xã, phường", is_party=True)
    addresses = add_units(count, kind)
    scheme = make_scheme(owed_by=Owing.KINDS)
    scheme.unit_kinds.add(kind)
    open_period(obj=create_period(scheme=scheme, year=2026, index=9, due_on=DUE_ON), actor=staff)
    return addresses


def add_units(count: int, kind: UnitKind) -> list[str]:
    """*count* more units of *kind*, each with a lead; their addresses."""
    first = Unit.objects.count() + 1
    numbers = range(first, first + count)
    units = Unit.objects.bulk_create(
        Unit(code=f"XA{number:04}", name=f"Đảng ủy xã {number}", kind=kind, order=number) for number in numbers
    )
    leads = User.objects.bulk_create(
        User(
            username=f"xa{number:04}",
            full_name=f"Nguyễn Văn {number}",
            email=f"xa{number:04}@daklak.example",
            password="!",
        )
        for number in numbers
    )
    Membership.objects.bulk_create(
        Membership(user=lead, unit=unit, role=Role.UNIT_LEAD) for lead, unit in zip(leads, units, strict=True)
    )
    return [lead.email for lead in leads]
