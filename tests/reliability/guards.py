"""Each guard is left out of a run of the drill, one at a time: the drill has to notice."""

import os
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, UniqueConstraint

from danvan import clock
from danvan.mail.domain import delivery
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.models import Reminder

WITHOUT = "RELIABILITY_WITHOUT"
"""Names the guard to be left out of the process that reads it; see ``settings`` for the sweeper."""


def drop_unique_keys(model, name="") -> None:
    """Let the table of *model* hold what its unique constraints forbid, or the one called *name*."""
    unique = [each for each in model._meta.constraints if isinstance(each, UniqueConstraint) and name in each.name]
    # SQLite makes the table anew, as the model says.
    model._meta.constraints = [each for each in model._meta.constraints if each not in unique]
    with connection.schema_editor() as editor:
        for constraint in unique:
            editor.remove_constraint(model, constraint)


def forget_expiry() -> None:
    OutgoingMail.objects.update(expires_at=None)


GUARDS: dict[str, tuple[Callable[[], None], dict]] = {
    "key": (lambda: drop_unique_keys(Reminder), {}),
    "claim": (lambda: drop_unique_keys(OutgoingMail, "one_mail_in_flight"), {WITHOUT: "claim"}),
    "lease": (lambda: None, {"MAIL_LEASE_SECONDS": 86_400}),
    "sweep": (lambda: None, {WITHOUT: "sweep"}),
    "expiry": (forget_expiry, {}),
}
"""By name: what happens to the database, and the environment of the processes."""


def leave_out_of_this_process() -> None:
    if os.environ.get(WITHOUT) == "claim":
        delivery.claim = claim_blindly


def claim_blindly(mail, worker_id) -> bool:
    """Take *mail* whatever has become of it since it was read."""
    mail.leased_by, mail.lease_until = worker_id, clock.real_now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.IN_FLIGHT,
        attempts=F("attempts") + 1,
        next_attempt_at=None,
        leased_by=mail.leased_by,
        lease_until=mail.lease_until,
    )
    mail.attempts += 1
    return True
