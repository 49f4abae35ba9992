"""What came of a run: what the ledger and the mails say against what arrived."""

from dataclasses import dataclass
from datetime import timedelta

from danvan import clock
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.reconciliation import reconcile
from danvan.notices.models import Reminder
from tests.reliability import office
from tests.reliability.smtp import PostOffice

RECOVERY_SECONDS = 90


@dataclass(frozen=True)
class Outcome:
    """Figures of a run of reminders, one letter to each address.

    ``suspects`` are the mails marked as possible duplicates: an attempt at them ended without an answer. ``missing``
    and ``delivered`` are what the product's own check of the reminders says.
    """

    duties: int
    planned: int
    refused: int
    kills: int
    lost: int
    extra: int
    suspects: int
    unmarked: int
    unlike: int
    invisible: int
    missing: int
    delivered: int
    recovery: float

    def line(self) -> str:
        same = "no" if self.unlike else "yes"
        per_kill = self.extra / self.kills if self.kills else 0
        extra = f"extra={self.extra} extra/kill={per_kill:.2f} suspects={self.suspects} same_message_id={same}"
        return (
            f"duties={self.duties} planned={self.planned} kills={self.kills} lost={self.lost} {extra}"
            f" recovery_max={self.recovery:.0f}s missing={self.missing}"
        )

    def problems(self) -> list[str]:
        """What must not be, in words; empty when all bounds hold."""
        bounds = {
            f"{self.planned} reminders planned for {self.duties} duties": self.planned != self.duties,
            f"{self.lost} lost": self.lost,
            f"{self.extra} extra for {self.kills} kills": self.extra > self.kills,
            f"{self.unmarked} repeats not marked as possible duplicates": self.unmarked,
            f"{self.unlike} repeats with another Message-ID": self.unlike,
            f"{self.invisible} mails whose state is not what happened": self.invisible,
            f"the check of the reminders misses {self.missing}": self.missing,
            f"it counts {self.delivered} delivered": self.delivered != self.duties - self.refused,
            f"recovery after {self.recovery:.0f} s": self.recovery > RECOVERY_SECONDS,
        }
        return [words for words, broken in bounds.items() if broken]


def outcome_of(post_office: PostOffice, addresses, *, refused=(), kills: list[float], workers_killed: int) -> Outcome:
    """Compare the database with *post_office*. *refused* are the addresses among *addresses* that it never accepts,
    *kills* the moments of all kills."""
    arrived = post_office.addresses()
    mails = {mail.to: mail for mail in OutgoingMail.objects.filter(to__in=addresses)}
    expected = {address: MailState.FAILED if address in refused else MailState.SENT for address in addresses}
    clock.shift_to(office.MORNING + timedelta(hours=1))  # what is on its way by then is late
    check = reconcile()
    repeated = [address for address, times in arrived.items() if times > 1]
    return Outcome(
        duties=len(addresses),
        planned=Reminder.objects.count(),
        refused=len(refused),
        kills=workers_killed,
        lost=sum(not arrived[address] for address in addresses if address not in refused),
        extra=post_office.repeats(),
        suspects=sum(mail.maybe_duplicate for mail in mails.values()),
        unmarked=sum(not (address in mails and mails[address].maybe_duplicate) for address in repeated),
        unlike=sum(len(ids) > 1 for ids in post_office.message_ids().values()),
        invisible=sum(address not in mails or mails[address].state != state for address, state in expected.items()),
        missing=check.missing,
        delivered=check.delivered,
        recovery=longest_recovery([arrival.at for arrival in post_office.arrivals], kills),
    )


def longest_recovery(arrivals: list[float], kills: list[float]) -> float:
    """The longest time from a kill to the next arrival. Kills that overlap: from the last of them."""
    longest, since = 0.0, None
    for moment, is_kill in sorted([(at, True) for at in kills] + [(at, False) for at in arrivals]):
        if is_kill:
            since = moment
        elif since is not None:
            longest, since = max(longest, moment - since), None
    return longest
