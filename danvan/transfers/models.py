import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from danvan.access.models import Record
from danvan.access.scope import OwnScope


class ImportState(models.TextChoices):
    REFUSED = "refused", _("refused: the file has errors")
    PREVIEWED = "previewed", _("checked, waiting for confirmation")
    CONFIRMED = "confirmed", pgettext_lazy("state of an import", "imported")
    FAILED = "failed", _("failed: nothing was saved")


def kept_as(job, filename):
    """Where the file of *job* is kept: a random name, nothing of the user's own."""
    return f"imports/{uuid.uuid4().hex}"


class ImportJob(Record):
    """A workbook that one person uploaded, what it would do, and whether that person confirmed it.

    ``resource`` is the label of the model it goes to. ``errors`` holds one entry per wrong cell, ``preview`` the first
    rows as they were shown. The file is read again by the confirmation and is never served.
    """

    access_scope = OwnScope("owner")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("uploaded by"), related_name="+")
    resource = models.CharField(_("kind of record"), max_length=100)
    form_key = models.UUIDField(_("form key"), unique=True)
    file = models.FileField(_("file"), upload_to=kept_as, max_length=200)
    original_name = models.CharField(_("file name"), max_length=255)
    sheet = models.CharField(_("sheet"), max_length=31, blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes."))
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices)
    rows_new = models.PositiveIntegerField(_("new rows"), default=0)
    rows_changed = models.PositiveIntegerField(_("changed rows"), default=0)
    rows_unchanged = models.PositiveIntegerField(_("unchanged rows"), default=0)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    preview = models.JSONField(_("preview"), default=dict, blank=True)
    created_at = models.DateTimeField(_("uploaded at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.original_name

    @property
    def rows_total(self):
        return self.rows_new + self.rows_changed + self.rows_unchanged
