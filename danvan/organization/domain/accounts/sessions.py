"""The end of all sessions of an account."""

from django.db import transaction

from danvan import clock
from danvan.history.domain import record
from danvan.organization.domain.accounts.activation import withdraw
from danvan.organization.models import User


@transaction.atomic
def end_sessions(*, user, actor):
    """Log *user* out everywhere at the next request, and forget all browsers and links of the account.

    *user* knows the new epoch then, and *actor* is in the history. The caller has made sure that *actor* may. To keep
    the session at hand, follow with ``update_session_auth_hash``.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    begin_new_epoch(row=row, user=user)
    withdraw(users=[row], now=clock.real_now())
    record(actor=actor, action="end_sessions", obj=row)


def begin_new_epoch(*, row, user):
    """Write the next epoch on *row*, the locked row of *user*, who knows it then."""
    row.session_epoch += 1
    row.save(update_fields=["session_epoch"])
    user.session_epoch, user.version = row.session_epoch, row.version
