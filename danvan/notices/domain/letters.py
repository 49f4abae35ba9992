"""Writes the mails of this app at the moment they are sent."""

from django.conf import settings

from danvan import clock
from danvan.notices.domain.planner import active_rules, duties_of
from danvan.notices.domain.recipients import recipients_of
from danvan.notices.domain.wording import Piece, addressee, letter, piece
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder
from danvan.notices.rules import is_current


def reminder_letter(mail):
    """The letter of the reminders of *mail* that are still true, or None when none is.

    A reminder is true while its duty is owed for the same day, its step is the current one and its recipient still
    the one to tell. Marks the others in the ledger as not needed any more.
    """
    rows = list(mail.reminders.filter(state=ReminderState.MAILED).select_related("rule", "user", "unit"))
    rules, now = active_rules(), clock.now()
    duties = duties_of(row for row in rows if row.source in rules)
    told = {unit_id: {r.key for r in found} for unit_id, found in recipients_of({r.unit_id for r in rows}).items()}
    pieces, settled = [], []
    for row in sorted(rows, key=lambda row: (row.due_on, row.pk)):
        duty = duties.get((row.source, row.object_id))
        if (
            duty is not None
            and duty.due_on == row.due_on
            and row.rule in rules[row.source]
            and is_current(row.rule, rules[row.source], row.due_on, now)
            and row.recipient_key in told.get(row.unit_id, ())
        ):
            pieces.append(piece(rule=row.rule, duty=duty, addressee=addressee(row.user, row.unit)))
        else:
            settled.append(row.pk)
    Reminder.objects.filter(pk__in=settled).update(state=ReminderState.NOT_NEEDED)
    return letter(pieces) if pieces else None


def message_letter(mail):
    """The letter that repeats an inbox message, or None when the message is gone or was read already."""
    message = InboxMessage.objects.unread().filter(pk=mail.ref["message"]).first()
    if message is None:
        return None
    url = settings.SITE_ADDRESS.rstrip("/") + message.url if message.url else ""
    return letter([Piece(message.title, message.body or message.title, url)])
