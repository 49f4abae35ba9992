"""The planner: asks the database which steps of reminding have come and are not in the ledger yet.

Level-triggered: it looks at what is, never at when it ran last, so ticks may be lost, doubled or late. Two planners
that meet are told apart by the ledger's unique key.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import DateField, Exists, F, OuterRef, Value

from danvan.mail.domain.heartbeat import beat
from danvan.notices.domain import ledger
from danvan.notices.domain.duties import duties_in, owed
from danvan.notices.domain.recipients import Recipient, told_by, units_told
from danvan.notices.domain.steps import Steps
from danvan.notices.enums import ReminderState
from danvan.notices.models import Reminder, ReminderRule
from danvan.notices.sources import sources

CHUNK = 1_000
LETTERS = "reminder-"
"""How the keys of the planner's letters begin."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of reminding that has come for one open duty and is not settled in the ledger.

    ``since`` is the day since when the duty is owed, if known. ``is_known``: the ledger says that there was nobody to
    tell, or that it was not true when the letter was to go.
    """

    rule: ReminderRule
    object_id: int
    unit_id: int
    due_on: date
    since: date | None
    is_known: bool

    @property
    def duty_key(self):
        return self.rule.source, self.object_id


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written of a step: whom it tells (nobody: None), or that it was passed over."""

    step: Step
    recipients: tuple[Recipient | None, ...]
    state: ReminderState | None = None


def plan() -> int:
    """Take every step that has come: ledger rows, one letter and one notice for each recipient. Returns how many rows
    were made.

    Of several steps of one duty only the newest is taken, the overtaken ones are marked as passed over. Outside working
    hours nothing is done.
    """
    steps = Steps()
    telling = [rule for rules in steps.rules.values() for rule in rules if steps.telling_from(rule) <= steps.now]
    came = [step for rule in telling for step in steps_that_came(rule, steps)]
    made = sum(take(drafts, steps) for drafts in chunks(drafts_of(came, steps))) if came else 0
    beat("planner")  # a pass that fails is no sign of life
    return made


def steps_that_came(rule, steps) -> list[Step]:
    """The open duties for which *rule* has come and of which the ledger does not say that anybody was told."""
    source = sources()[rule.source]
    taken = Reminder.objects.filter(
        rule=rule, source=rule.source, object_id=OuterRef("pk"), due_on=OuterRef(source.due)
    )
    duties = owed(rule.source).filter(
        ~Exists(taken.settling()), **{f"{source.due}__range": steps.due_dates_reached(rule)}
    )
    since = F(source.since) if source.since else Value(None, DateField())
    rows = duties.order_by().annotate(step_since=since, is_known=Exists(taken))
    return [Step(rule, *row) for row in rows.values_list("pk", "unit_id", source.due, "step_since", "is_known")]


def drafts_of(came, steps) -> list[Draft]:
    """What is to be written of the steps that *came*. One that is known and still tells nobody is left as it is."""
    drafts, current = [], defaultdict(list)
    for step in came:
        if steps.is_current(step.rule, step.due_on, step.since):
            current[step.rule.audience].append(step)
        elif not step.is_known:
            drafts.append(Draft(step, (None,), ReminderState.MISSED))
    for audience, those in current.items():
        told = told_by(audience, units_told({step.unit_id for step in those}))
        for step in those:
            if recipients := told.get(step.unit_id):
                drafts.append(Draft(step, tuple(recipients)))
            elif not step.is_known:
                drafts.append(Draft(step, (None,)))
    return drafts


def chunks(drafts):
    """*drafts* in lists of some hundred each, those that share a recipient in one: who is told gets one letter."""
    head = {}

    def group_of(recipient):
        while (above := head.setdefault(recipient, recipient)) != recipient:
            recipient = above
        return recipient

    for draft in drafts:
        first, *others = (recipient and recipient.key for recipient in draft.recipients)
        for other in others:
            head[group_of(other)] = group_of(first)
    groups = defaultdict(list)
    for number, draft in enumerate(drafts):
        recipient = draft.recipients[0]
        groups[group_of(recipient.key) if recipient else number].append(draft)
    chunk = []
    for group in groups.values():
        chunk += group
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def take(drafts, steps) -> int:
    """Write the ledger rows of *drafts* with their letters and notices, in one transaction. Returns how many.

    If the process dies before the end, nothing of them is written, and the next pass finds the same steps.
    """
    wanted = defaultdict(set)
    for draft in drafts:
        wanted[draft.step.rule.source].add(draft.step.object_id)
    duties = {(code, pk): duty for code, ids in wanted.items() for pk, duty in duties_in(code, ids).items()}
    batch = uuid.uuid4()
    rows, names = [], {}
    for draft in drafts:
        step, duty = draft.step, duties.get(draft.step.duty_key)
        if duty is None or duty.due_on != step.due_on:
            continue  # settled or moved since the ledger was asked
        common = {"duty": step, "title": duty.title, "state": draft.state, "planned_at": steps.now, "batch": batch}
        for recipient in draft.recipients:
            rows.append(ledger.row_for(recipient, rule=step.rule, source=step.rule.source, **common))
            if recipient:
                names[recipient.key] = recipient.name
    if not rows:
        return 0
    made = ledger.write(
        rows,
        duties=duties,
        names=names,
        useful_until=lambda row: steps.useful_until(row.rule, row.due_on),
        letter_key=f"{LETTERS}{steps.today}",
        joins=LETTERS,
    )
    return len(made)
