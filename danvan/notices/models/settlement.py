from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope
from danvan.notices.enums import Channel, SettlementKind


class SettlementQuerySet(RecordQuerySet):
    def in_force(self):
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def settling(self):
        """Those in force that leave nothing to be done."""
        return self.in_force().exclude(kind=SettlementKind.EXTENDED)

    def settled(self, source, object_ids):
        """Those of *object_ids* of *source* that leave nothing to be done."""
        return self.settling().filter(source=source, object_id__in=object_ids).values_list("object_id", flat=True)


class Settlement(Record):
    """That a duty was done another way, that its unit is exempt, or that it is due later: by whom and why.

    For duties that have no such record of their own; reports have. ``due_on`` is the due date when it was recorded.
    """

    access_scope = UnitScope("unit")
    same_unit = ("file",)

    source = models.CharField(_("duty"), max_length=60)
    object_id = models.BigIntegerField(_("record"))
    due_on = models.DateField(_("due on"))
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    duty_text = LineField(_("what was due"), max_length=300)
    kind = models.CharField(_("how"), max_length=10, choices=SettlementKind.choices)
    channel = models.CharField(_("came by"), max_length=20, choices=Channel.choices, blank=True)
    number = LineField(_("number and symbol"), max_length=80, blank=True)
    document_date = models.DateField(_("date of the document"), null=True, blank=True)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    new_due_on = models.DateField(_("new due date"), null=True, blank=True)
    reason = ProseField(_("reason"), blank=True)
    file = models.ForeignKey(
        "documents.StoredFile", models.PROTECT, verbose_name=_("scan"), null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("recorded by"), related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a duty")
        verbose_name_plural = _("settlements of duties")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "object_id"],
                condition=Q(withdrawn_at=None) & ~Q(kind="extended"),
                name="one_settlement_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(kind="received") | Q(arrived_on__isnull=False) & ~Q(channel=""),
                name="received_says_how_and_when",
            ),
            models.CheckConstraint(condition=Q(kind="received") | ~Q(reason=""), name="settlement_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind="extended") | Q(new_due_on__gt=models.F("due_on")), name="settlement_extends"
            ),
        ]

    def __str__(self):
        return f"{self.duty_text}: {self.get_kind_display()}"
