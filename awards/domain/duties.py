"""What units owe of the awards, as duties that reminders can speak of: nominations, dossiers that came back."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from awards.enums import DossierState
from awards.models import Dossier, NominationCall
from danvan.history.moments import day_of_last
from danvan.notices.domain.default_rules import COMPLETING, DOSSIERS, ensure_default_rules
from danvan.notices.sources import Duty, Source, register_source

CALL = "awards.nomination"
RETURNED_DOSSIER = "awards.returned_dossier"


class NominationCalls(Source):
    """That a unit sends its dossier in a round."""

    label = _("dossiers of nominations")
    made_by = "round"

    def open(self):
        return NominationCall.objects.unanswered()

    def duties(self, object_ids):
        calls = self.open().filter(pk__in=object_ids).select_related("round", "unit").order_by()
        begun = Dossier.objects.filter(
            state=DossierState.DRAFT,
            round__in={call.round_id for call in calls},
            unit__in={call.unit_id for call in calls},
        )
        drafts = {(round, unit): pk for pk, round, unit in begun.order_by().values_list("pk", "round", "unit")}
        return {
            call.pk: Duty(
                object_id=call.pk,
                unit_id=call.unit_id,
                unit_name=call.unit.name,
                due_on=call.due_on,
                title=_now("Dossier of nominations: %(round)s") % {"round": call.round},
                url=self._url(call, drafts),
            )
            for call in calls
        }

    @staticmethod
    def _url(call, drafts):
        if draft := drafts.get((call.round_id, call.unit_id)):
            return reverse("admin:awards_dossier_change", args=[draft])
        return f"{reverse('admin:awards_dossier_add')}?round={call.round_id}"


class ReturnedDossiers(Source):
    """Dossiers that came back to their unit to be completed, whether their round is still open or not."""

    label = _("dossiers to be completed")
    due = "supplement_due_on"
    since = "returned_on"

    def open(self):
        returned = Dossier.objects.filter(state=DossierState.RETURNED, supplement_due_on__isnull=False)
        return returned.annotate(returned_on=day_of_last(Dossier, "dossier.return"))

    def duties(self, object_ids):
        rows = self.open().filter(pk__in=object_ids).select_related("round", "unit").order_by()
        return {
            row.pk: Duty(
                object_id=row.pk,
                unit_id=row.unit_id,
                unit_name=row.unit.name,
                due_on=row.supplement_due_on,
                title=_now("Dossier of nominations: %(round)s") % {"round": row.round},
                url=reverse("admin:awards_dossier_change", args=[row.pk]),
            )
            for row in rows
        }


def register():
    register_source(CALL, NominationCalls())
    register_source(RETURNED_DOSSIER, ReturnedDossiers())


STEPS = {CALL: DOSSIERS, RETURNED_DOSSIER: COMPLETING}


def ensure_rules():
    """Give each kind of duty that has no reminder rule the usual steps. Returns how many rules were made."""
    return sum(ensure_default_rules(source=code, steps=steps) for code, steps in STEPS.items())
