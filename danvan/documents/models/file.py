import uuid

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope
from danvan.documents.enums import FileState


def random_name(instance, filename):
    """A name that tells nothing and cannot be guessed; the user's own name is a column."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


class StoredFileQuerySet(RecordQuerySet):
    def in_use(self):
        """The files that can be read: neither quarantined nor destroyed."""
        return self.filter(state=FileState.IN_USE)


class StoredFile(Record):
    """A private file. It has no public address: a view with rights serves it. Without a unit it is the Ban's own.

    A file reported as uploaded by mistake is quarantined: nobody reads it, the administrator neither, and no screen
    shows a name that is itself secret (it waits in ``withheld_name``). It comes back into use, or its content is
    destroyed; the row stays, with the hash by which the same file is known again. ``domain.quarantine`` writes the
    state.

    A row is called by its number, for what a record is called is kept in the history, which is never rewritten, and in
    letters: the name stands here alone and can be taken away.
    """

    access_scope = UnitScope("unit")
    ban_only_fields = ("withheld_name",)

    file = models.FileField(_("file"), upload_to=random_name, max_length=60)
    original_name = LineField(_("file name"), max_length=200)
    withheld_name = LineField(_("withheld file name"), max_length=200, blank=True, editable=False)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    state = models.CharField(
        _("state"), max_length=11, choices=FileState.choices, default=FileState.IN_USE, editable=False
    )
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("uploaded by"), null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["uploaded_by", "uploaded_at"], name="files_of_uploader")]

    def __str__(self):
        return gettext("File no. %(number)s") % {"number": self.pk}

    @property
    def is_in_use(self):
        return self.state == FileState.IN_USE

    @property
    def shown_name(self):
        """The name as lists and links show it."""
        return self.original_name or gettext("(name withheld)")
