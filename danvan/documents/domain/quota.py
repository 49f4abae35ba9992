"""How much one person may upload: so that no account, lost or angry, fills the disk on which the office works.

Everything that keeps uploads registers what it holds (:func:`register`), and claims room for the next one in the
transaction that keeps it. The numbers and their reasons stand in the settings under ``UPLOAD_``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches_all
from danvan.documents.enums import FileState
from danvan.documents.models import StoredFile


@dataclass(frozen=True)
class Amount:
    files: int
    size: int

    def __sub__(self, other):
        return Amount(max(0, self.files - other.files), max(0, self.size - other.size))

    def holds(self, other):
        return other.files <= self.files and other.size <= self.size

    def __str__(self):
        return _("%(files)s files, %(size)s") % {"files": self.files, "size": filesizeformat(self.size)}


_keepers: list[Callable] = []


def register(function):
    """Count what ``function(user)`` keeps: a queryset of that user's uploads, and the name of their time's column.

    The rows have a ``size`` in bytes.
    """
    _keepers.append(function)


def kept_files(user):
    return StoredFile.objects.filter(uploaded_by=user).exclude(state=FileState.DESTROYED), "uploaded_at"


def claim_room(*, actor, size):
    """Raise ValidationError, which tells what is left, unless *actor* may keep one more upload of *size* bytes.

    Call it inside the transaction that keeps the upload, before anything is written: until its end every other upload
    of this person waits here, so two at once cannot both take the last place. What it does not bound is what the web
    server takes in before that: ``UPLOAD_`` limits and ``danvan.documents.uploads`` cut that off.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=actor.pk)
    require_room(actor=actor, size=size)


def require_room(*, actor, size):
    """Raise ValidationError as :func:`claim_room` does, by what is kept now: for a form, before anything is saved."""
    asked = Amount(1, size)
    of_the_ban = reaches_all(actor, StoredFile, "view")
    limit = Amount(*(settings.UPLOAD_PER_DAY_OF_THE_BAN if of_the_ban else settings.UPLOAD_PER_DAY))
    left = limit - used(actor, since=clock.start_of_day(clock.today()))
    if not left.holds(asked):
        words = _(
            "There is no room for this file today: of the %(limit)s that you may upload in a day, "
            "%(left)s are left. Go on tomorrow, or tell the Ban."
        )
        raise ValidationError(words % {"limit": limit, "left": left})
    if of_the_ban:
        return
    limit = Amount(*settings.UPLOAD_IN_ALL)
    left = limit - used(actor)
    if not left.holds(asked):
        words = _(
            "There is no room for this file: of the %(limit)s that an account of a unit may keep, "
            "%(left)s are left. Tell the Ban."
        )
        raise ValidationError(words % {"limit": limit, "left": left})


def used(user, since=None):
    """What *user* has uploaded since the instant *since*, or ever, and what is still kept of it."""
    files = size = 0
    for keeper in _keepers:
        rows, uploaded_at = keeper(user)
        if since is not None:
            rows = rows.filter(**{f"{uploaded_at}__gte": since})
        found = rows.aggregate(files=Count("pk"), size=Sum("size"))
        files, size = files + found["files"], size + (found["size"] or 0)
    return Amount(files, size)
