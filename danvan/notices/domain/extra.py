"""Reminders that staff send by hand, whatever the rules say."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.history.actions import LABELS
from danvan.history.domain import record
from danvan.notices.domain import ledger
from danvan.notices.domain.duties import by_code, duties_in
from danvan.notices.domain.recipients import recipients_of
from danvan.notices.enums import Audience, ReminderState
from danvan.notices.models import ExtraReminder, Reminder
from danvan.notices.sources import sources

ACTION = "extrareminder.send"
LABELS[ACTION] = _("sent a reminder by hand")
# No next step overtakes it.
USEFUL_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Told:
    """What became of a reminder by hand: so many duties, letters queued, people told in their inbox only, duties of
    units with nobody to tell, duties that were settled meanwhile."""

    duties: int
    letters: int
    inbox_only: int
    nobody: int
    settled: int


def remind_now(*, pairs, subject, text, actor) -> Told:
    """Tell the leads of the units (a mailbox where there are none) of the duties *pairs* that are still owed.

    *pairs* are (source code, object id). One letter and one notice per recipient, at any hour, in the words of *actor*
    with the placeholders of a rule. Raises ValidationError at ``subject`` or ``text`` for words that a rule would
    refuse. The caller has made sure that *actor* may, and that a form sent twice asks once.
    """
    words = ExtraReminder(subject=subject, text=text, sent_by=actor, asked_at=clock.now())
    words.full_clean()
    asked = {code: set(ids) for code, ids in by_code(pairs).items() if code in sources()}
    duties = {(code, pk): duty for code, ids in asked.items() for pk, duty in duties_in(code, ids).items()}
    told = recipients_of({duty.unit_id for duty in duties.values()})
    batch, rows, names = uuid.uuid4(), [], {}
    with transaction.atomic():
        words.save()
        record(actor=actor, action=ACTION, obj=words)
        for (code, _pk), duty in duties.items():
            common = {"duty": duty, "title": duty.title, "planned_at": words.asked_at, "batch": batch}
            for recipient in told.get(duty.unit_id, [None]):
                rows.append(ledger.row_for(recipient, extra=words, source=code, **common))
                if recipient:
                    names[recipient.key] = recipient.name
        if rows:
            ledger.write(
                rows,
                duties=duties,
                names=names,
                useful_until=lambda row: row.planned_at + USEFUL_FOR,
                letter_key=f"extra-{words.pk}",
            )
    keys = {state: {row.recipient_key for row in rows if row.state == state} for state in ReminderState}
    return Told(
        duties=len(duties),
        letters=len(keys[ReminderState.MAILED]),
        inbox_only=len(keys[ReminderState.INBOX]),
        nobody=sum(row.state == ReminderState.NOBODY for row in rows),
        settled=len(set(pairs)) - len(duties),
    )


def reminded_on(day, pairs) -> set[tuple[str, int]]:
    """Those of *pairs* of which their unit was reminded on *day*, by a rule or by hand."""
    span = clock.start_of_day(day), clock.start_of_day(day + timedelta(days=1))
    that_day = Reminder.objects.filter(
        planned_at__gte=span[0], planned_at__lt=span[1], state__in=(ReminderState.MAILED, ReminderState.INBOX)
    ).exclude(rule__audience__in=Audience.LISTS)
    found = set()
    for code, ids in by_code(pairs).items():
        rows = that_day.filter(source=code, object_id__in=ids).order_by()
        found |= {(code, pk) for pk in rows.values_list("object_id", flat=True).distinct()}
    return found
