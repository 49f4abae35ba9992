import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record
from danvan.access.scope import UnitScope


def random_name(instance, filename):
    """A name that tells nothing and cannot be guessed; the user's own name is a column."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


class StoredFile(Record):
    """A private file. It has no public address: a view with rights serves it. Without a unit it is the Ban's own."""

    access_scope = UnitScope("unit")

    file = models.FileField(_("file"), upload_to=random_name, max_length=60)
    original_name = LineField(_("file name"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("uploaded by"), null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.original_name
