"""The planner: asks the database which steps of reminding have come and are not in the ledger yet.

Level-triggered: it looks at what is, never at when it ran last, so ticks may be lost, doubled or late. Two planners
that meet are told apart by the ledger's unique key.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from danvan import clock
from danvan.mail.domain.heartbeat import beat
from danvan.mail.domain.queue import Letter, enqueue_many
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.recipients import recipients_of
from danvan.notices.domain.wording import addressee, piece
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder, ReminderRule
from danvan.notices.rules import due_dates_reached, is_current, useful_until
from danvan.notices.sources import Duty, sources

KIND = "notices.reminder"
CHUNK = 500


@dataclass(frozen=True)
class Step:
    """A step of reminding that has come for one open duty and is not in the ledger."""

    rule: ReminderRule
    object_id: int
    unit_id: int
    due_on: date

    @property
    def duty_key(self):
        return self.rule.source, self.object_id


def plan() -> int:
    """Take every step that has come: ledger rows, mails and inbox messages, a few hundred at a time.

    Of several steps of one duty only the newest is taken, the overtaken ones are marked as passed over. Returns how
    many ledger rows were made.
    """
    beat("tick")
    now = clock.now()
    rules = active_rules()
    steps = [step for code in rules for rule in rules[code] for step in steps_that_came(rule, now)]
    steps.sort(key=lambda step: (step.unit_id, step.rule.source, step.object_id, step.rule.pk))
    return sum(take(steps[start : start + CHUNK], rules, now) for start in range(0, len(steps), CHUNK))


def active_rules() -> dict[str, list[ReminderRule]]:
    """The rules in use by source. Those of sources that nobody registered are left out."""
    found = defaultdict(list)
    for rule in ReminderRule.objects.active():
        if rule.source in sources():
            found[rule.source].append(rule)
    return dict(found)


def steps_that_came(rule, now) -> list[Step]:
    """The open duties for which *rule* has come at *now* and that have no ledger row for it."""
    settled = Reminder.objects.settling().filter(
        rule=rule, source=rule.source, object_id=OuterRef("pk"), due_on=OuterRef("due_on")
    )
    duties = sources()[rule.source].open().filter(~Exists(settled), due_on__range=due_dates_reached(rule, now))
    return [Step(rule, *row) for row in duties.order_by().values_list("pk", "unit_id", "due_on")]


def take(steps, rules, now) -> int:
    """Write the ledger rows of *steps* with their mails and inbox messages, in one transaction. Returns how many.

    If the process dies before the end, nothing of them is written, and the next pass finds the same steps.
    """
    duties = duties_of(steps)
    told = recipients_of({step.unit_id for step in steps})
    batch = uuid.uuid4()
    rows = []
    for step in steps:
        duty = duties.get(step.duty_key)
        if duty is None or duty.due_on != step.due_on:
            continue  # settled or moved since the ledger was asked
        rows += ledger_rows(step, duty, rules[step.rule.source], told.get(step.unit_id, []), now, batch)
    # Always in the same order: two planners that insert the same rows must not wait for each other.
    rows.sort(key=lambda row: (row.rule_id, row.object_id, row.due_on, row.recipient_key))
    with transaction.atomic():
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)
        mine = list(Reminder.objects.of_batch(batch))
        queue_letters([row for row in mine if row.state == ReminderState.MAILED], rules)
        fill_inboxes([row for row in mine if row.user_id], duties, now)
    return len(mine)


def duties_of(items) -> dict[tuple[str, int], Duty]:
    """The duties still owed among those of *items* (steps or ledger rows), by source and id."""
    ids = defaultdict(set)
    for item in items:
        ids[item.rule.source].add(item.object_id)
    return {
        (code, object_id): duty
        for code, wanted in ids.items()
        for object_id, duty in sources()[code].duties(wanted).items()
    }


def ledger_rows(step, duty, rules, recipients, now, batch) -> list[Reminder]:
    common = {
        "rule": step.rule,
        "source": step.rule.source,
        "object_id": step.object_id,
        "due_on": step.due_on,
        "unit_id": step.unit_id,
        "duty_text": duty.title,
        "planned_at": now,
        "batch": batch,
    }
    if not is_current(step.rule, rules, step.due_on, now):
        return [Reminder(state=ReminderState.MISSED, **common)]
    if not recipients:
        return [Reminder(state=ReminderState.NOBODY, **common)]
    return [
        Reminder(
            state=ReminderState.MAILED if recipient.address else ReminderState.INBOX,
            recipient_key=recipient.key,
            user=recipient.user,
            address=recipient.address,
            **common,
        )
        for recipient in recipients
    ]


def queue_letters(rows, rules):
    """Queue one mail for each recipient among *rows*, which are new, and note it in them."""
    by_recipient = defaultdict(list)
    for row in rows:
        by_recipient[row.recipient_key].append(row)
    letters = {}
    for group in by_recipient.values():
        key = f"reminder-{group[0].pk}"
        letters[key] = (
            group,
            Letter(
                kind=KIND,
                ref={"reminders": [row.pk for row in group]},
                to=group[0].address,
                recipient_name=str(group[0].user or group[0].unit),
                dedupe_key=key,
                expires_at=max(useful_until(row.rule, rules[row.source], row.due_on) for row in group),
            ),
        )
    enqueue_many(letter for _group, letter in letters.values())
    for mail in OutgoingMail.objects.filter(dedupe_key__in=letters):
        for row in letters[mail.dedupe_key][0]:
            row.mail = mail
    Reminder.objects.bulk_update(rows, ["mail"], batch_size=CHUNK)


def fill_inboxes(rows, duties, now):
    messages = []
    for row in rows:
        duty = duties[row.source, row.object_id]
        words = piece(rule=row.rule, duty=duty, addressee=addressee(row.user, row.unit))
        messages.append(
            InboxMessage(
                recipient=row.user,
                unit=row.unit,
                title=words.subject,
                body=words.text,
                url=duty.url,
                sent_at=now,
            )
        )
    InboxMessage.objects.bulk_create(messages, batch_size=CHUNK)
