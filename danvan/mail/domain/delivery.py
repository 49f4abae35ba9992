"""Handing queued mails to the mail server, and picking up what a dead worker left behind."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from danvan import clock
from danvan.mail.domain.heartbeat import beat
from danvan.mail.domain.line import Broken, Ended, Line, NoLine, Refused, describe
from danvan.mail.domain.queue import is_on, nudge
from danvan.mail.domain.rendering import NotNow, compose, envelope_address, render, sender
from danvan.mail.domain.row import rewrite
from danvan.mail.enums import MailState, Step, Trouble
from danvan.mail.models import OutgoingMail
from danvan.mail.rules import delay_after, judge_refusal

log = logging.getLogger(__name__)

READ_AT_ONCE = 50
MINUTE = timedelta(seconds=60)
# When the limit is reached the next drain finds room for several mails, not for one.
SHORTEST_REST_SECONDS = 5
RELEASED = {"lease_until": None, "leased_by": ""}
# What the database raises when it restarts, or is held by another for too long.
AWAY = OperationalError, InterfaceError


class LimitReached(Exception):
    """The server may not be asked again before *seconds* have passed."""

    def __init__(self, seconds: float):
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


def sweep(*, worker_id):
    """Free what dead workers held, retire what has lost its sense, then drain. Started by every tick of beat, so that
    nothing hangs on a message in the broker. Returns the number of mails sent."""
    beat("tick")
    free_abandoned()
    expire_overdue()
    return drain(worker_id=worker_id)


def drain(*, worker_id):
    """Send what is due, one mail at a time over one connection. Returns the number of mails sent.

    Stops after ``MAIL_DRAIN_SECONDS``, so that no task blocks a worker for long, or at ``MAIL_PER_MINUTE`` attempts,
    and asks for another drain. Any number of drains may run: all but one find a mail in flight and stop. Not to be
    called in a transaction, for each step has to be seen by the others at once. In an office without mail what was
    queued before stays so.
    """
    beat("worker")
    sent = 0
    if not is_on() or OutgoingMail.objects.in_flight().exists():
        return sent
    ends_at = time.monotonic() + settings.MAIL_DRAIN_SECONDS
    with Line() as line:
        for mail in due_mails():
            if time.monotonic() >= ends_at:
                nudge()
                break
            try:
                refuse_beyond_limit(clock.real_now(), more=1)
                line.open()
                if not claim(mail, worker_id):
                    continue
            except NoLine as error:
                hold_back(error)
                break
            except IntegrityError:
                # Another drain has a mail in flight. It asks once more for due mails before it ends, so nothing is
                # missed; if it has died, a sweep frees its mail after the lease.
                break
            except LimitReached as limit:
                rest(limit.seconds)
                break
            outcome = attempt(line, mail)
            if keep(mail, outcome) and outcome["state"] == MailState.SENT:
                sent += 1
    return sent


def due_mails():
    """The due mails until there are none, read some at a time: each is claimed as it was read, or not at all."""
    while mails := due_now()[:READ_AT_ONCE]:
        shared = {}
        for mail in mails:
            mail.shared = shared
            if not mail.is_overdue:
                yield mail


def due_now():
    """What is due. Under a limit no mail is tried twice within a minute: the rows that were tried are then counted as
    the attempts that they stand for."""
    due = OutgoingMail.objects.due()
    if settings.MAIL_PER_MINUTE:
        return due.exclude(attempted_at__isnull=False, attempted_at__gt=clock.real_now() - MINUTE)
    return due


def rest(seconds):
    """Ask for a drain when the limit allows it, unless a sweep comes sooner."""
    if seconds < settings.MAIL_SWEEP_SECONDS:
        nudge(after=max(seconds, SHORTEST_REST_SECONDS))


def claim(mail, worker_id):
    """Take *mail* for ``MAIL_LEASE_SECONDS``. False when it is no longer as it was read.

    Raises IntegrityError when any other mail is in flight, LimitReached when the server was asked as often as it may
    be; then the mail is as before. If the worker dies from here on, the mail stays in flight until its lease has run
    out, and is then sent again.
    """
    now = clock.real_now()
    lease = {"leased_by": worker_id, "lease_until": now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)}
    as_read = {"id": mail.pk, "state": mail.state, "attempts": mail.attempts}
    taken = {"state": MailState.IN_FLIGHT, "attempts": mail.attempts + 1, "next_attempt_at": None, "attempted_at": now}
    if settings.MAIL_PER_MINUTE:
        # Counted once more, with this mail in flight: now no other drain adds to it.
        with transaction.atomic():
            claimed = rewrite(as_read, taken | lease)
            refuse_beyond_limit(now)
    else:
        claimed = rewrite(as_read, taken | lease)
    if claimed:
        mail.attempts += 1
        mail.leased_by, mail.lease_until = lease.values()
    return claimed


def refuse_beyond_limit(now, *, more=0):
    """Raise LimitReached when *more* mails beside those tried in the 60 seconds before *now* would be too many."""
    if not settings.MAIL_PER_MINUTE:
        return
    room = settings.MAIL_PER_MINUTE - more
    tried = OutgoingMail.objects.attempted_after(now - MINUTE).order_by("-attempted_at")
    instants = list(tried.values_list("attempted_at", flat=True)[: room + 1])
    if len(instants) > room:
        raise LimitReached((instants[-1] + MINUTE - now).total_seconds())


def attempt(line, mail):
    """Try to hand over *mail*, which is claimed, and return what its row shall say.

    Raises what the database raises when it does not answer a renderer; then the mail is in the queue as before, and the
    drain ends: the next sweep comes soon enough, and nothing goes round and round.
    """
    address = envelope_address(mail.to)
    if address is None:
        return failed(Trouble.INVALID_ADDRESS, mail.to)
    try:
        message = render(mail)
        data = message and compose(mail, message, address)
    except NotNow as error:
        return put_off(mail, error.until)
    except AWAY:
        keep(mail, back_in_the_queue(mail))
        raise
    except Exception as error:  # a renderer is a stranger: whatever it raises must not stop the other mails
        log.exception("Mail %s of kind %s could not be written.", mail.pk, mail.kind)
        return later(mail, Trouble.NOT_WRITTEN, describe(error))
    if message is None:
        return unasked(mail) | {"state": MailState.EXPIRED, "trouble": Trouble.NOT_NEEDED, "trouble_detail": ""}
    kept = {"subject": message.subject}
    if not message.confidential:
        kept |= {"text": message.text, "html": message.html}
    outcome = hand_over(line, mail, address, data)
    # The time of its end: for the server a slow attempt is not over sooner.
    return kept | {"attempted_at": clock.real_now()} | outcome


def hand_over(line, mail, address, data):
    left = (mail.lease_until - clock.real_now()).total_seconds()  # writing it has cost some of the lease
    if left <= 0:
        return later(mail, Trouble.NOT_WRITTEN, f"{-left} s too late")
    _name, us = sender(settings.DEFAULT_FROM_EMAIL)
    try:
        answer = line.send(sender=us, recipient=address, data=data, seconds=min(settings.MAIL_DEADLINE_SECONDS, left))
    except Refused as error:
        trouble, permanent = judge_refusal(error.step, error.code, error.text)
        return failed(trouble, str(error)) if permanent else later(mail, trouble, str(error))
    except Broken as error:
        return after_break(mail, error)
    except Ended:
        # That is no fault of this mail: it goes again at once, on a new line.
        return back_in_the_queue(mail)
    return {"state": MailState.SENT, "sent_at": clock.now(), "answer": answer, "trouble": "", "trouble_detail": ""}


def after_break(mail, error):
    """What becomes of *mail* when the line broke."""
    if error.step is not Step.DATA:
        return later(mail, Trouble.TIMED_OUT if error.timed_out else Trouble.BROKEN_OFF, str(error))
    # The mail may have arrived. Sending it again risks one more copy, not sending it risks the loss: so it is repeated,
    # but once. A server that always breaks off here would otherwise deliver a copy per attempt.
    if mail.trouble == Trouble.UNCLEAR:
        return failed(Trouble.UNCLEAR, str(error)) | {"maybe_duplicate": True}
    return later(mail, Trouble.UNCLEAR, str(error)) | {"maybe_duplicate": True}


def put_off(mail, until):
    """What becomes of a *mail* that must not go out before *until*: it was not tried, and keeps what it had before."""
    if until <= clock.now():  # asked again at once it would go round and round
        return later(mail, Trouble.NOT_WRITTEN, f"NotNow: {until}")
    return back_in_the_queue(mail) | {"not_before": until}


def back_in_the_queue(mail):
    """What makes *mail* due again as if it had not been taken."""
    return unasked(mail) | {"state": MailState.QUEUED, "next_attempt_at": clock.real_now()}


def unasked(mail):
    """What takes the attempt back: the server has not looked at *mail*."""
    return {"attempts": mail.attempts - 1, "attempted_at": mail.attempted_at}


def failed(trouble, detail):
    return {"state": MailState.FAILED, "trouble": trouble, "trouble_detail": detail}


def later(mail, trouble, detail):
    """The next attempt by the plan ``MAIL_RETRY_SECONDS``, or failure when that is used up."""
    delay = delay_after(mail.attempts, settings.MAIL_RETRY_SECONDS)
    if delay is None:
        return failed(trouble, detail)
    return {
        "state": MailState.WAITING,
        "next_attempt_at": clock.real_now() + timedelta(seconds=delay),
        "trouble": trouble,
        "trouble_detail": detail,
    }


def keep(mail, outcome):
    """Write *outcome* on the row of *mail*, if the lease is still ours. Returns whether it was."""
    held = {"id": mail.pk, "leased_by": mail.leased_by, "lease_until": mail.lease_until}
    while True:
        try:
            kept = rewrite(held, outcome | RELEASED)
            break
        except AWAY:
            # The database restarts. If the mail is out, to forget that now would send it a second time: the outcome is
            # held until the database is back or somebody else may take the mail.
            if clock.real_now() >= mail.lease_until:
                raise
            log.warning("The database does not answer; the outcome of mail %s waits.", mail.pk)
            connection.close()
            time.sleep(0.5)
    if not kept:
        log.warning("The lease of mail %s ran out before its outcome was known.", mail.pk)
    return kept


def hold_back(error):
    """Make all due mails wait: the server cannot be used, which costs no mail an attempt.

    A mail of unclear fate keeps its reason: it may be repeated once only.
    """
    log.warning("The mail server cannot be used: %s", error.detail)
    OutgoingMail.objects.due().exclude(trouble=Trouble.UNCLEAR).order_by().update(
        state=MailState.WAITING,
        next_attempt_at=clock.real_now() + timedelta(seconds=settings.MAIL_RECONNECT_SECONDS),
        trouble=error.trouble,
        trouble_detail=error.detail,
    )


def free_abandoned():
    """Queue again what a dead worker had in flight. The server may have taken it already, so it is marked."""
    abandoned = OutgoingMail.objects.abandoned()
    stopped = {"trouble": Trouble.STOPPED, "trouble_detail": "", "maybe_duplicate": True, **RELEASED}
    # A mail that takes its worker down each time must not do so for ever.
    abandoned.filter(attempts__gt=len(settings.MAIL_RETRY_SECONDS)).update(state=MailState.FAILED, **stopped)
    abandoned.update(state=MailState.QUEUED, next_attempt_at=clock.real_now(), **stopped)


def expire_overdue():
    """Retire the mails whose time has passed. The drain does not take them in any case; this gives the reason."""
    OutgoingMail.objects.overdue().update(
        state=MailState.EXPIRED, next_attempt_at=None, trouble=Trouble.OVERDUE, trouble_detail=""
    )
