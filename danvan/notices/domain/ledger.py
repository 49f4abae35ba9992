"""Writes the ledger: rows, their letters and the notices in the inboxes, all or none.

The one writer, for the planner and for reminders by hand. Two that meet are told apart by the unique keys of the ledger
and of the mails.
"""

import hashlib
from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from danvan import clock
from danvan.mail.domain.queue import Letter, enqueue_many
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.wording import comrade, pieces_of, several
from danvan.notices.enums import ReminderState
from danvan.notices.models import InboxMessage, Reminder

KIND = "notices.reminder"
AT_ONCE = 1_000
_LONGEST = 300
_KEY = ("rule_id", "extra_id", "source", "object_id", "due_on", "recipient_key")
_SAID = ("unit_id", "address", "duty_text", "state", "mail_id", "planned_at", "batch")


def row_for(recipient, *, duty, title, state=None, **values):
    """A row of the ledger, not written yet, that tells *recipient*, or that there is nobody (None).

    *duty* has ``object_id``, ``unit_id`` and ``due_on``; *state*, where not given, is that of telling.
    """
    if state is None:
        state = ReminderState.NOBODY if recipient is None else _STATES[bool(recipient.address)]
    return Reminder(
        object_id=duty.object_id,
        unit_id=duty.unit_id,
        due_on=duty.due_on,
        duty_text=title[:_LONGEST],
        recipient_key=recipient.key if recipient else "",
        user=recipient and recipient.user,
        address=recipient.address if recipient else "",
        state=state,
        **values,
    )


_STATES = {True: ReminderState.MAILED, False: ReminderState.INBOX}


def write(rows, *, duties, names, useful_until, letter_key, joins=None):
    """Write *rows* of one batch that the ledger does not hold yet, with one letter and one notice for each recipient.

    A letter called *letter_key* that still waits for its sending takes the rows in, or an older one whose key begins
    with *joins*, as after days without a mail server; who has none gets one. *duties* are
    by source and id, *names* of the recipients by their keys; *useful_until* says of a row when it loses its sense.
    Returns the rows that were written. All the rows of a recipient and of a step are written in one call, and nothing
    of them if the process dies before the end.
    """
    with transaction.atomic():
        mailed = by_recipient(row for row in rows if row.state == ReminderState.MAILED)
        letters = _letters(mailed, names, useful_until, letter_key, joins)
        for row in rows:
            row.mail_id = letters.get(row.recipient_key)
        # Always in the same order: two that insert the same rows must not wait for each other.
        rows.sort(key=lambda row: (row.source, row.object_id, row.rule_id or 0, row.due_on, row.recipient_key))
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
        mine = _written(rows)
        _fill_inboxes(by_recipient(row for row in mine if row.user_id), duties)
    return mine


def by_recipient(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.recipient_key].append(row)
    return found


def _letters(groups, names, useful_until, letter_key, joins):
    """The id of the letter of each recipient among *groups*, which waits and is locked: no drain takes it before the
    rows are in it. If a drain was faster, or it goes to an older address, another one is made."""
    until = {recipient: max(map(useful_until, rows)) for recipient, rows in groups.items()}
    found = _waiting(groups, until, joins) if joins else {}
    numbers = {recipient: 1 for recipient in sorted(groups) if recipient not in found}
    while numbers:
        keys = {f"{letter_key}-{_short(recipient)}-{number}": recipient for recipient, number in numbers.items()}
        enqueue_many(
            Letter(
                kind=KIND,
                ref={},
                to=groups[recipient][0].address,
                recipient_name=names[recipient],
                dedupe_key=key,
                expires_at=until[recipient],
            )
            for key, recipient in keys.items()
        )
        numbers = {}
        mails = OutgoingMail.objects.select_for_update().filter(dedupe_key__in=keys).order_by("pk")
        names_of = ("pk", "to", "dedupe_key", "state", "attempts", "expires_at")
        for mail, to, key, state, attempts, expires_at in mails.values_list(*names_of):
            recipient = keys[key]
            # One that was tried in vain has used up a part of its attempts: what is new gets a letter with all of them.
            if state in MailState.DUE and not attempts and to == groups[recipient][0].address:
                found[recipient] = mail
                _keep_until(until[recipient], mail, expires_at)
            else:
                numbers[recipient] = int(key.rpartition("-")[2]) + 1
    return found


def _waiting(groups, until, joins):
    """The oldest letter of each recipient among *groups* that nobody could try to send yet and that still has a sense.

    One that was tried is left alone: it may have to wait for hours, and has fewer attempts left.
    """
    recipients = {(rows[0].address, _short(recipient)): recipient for recipient, rows in groups.items()}
    now = clock.now()
    mails = OutgoingMail.objects.select_for_update().filter(
        Q(not_before=None) | Q(not_before__lte=now),
        kind=KIND,
        state__in=MailState.DUE,
        next_attempt_at__isnull=False,  # the index of the drain
        attempts=0,
        expires_at__gt=now,
        dedupe_key__startswith=joins,
    )
    found = {}
    for mail, to, key, expires_at in mails.order_by("pk").values_list("pk", "to", "dedupe_key", "expires_at"):
        recipient = recipients.get((to, key.rsplit("-", 2)[1]))
        if recipient and recipient not in found:
            found[recipient] = mail
            _keep_until(until[recipient], mail, expires_at)
    return found


def _keep_until(until, mail, expires_at):
    if expires_at < until:
        OutgoingMail.objects.filter(pk=mail).update(expires_at=until)


def _short(recipient_key):
    """A name for the recipient that fits into the key of a mail."""
    return hashlib.blake2b(recipient_key.encode(), digest_size=12).hexdigest()


def _written(rows):
    """Those of *rows* that are in the ledger now: by the insertion, or over an unsaid one that barred it."""
    written = Reminder.objects.filter(batch__in={row.batch for row in rows}).order_by()
    if written.count() == len(rows):
        return rows
    _say_again(rows)
    keys = set(written.values_list(*_KEY))
    return [row for row in rows if _key(row) in keys]


def _say_again(rows):
    """Write *rows* over those of the same key that were not true when their letter was to go: nobody was told."""
    unsaid = Reminder.objects.unsaid().filter(object_id__in={row.object_id for row in rows}).order_by()
    there = {tuple(key): pk for pk, *key in unsaid.values_list("pk", *_KEY)}
    for row in rows:
        if pk := there.get(_key(row)):
            values = {name: getattr(row, name) for name in _SAID}
            Reminder.objects.unsaid().filter(pk=pk).update(**values, version=F("version") + 1)


def _key(row):
    return tuple(getattr(row, name) for name in _KEY)


def _fill_inboxes(groups, duties):
    messages = []
    for rows in groups.values():
        rows.sort(key=lambda row: (row.due_on, row.source, row.object_id))
        user, now = rows[0].user, rows[0].planned_at
        pieces = pieces_of(rows, duties, comrade(user.get_full_name()))
        title, body, url = pieces[0].subject, pieces[0].text, pieces[0].url
        if len(pieces) > 1:
            (title, body), url = several(pieces), reverse("admin:index")
        units = {row.unit_id for row in rows}
        messages.append(
            InboxMessage(
                recipient=user,
                unit_id=units.pop() if len(units) == 1 else None,
                title=title[:_LONGEST],
                body=body,
                url=url,
                sent_at=now,
            )
        )
    InboxMessage.objects.bulk_create(messages, batch_size=AT_ONCE)
