"""The end of all sessions of an account."""

from django.db import transaction

from danvan.history.domain import record
from danvan.organization.models import User


@transaction.atomic
def end_sessions(*, user, actor):
    """Log *user* out everywhere at the next request; *user* knows the new epoch then, and *actor* is in the history.

    The caller has made sure that *actor* may. To keep the session at hand, follow with ``update_session_auth_hash``.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    row.session_epoch += 1
    row.save(update_fields=["session_epoch"])
    record(actor=actor, action="end_sessions", obj=row)
    user.session_epoch, user.version = row.session_epoch, row.version
