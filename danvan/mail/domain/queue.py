"""Putting mails into the queue and waking up the drain."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from danvan import clock
from danvan.history.domain import record
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail

log = logging.getLogger(__name__)

# A request waits for the broker no longer than this, whatever the broker does. The settings, which are made for workers
# as well, are more patient with a slow one; that nothing is tried twice they say themselves.
BROKER_OPTIONS = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4}
# After a failure nobody knocks for a while, so that a loop over many mails does not wait many times.
BROKER_REST_SECONDS = 15

_rest_until = 0.0


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to be queued. ``ref`` is JSON; ``dedupe_key`` at most 200 characters; ``not_before`` and ``expires_at``
    business time. ``is_urgent``: it goes before all others, for somebody waits for it."""

    kind: str
    ref: dict
    to: str
    recipient_name: str
    dedupe_key: str
    not_before: datetime | None = None
    expires_at: datetime | None = None
    is_urgent: bool = False


def is_on() -> bool:
    """Whether this office has mail (``EMAIL_URL`` is not "off"). Where it has none, nothing is queued or sent."""
    return settings.MAIL_ENABLED


def enqueue(**letter) -> OutgoingMail | None:
    """Queue the :class:`Letter` with these values in the caller's transaction, and wake up the drain after it.

    Returns the mail, None in an office without mail. A key that has a mail already makes no other one: the earlier mail
    is returned as it is. For many mails use :func:`enqueue_many`.
    """
    enqueue_many([Letter(**letter)])
    return OutgoingMail.objects.filter(dedupe_key=letter["dedupe_key"]).first()


def enqueue_many(letters: Iterable[Letter]) -> None:
    """Queue *letters* in the caller's transaction, and wake up the drain once after it. Known keys are passed over.

    In an office without mail it does nothing.
    """
    if not is_on():
        return
    mails = [OutgoingMail(**vars(letter)) for letter in letters]
    if mails:
        OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=500)
        transaction.on_commit(nudge, robust=True)


def resend(*, mail: OutgoingMail, actor) -> bool:
    """Queue a failed *mail* again with a fresh retry plan, record who asked, and wake up the drain.

    False when it has not failed, or somebody else was faster. The caller has made sure that *actor* may.
    """
    with transaction.atomic():
        changed = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(
            state=MailState.QUEUED, attempts=0, next_attempt_at=clock.real_now(), trouble="", trouble_detail=""
        )
        if changed:
            record(actor=actor, action="outgoingmail.resend", obj=mail)
            transaction.on_commit(nudge, robust=True)
    return bool(changed)


def nudge(*, after=None) -> None:
    """Ask a worker to drain, at once or *after* so many seconds.

    A broker that is absent or silent costs at most a second and nothing else: the next sweep finds what is due.
    """
    global _rest_until
    if not is_on() or time.monotonic() < _rest_until:
        return
    try:
        with current_app.connection_for_write(transport_options=BROKER_OPTIONS) as connection:
            # By name: the tasks stand above the domain.
            current_app.send_task(
                "danvan.mail.tasks.drain", connection=connection, countdown=after, ignore_result=True, retry=False
            )
    except (OperationalError, OSError) as error:
        _rest_until = time.monotonic() + BROKER_REST_SECONDS
        log.warning("The broker does not answer; the next sweep will send the mail. %s", error)
