"""Files that were uploaded by mistake, above all State secrets, which have no place on this system.

Whoever sees a file may report it, and at once nobody reads it: a false report costs a day, a secret that was read is
out. The administrator is told, and gives it back or destroys it; neither needs to open it, so nobody can.
"""

import os
from contextlib import suppress

from django.db import transaction

from danvan.documents.models import StoredFile
from danvan.workflow import change_state

CHUNK = 2**20


def report(*, obj, actor, reason, name_is_secret=False):
    """Put the file into quarantine. With *name_is_secret* its name is withheld from every screen from here on."""
    values = {"original_name": "", "withheld_name": obj.original_name} if name_is_secret else None
    return change_state(obj=obj, action="report", actor=actor, reason=reason, values=values)


def release(*, obj, actor, reason):
    """Give the file back into use, under its own name."""
    values = {"original_name": obj.withheld_name, "withheld_name": ""} if obj.withheld_name else None
    return change_state(obj=obj, action="release", actor=actor, reason=reason, values=values)


@transaction.atomic
def destroy(*, obj, actor, reason, name_is_secret=False):
    """Overwrite and delete the content; the row stays with its hash, without the name when that is secret or withheld.

    The bytes go before the transaction ends: if the process dies in between, the file is still quarantined and the deed
    can be done again. What this cannot reach: backups, and old blocks that a disk or file system keeps of its own.
    """
    stored = obj.file.name
    values = {"file": "", "withheld_name": ""}
    if name_is_secret:
        values["original_name"] = ""
    obj = change_state(obj=obj, action="destroy", actor=actor, reason=reason, values=values)
    if stored:
        with suppress(FileNotFoundError):
            wipe(StoredFile._meta.get_field("file").storage.path(stored))
    return obj


def wipe(path):
    """Overwrite the file at *path* and delete it. Whoever reads it at this moment reads zeros."""
    with open(path, "r+b") as content:
        left = os.fstat(content.fileno()).st_size
        while left > 0:
            left -= content.write(bytes(min(CHUNK, left)))
        content.flush()
        os.fsync(content.fileno())
    os.remove(path)
