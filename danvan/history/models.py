from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import RecordQuerySet
from danvan.access.scope import BanScope


class HistoryIsNotRewritten(Exception):
    """Somebody tried to change or delete an activity."""


class ActivityQuerySet(RecordQuerySet):
    def of(self, obj):
        """The activities of one record, newest first."""
        return self.filter(object_type=ContentType.objects.get_for_model(obj), object_id=obj.pk).order_by("-at", "-pk")

    def update(self, **values):
        raise HistoryIsNotRewritten

    def delete(self):
        raise HistoryIsNotRewritten


class Activity(models.Model):
    """Who did what to which record, when and why. Appended, never changed.

    ``actor`` is empty for what the system did by itself. ``changes`` maps a field's name to its old and new value, as
    text. ``form_key`` is the key of the form that made the record: unique, so a form sent twice makes one record.
    """

    access_scope = BanScope()
    computed_columns = {}

    at = models.DateTimeField(_("at"), db_index=True)
    actor = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("by"), null=True, related_name="activities"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), null=True, related_name="+")
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"))
    object_id = models.BigIntegerField(_("record"))
    object_text = models.CharField(_("record as it was called"), max_length=300)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    form_key = models.UUIDField(_("form key"), null=True, unique=True)

    object = GenericForeignKey("object_type", "object_id")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id", "-at"], name="activity_of_object")]

    def __str__(self):
        return f"{self.action} {self.object_text}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise HistoryIsNotRewritten
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise HistoryIsNotRewritten
