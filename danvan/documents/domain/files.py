"""Keeping private files, and the one door to their bytes."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from danvan import clock
from danvan.documents.domain.quota import claim_room
from danvan.documents.enums import FileState
from danvan.documents.examining import DOCX, PDF, TYPES, XLSX, examine
from danvan.documents.models import StoredFile
from danvan.workflow import Refused

__all__ = ["DOCX", "PDF", "TYPES", "XLSX", "acceptable", "examine", "open_file", "store"]

EVERYWHERE = Q(state=FileState.DESTROYED)


def store(*, upload, actor, unit=None):
    """Keep *upload* (a Django UploadedFile) as a private file of *unit* (None: the Ban's own) and return it.

    The type is judged by the content, not by the name. Raises ValidationError for what :func:`examine` refuses, for the
    very file that was reported as uploaded by mistake, and where *actor* has no room left; nothing is kept then.
    """
    name, content, content_type = examine(upload)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        claim_room(actor=actor, size=len(content))
        _refuse_reported(sha256, Q(state=FileState.QUARANTINED, unit=unit))
        stored = StoredFile(
            original_name=name,
            content_type=content_type,
            size=len(content),
            sha256=sha256,
            unit=unit,
            uploaded_by=actor,
            uploaded_at=clock.now(),
        )
        stored.file.save(name, upload, save=False)
        stored.save()
    return stored


def acceptable(upload):
    """A validator of form fields: what :func:`store` refuses whoever uploads it, refused at the field."""
    _name, content, _type = examine(upload)
    _refuse_reported(hashlib.sha256(content).hexdigest())


def _refuse_reported(sha256, of_the_unit=EVERYWHERE):
    """What was destroyed comes back through no form, what is in quarantine not to the same unit.

    To others it does: else a lead could keep a letter of the Ban from all units by reporting the own copy.
    """
    if StoredFile.objects.filter(EVERYWHERE | of_the_unit, sha256=sha256).exists():
        raise ValidationError(_("This very file was reported as uploaded by mistake. It cannot be uploaded again."))


def open_file(*, stored):
    """The content of *stored*, open for reading. The caller has made sure that the reader may see the file.

    Raises Refused unless it is in use, as the database says now, and FileNotFoundError when the bytes are lost.
    """
    if not StoredFile.objects.in_use().filter(pk=stored.pk).exists():
        raise Refused(_("The file is quarantined or destroyed. Nobody can download it."))
    return stored.file.open("rb")
