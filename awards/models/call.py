from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from awards.enums import DossierState, RoundState
from awards.models.dossier import Dossier
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope


class NominationCallQuerySet(RecordQuerySet):
    def unanswered(self):
        """Calls of open rounds to which the unit has sent no dossier yet."""
        sent = Dossier.objects.filter(round=OuterRef("round"), unit=OuterRef("unit")).exclude(state=DossierState.DRAFT)
        return self.filter(~Exists(sent), round__state=RoundState.OPEN)


class NominationCall(Record):
    """That a unit is asked to nominate in a round, and until when. Made when the round opens."""

    access_scope = UnitScope("unit")

    round = models.ForeignKey("awards.AwardRound", models.PROTECT, verbose_name=_("award round"), related_name="calls")
    unit = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="nomination_calls"
    )
    due_on = models.DateField(_("due on"), editable=False)

    objects = NominationCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for nominations")
        verbose_name_plural = _("calls for nominations")
        ordering = ["-due_on", "unit__order", "unit__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="one_nomination_call_per_unit"),
        ]
        indexes = [models.Index(fields=["due_on"], name="nomination_calls_by_due_date")]

    def __str__(self):
        return f"{self.round} – {self.unit}"
