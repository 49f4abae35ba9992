from datetime import timedelta

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.models import RecordQuerySet
from danvan.access.scope import BanScope
from danvan.history.actions import label_of
from danvan.history.enums import Refusal


class HistoryIsNotRewritten(Exception):
    """Somebody tried to change or delete an activity or a refused attempt."""


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
        return f"{label_of(self.action)}: {self.object_text}"

    def compute_columns(self):
        """It has none; asked before rows are made in bulk."""

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise HistoryIsNotRewritten
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise HistoryIsNotRewritten


class RefusedAttemptQuerySet(RecordQuerySet):
    def again(self, *, key, at):
        """Count one more attempt like the row with that *key*; return whether there is such a row."""
        return bool(super(RefusedAttemptQuerySet, self.filter(key=key)).update(times=models.F("times") + 1, last_at=at))

    def of_days(self, days):
        """The attempts of the last *days* days, today among them, in real time."""
        first = clock.local_date(clock.real_now()) - timedelta(days=days - 1)
        return self.filter(last_at__gte=clock.start_of_day(first))

    def update(self, **values):
        raise HistoryIsNotRewritten

    def delete(self):
        raise HistoryIsNotRewritten


class RefusedAttempt(models.Model):
    """Somebody asked for something and was refused: who, what, where. Appended; only the counter of a row moves.

    The same attempt within one hour is one row, and each sender has room for a number of rows in an hour
    (:mod:`danvan.history.attempts`), so that nobody floods the table. All times are real ones. No value that was typed
    is kept, only names of fields: values are personal data, and a password lands in the wrong field now and then.

    ``record_kind`` and ``record_id`` are what was asked for, kept alike for a record of another unit and for one that
    does not exist; which of the two it was is worked out when the administrator looks. Nothing here is deleted by the
    program: logs of access are kept at least 12 months, and what is older may be taken out in the database.
    """

    access_scope = BanScope()
    computed_columns = {}

    first_at = models.DateTimeField(_("first time"))
    last_at = models.DateTimeField(_("last time"), db_index=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    user = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("account"), null=True, related_name="refused_attempts"
    )
    login_name = models.CharField(
        _("login name"), max_length=60, blank=True, help_text=_("What was typed, where there is such an account.")
    )
    address = models.CharField(_("network address"), max_length=45, blank=True)
    what = models.CharField(_("refused"), max_length=20, choices=Refusal)
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("address of the page"), max_length=300)
    view_name = models.CharField(_("page"), max_length=100, blank=True)
    record_kind = models.CharField(_("kind of record"), max_length=100, blank=True)
    record_id = models.CharField(_("record asked for"), max_length=40, blank=True)
    names = models.JSONField(_("fields"), default=list)
    status = models.PositiveSmallIntegerField(_("answered with"))
    hour = models.DateTimeField(_("hour"), editable=False)
    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)

    objects = RefusedAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("refused attempt")
        verbose_name_plural = _("refused attempts")
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["hour", "user", "address"], name="refused_in_the_hour")]

    def __str__(self):
        return self.get_what_display()

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise HistoryIsNotRewritten
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise HistoryIsNotRewritten
