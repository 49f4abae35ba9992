"""The states of files, as a table: from, deed, to, words. Who may do a deed stands in ``danvan/access/roles.py``."""

from django.utils.translation import gettext_lazy as _

from danvan.documents.enums import FileState
from danvan.workflow import Transition, Workflow

FILE = Workflow(
    "documents.storedfile",
    (
        Transition(
            "report",
            (FileState.IN_USE,),
            FileState.QUARANTINED,
            _("Report a file uploaded by mistake"),
            _("reported the file as uploaded by mistake"),
            reason_required=True,
            tone="danger",
        ),
        Transition(
            "release",
            (FileState.QUARANTINED,),
            FileState.IN_USE,
            _("Give back into use"),
            _("gave the file back into use"),
            reason_required=True,
        ),
        Transition(
            "destroy",
            (FileState.QUARANTINED,),
            FileState.DESTROYED,
            _("Destroy the content"),
            _("destroyed the content of the file"),
            reason_required=True,
            tone="danger",
        ),
    ),
)
