"""Writes the mails of this app at the moment they are sent."""

from collections import defaultdict

from danvan.mail.domain.rendering import NotNow
from danvan.notices.domain.duties import duties_in
from danvan.notices.domain.recipients import told_by
from danvan.notices.domain.steps import Steps
from danvan.notices.domain.wording import Piece, addressee, comrade, letter, pieces_of
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder
from danvan.notices.sources import sources


def reminder_letter(mail):
    """The letter of the reminders of *mail* that are still true, or None when none is. Raises NotNow outside the hours
    in which people are told.

    A reminder is true while its duty is owed for the same day, its step is the current one and its recipient still
    the one to tell, at this address. One by hand has no step. Marks the others in the ledger as not needed any more:
    the planner takes the step again where it is true in another way, or comes true again.
    """
    rows = list(mail.reminders.mailed().with_words().order_by("due_on", "pk"))
    steps = steps_now(mail)
    duties = duties_by_key(rows)
    told = addresses_told(rows)
    true = []
    for row in rows:
        duty = duties.get((row.source, row.object_id))
        is_owed = duty is not None and duty.due_on == row.due_on
        is_current = row.rule is None or steps.is_current(row.rule, row.due_on)
        is_told = (row.recipient_key, mail.to) in told[row.words.audience].get(row.unit_id, ())
        if is_owed and is_current and is_told:
            true.append(row)
    if len(true) < len(rows):
        false = {row.pk for row in rows} - {row.pk for row in true}
        Reminder.objects.filter(pk__in=false).update(state=ReminderState.NOT_NEEDED)
    if not true:
        return None
    may_go_from = min(steps.telling_from(row.rule) if row.rule else steps.now for row in true)
    if may_go_from > steps.now:
        raise NotNow(may_go_from)
    addressed = ", ".join(dict.fromkeys(addressee(row) for row in true))
    to_unit = not any(row.words.tells_in_lists for row in true)
    return letter(pieces_of(true, duties, addressed), addressed, to_unit=to_unit)


def steps_now(mail):
    """The steps at this instant. Rules and calendar are read once for all mails that were read together with *mail*;
    whether the duty is owed and who is to be told is asked for each letter."""
    if "steps" not in mail.shared:
        mail.shared["steps"] = Steps()
    steps = mail.shared["steps"]
    steps.look_at_the_clock()
    return steps


def duties_by_key(items):
    """The duties still owed among those of *items* (anything with ``source`` and ``object_id``), by both."""
    ids = defaultdict(set)
    for item in items:
        if item.source in sources():
            ids[item.source].add(item.object_id)
    return {(code, pk): duty for code, wanted in ids.items() for pk, duty in duties_in(code, wanted).items()}


def addresses_told(rows):
    """The keys of those whom each step tells today, each with the address, by audience and unit. *rows* come with their
    units."""
    units = defaultdict(dict)
    for row in rows:
        units[row.words.audience][row.unit_id] = row.unit
    return {
        audience: {
            unit: {(recipient.key, recipient.address) for recipient in found}
            for unit, found in told_by(audience, those.values()).items()
        }
        for audience, those in units.items()
    }


def message_letter(mail):
    """The letter that repeats an inbox message, or None when the message is gone or was read already."""
    message = InboxMessage.objects.unread().select_related("recipient").filter(pk=mail.ref["message"]).first()
    if message is None:
        return None
    piece = Piece(message.title, message.body or message.title, message.url)
    return letter([piece], comrade(message.recipient.get_full_name()))
