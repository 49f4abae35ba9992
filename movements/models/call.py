from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope
from movements.enums import CampaignState, RegistrationState
from movements.models.registration import Registration


class RegistrationCallQuerySet(RecordQuerySet):
    def unanswered(self):
        """Calls of movements under way to which the unit has sent no registration yet."""
        sent = Registration.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
        sent = sent.exclude(state=RegistrationState.DRAFT)
        return self.filter(~Exists(sent), campaign__state=CampaignState.LAUNCHED)


class RegistrationCall(Record):
    """That a unit is asked to register in a movement, and until when. Made when the movement is launched."""

    access_scope = UnitScope("unit")

    campaign = models.ForeignKey(
        "movements.Campaign", models.PROTECT, verbose_name=_("movement of the year"), related_name="calls"
    )
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="registration_calls"
    )
    due_on = models.DateField(_("due on"), editable=False)

    objects = RegistrationCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for registration")
        verbose_name_plural = _("calls for registration")
        ordering = ["-due_on", "unit__order", "unit__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="one_registration_call_per_unit"),
        ]
        indexes = [models.Index(fields=["due_on"], name="registration_calls_by_due_date")]

    def __str__(self):
        return f"{self.campaign} – {self.unit}"
