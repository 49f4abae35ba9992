import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record
from danvan.access.scope import BanScope, OwnScope
from danvan.text.numbers import format_int


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


class Export(Record):
    """A workbook that somebody took away: what it held, in the words the person saw. It is never changed.

    The file itself is not kept. Its number is printed on its pages. ``columns`` are the titles, ``filters`` what the
    list was narrowed to.
    """

    access_scope = BanScope()

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("exported by"), related_name="+")
    name = LineField(_("what was exported"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))
    columns = models.JSONField(_("columns"), default=list)
    filters = ProseField(_("filters"), blank=True)
    reason = ProseField(_("reason"), blank=True)
    made_at = models.DateTimeField(_("exported at"))

    class Meta:
        verbose_name = pgettext_lazy("noun", "export")
        verbose_name_plural = _("exports")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["owner", "made_at"], name="export_of_owner")]

    def __str__(self):
        return _now("%(name)s: %(rows)s rows") % {"name": self.name, "rows": format_int(self.rows)}

    @property
    def mark(self):
        """What stands below every page of the workbook, so that a copy that went astray leads back to its row."""
        words = _now("Exported by %(who)s, %(at)s, export no. %(number)s")
        at = date_format(timezone.localtime(self.made_at), "DATETIME_FORMAT")
        return words % {"who": self.owner, "at": at, "number": self.pk}
