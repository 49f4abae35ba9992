from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope
from danvan.notices.enums import ReminderState


class ReminderQuerySet(RecordQuerySet):
    def settling(self):
        """Rows that settle a step. One that found nobody does not: somebody may have come since."""
        return self.exclude(state=ReminderState.NOBODY)

    def of_batch(self, batch):
        """The rows that one pass of the planner has made, the most urgent first."""
        return self.filter(batch=batch).select_related("rule", "user", "unit").order_by("due_on", "pk")


class Reminder(Record):
    """The ledger: one step of one duty for one recipient. Written by ``domain.planner`` alone, never deleted.

    The due date belongs to the key, so that a step already taken for the old date comes again for a new one.
    ``batch`` marks the rows of one pass of the planner: of two that meet, each finds its own rows by it.
    """

    access_scope = UnitScope("unit")

    rule = models.ForeignKey(
        "notices.ReminderRule", models.PROTECT, verbose_name=_("step"), null=True, blank=True, related_name="reminders"
    )
    extra = models.ForeignKey(
        "notices.ExtraReminder",
        models.PROTECT,
        verbose_name=_("sent by hand"),
        null=True,
        blank=True,
        related_name="reminders",
    )
    source = models.CharField(_("duty"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    due_on = models.DateField(_("due on"))
    recipient_key = models.CharField(_("recipient's key"), max_length=300, blank=True)
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    user = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("recipient"), null=True, blank=True, related_name="+"
    )
    address = models.EmailField(_("address"), blank=True)
    duty_text = LineField(_("what was due"), max_length=300)
    state = models.CharField(_("state"), max_length=12, choices=ReminderState.choices)
    mail = models.ForeignKey(
        "mail.OutgoingMail", models.SET_NULL, verbose_name=_("mail"), null=True, blank=True, related_name="reminders"
    )
    planned_at = models.DateTimeField(_("reminded at"))
    batch = models.UUIDField(_("pass of the planner"), db_index=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-planned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "source", "object_id", "due_on", "recipient_key"], name="one_reminder_per_step"
            ),
            models.UniqueConstraint(
                fields=["extra", "source", "object_id", "due_on", "recipient_key"], name="one_reminder_by_hand"
            ),
            models.CheckConstraint(
                condition=models.Q(rule=None, extra__isnull=False) | models.Q(rule__isnull=False, extra=None),
                name="reminder_by_rule_or_by_hand",
            ),
        ]
        indexes = [models.Index(fields=["source", "object_id"], name="reminders_of_duty")]

    def __str__(self):
        return self.duty_text
