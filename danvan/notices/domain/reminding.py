"""What staff see before they remind by hand: the words to begin with, whom they reach, who was told today."""

from dataclasses import dataclass

from danvan import clock
from danvan.notices.domain.default_rules import BY_HAND
from danvan.notices.domain.extra import reminded_on
from danvan.notices.domain.holidays import calendar_around
from danvan.notices.domain.recipients import recipients_of
from danvan.notices.enums import Audience
from danvan.notices.models import ReminderRule
from danvan.notices.rules import comes_at


@dataclass(frozen=True)
class Outlook:
    """``nobody`` names the units with nobody to tell, ``today`` is how many duties were reminded of today."""

    units: int
    recipients: int
    today: int
    nobody: list[str]


def outlook(rows):
    """What reminding now of *rows*, pairs of a source's code and a Duty, would do. Nothing is written."""
    unit_ids = {duty.unit_id for _code, duty in rows}
    told = recipients_of(unit_ids)
    return Outlook(
        units=len(unit_ids),
        recipients=len({recipient.key for recipients in told.values() for recipient in recipients}),
        today=len(reminded_on(clock.today(), [(code, duty.object_id) for code, duty in rows])),
        nobody=list({duty.unit_id: duty.unit_name for _code, duty in rows if not told.get(duty.unit_id)}.values()),
    )


def words_to_begin_with(rows):
    """Subject and text to begin with for *rows*, pairs of a source's code and a Duty.

    Those of the step to the units that is the present one of all of them; where they differ, or it speaks of a day that
    is over, words that are true of any duty.
    """
    steps = {present_step(*each) for each in {(code, duty.due_on) for code, duty in rows}}
    rule = steps.pop() if len(steps) == 1 else None
    subject, text = (rule.subject, rule.text) if rule else BY_HAND
    return {"subject": subject, "text": text}


def present_step(code, due_on):
    """The step that came last for a duty of *code* due on *due_on*, before the first one that one. None when there is
    none in use, or the one that came speaks of a due date to come, and that is over."""
    now = clock.now()
    steps = ReminderRule.objects.active().filter(source=code, audience=Audience.UNIT_LEADS)
    steps = sorted(steps, key=lambda rule: (rule.offset_days, rule.hour))
    came = [rule for rule in steps if comes_at(rule, due_on, calendar_around(due_on)) <= now]
    rule = came[-1] if came else next(iter(steps), None)
    return rule if rule and (rule.offset_days > 0 or clock.today() <= due_on) else None
