"""The units that owe something and of which nobody would hear of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.roles import Role
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.duties import owed
from danvan.notices.domain.recipients import recipients_of, units_told_of_nobody
from danvan.notices.sources import sources
from danvan.organization.models import Membership, Unit

# An address that failed longer ago and was not written to since is given another chance to show itself.
LATELY = timedelta(days=60)
_NO_SUCH_ADDRESS = (Trouble.UNKNOWN_ADDRESS, Trouble.INVALID_ADDRESS)


@dataclass(frozen=True)
class Unreached:
    """A unit with what it owes: how many duties, the earliest due date; and why nobody hears of them."""

    unit: Unit
    duties: int
    due_on: date
    why: str


def units_without_recipient(units) -> list[Unreached]:
    """Those of *units*, a queryset, that owe something, and have neither a lead nor a mailbox, or have addresses that
    do not exist; in the order of the official list."""
    failing = units_with_failing_addresses()
    owing = owing_among(units, failing)
    today = clock.today()
    found = []
    for unit in units.filter(pk__in=owing):
        if unit.has_ended(today):
            why = _("the unit exists no more")
        elif unit.pk in failing:
            why = _("no such address: %(addresses)s") % {"addresses": ", ".join(sorted(failing[unit.pk]))}
        else:
            why = _("no lead with an account and no mailbox")
        found.append(Unreached(unit, *owing[unit.pk], why))
    return found


def count_units_without_recipient(units) -> int:
    """How many rows :func:`units_without_recipient` has."""
    return len(owing_among(units, units_with_failing_addresses()))


def owing_among(units, failing):
    """How many duties each of *units* owes of which nobody hears, and the earliest due date, by the unit's id."""
    silent = units_told_of_nobody().values("pk")
    among = units.filter(Q(pk__in=silent) | Q(pk__in=failing)).order_by().values("pk")
    parts = []
    for code, source in sources().items():
        rows = owed(code).filter(unit__in=among).order_by().values_list("unit_id")
        parts.append(rows.annotate(n=Count("pk"), first=Min(source.due)))
    found = {}
    if parts:
        for unit_id, count, first in parts[0].union(*parts[1:], all=True):
            before = found.get(unit_id, (0, first))
            found[unit_id] = before[0] + count, min(before[1], first)
    return found


def units_with_failing_addresses() -> dict[int, set[str]]:
    """The units all of whose addresses failed lately and took no mail since, with these addresses, by the unit's id."""
    failing = failing_addresses()
    if not failing:
        return {}
    leads = (
        Membership.objects.in_force()
        .filter(role=Role.UNIT_LEAD, user__email__in=failing)
        .values_list("unit", flat=True)
    )
    candidates = {*leads, *Unit.objects.filter(email__in=failing).values_list("pk", flat=True)}
    told = {unit: {recipient.address for recipient in found} for unit, found in recipients_of(candidates).items()}
    return {unit: addresses for unit, addresses in told.items() if addresses <= failing}


def failing_addresses() -> set[str]:
    """The addresses of which a mail server said lately that they do not exist, and that took no mail since."""
    mails = OutgoingMail.objects.order_by()
    bounced = mails.filter(state=MailState.FAILED, trouble__in=_NO_SUCH_ADDRESS, created_at__gte=clock.now() - LATELY)
    last = dict(bounced.values_list("to").annotate(last=Max("created_at")))
    if not last:
        return set()
    arrived = mails.filter(state=MailState.SENT, to__in=last)
    arrived = dict(arrived.values_list("to").annotate(last=Max("sent_at")))
    return {to for to, at in last.items() if to not in arrived or arrived[to] < at}
