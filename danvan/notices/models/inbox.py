from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import OwnScope


class InboxMessageQuerySet(RecordQuerySet):
    def unread(self):
        return self.filter(read_at=None)


class InboxMessage(Record):
    """A notice to one person, in the words of the moment when it was written."""

    access_scope = OwnScope("recipient")

    recipient = models.ForeignKey(
        "organization.User", models.CASCADE, verbose_name=_("recipient"), related_name="inbox"
    )
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    title = LineField(_("subject"), max_length=300)
    body = ProseField(_("text"), blank=True)
    url = models.CharField(_("address of the page"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = InboxMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="inbox_of_recipient"),
            # For the number beside the inbox, which every page shows.
            models.Index(fields=["recipient"], condition=models.Q(read_at=None), name="inbox_unread"),
        ]

    def __str__(self):
        return self.title
