from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import BanScope
from danvan.notices.enums import ContactKind


class ContactQuerySet(RecordQuerySet):
    def about(self, source, object_ids):
        """The contacts about these duties of *source*."""
        return self.filter(source=source, object_id__in=object_ids)


class Contact(Record):
    """That staff called a unit or wrote to it about a duty, beside the reminders. A line of the log, never changed."""

    access_scope = BanScope()

    source = models.CharField(_("duty"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    due_on = models.DateField(_("due on"))
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    kind = models.CharField(_("how"), max_length=10, choices=ContactKind.choices)
    note = LineField(_("note"), max_length=300, blank=True)
    actor = models.ForeignKey("organization.User", models.PROTECT, verbose_name=_("by"), related_name="+")
    at = models.DateTimeField(_("at"))

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["source", "object_id"], name="contacts_of_duty")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.unit}"
