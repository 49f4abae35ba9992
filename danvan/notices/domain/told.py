"""How units were told of what they owe: reminders and what came of them, and the contacts of staff."""

from collections import defaultdict
from dataclasses import dataclass

from danvan.notices.domain.duties import by_code
from danvan.notices.enums import Audience, ReminderState
from danvan.notices.models import Contact, Reminder

REACHED = (ReminderState.MAILED, ReminderState.INBOX)


@dataclass
class Told:
    """Of one duty: how many times its unit was reminded, the last of these reminders, the last contact."""

    times: int = 0
    last: Reminder | None = None
    contact: Contact | None = None

    @property
    def outcome(self):
        """What came of the last reminder, in words: of a mailed one what became of the mail."""
        mail = self.last.mail if self.last.state == ReminderState.MAILED else None
        if mail is None:
            return self.last.get_state_display()
        words = mail.get_state_display()
        return f"{words}: {mail.trouble_words}" if mail.trouble_words else words


def told_about(pairs) -> dict[tuple[str, int], Told]:
    """What *pairs* (source code, object id) were told, a Told for each. Two queries for each kind among them.

    Reminders to several people of a unit at once count as one; lists for the Ban's own people do not count.
    """
    found = defaultdict(Told)
    for code, object_ids in by_code(pairs).items():
        reminders = Reminder.objects.filter(source=code, object_id__in=object_ids, state__in=REACHED)
        reminders = reminders.exclude(rule__audience__in=Audience.LISTS).select_related("mail")
        batches = defaultdict(set)
        for reminder in reminders.order_by("planned_at", "pk"):
            batches[reminder.object_id].add(reminder.batch)
            found[code, reminder.object_id].last = reminder
        for object_id, seen in batches.items():
            found[code, object_id].times = len(seen)
        contacts = Contact.objects.about(code, object_ids).select_related("actor")
        for contact in contacts.order_by("at", "pk"):
            found[code, contact.object_id].contact = contact
    return found
