from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope
from danvan.notices.enums import ReminderState


class ReminderQuerySet(RecordQuerySet):
    def settling(self):
        """Rows that settle a step. One that found nobody does not: somebody may have come since. Nor does one whose
        letter was not sent because it was not true then: it may be true again, or of somebody else."""
        return self.exclude(state__in=(ReminderState.NOBODY, ReminderState.NOT_NEEDED))

    def unsaid(self):
        """Rows of which nobody was told because they were not true when their letter was to go."""
        return self.filter(state=ReminderState.NOT_NEEDED)

    def mailed(self):
        """Rows whose letter went out or is on its way."""
        return self.filter(state=ReminderState.MAILED)

    def with_words(self):
        """With all that the words of a letter are made of, but the duty."""
        return self.select_related("rule", "extra", "user", "unit")


class Reminder(Record):
    """The ledger: one step of one duty for one recipient. Written by ``domain.ledger`` alone, never deleted.

    The due date belongs to the key, so that a step already taken for the old date comes again for a new one.
    ``batch`` marks the rows that one pass wrote at once: of two that meet, each finds its own rows by it.
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
        indexes = [
            models.Index(fields=["source", "object_id"], name="reminders_of_duty"),
            models.Index(fields=["planned_at"], name="reminders_by_time"),
        ]

    def __str__(self):
        return self.duty_text

    @property
    def words(self):
        """The rule or the reminder by hand whose words it is."""
        return self.rule or self.extra
