from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.door import reaches_all
from danvan.transfers.resources import Column, GuardedResource
from danvan.transfers.widgets import ChoiceWidget, ProseWidget, RelatedWidget, TextWidget, UnitWidget
from movements.models import Registration


class RegistrationResource(GuardedResource):
    """The list of models that a unit registers, as a workbook."""

    unit_column = "unit"

    campaign = Column(_("Movement (code)"), "campaign", RelatedWidget("code", "title"))
    unit = Column(_("Unit"), "unit", UnitWidget())
    name = Column(_("Name of the model"), "name", TextWidget())
    field = Column(_("Field of work"), "field", RelatedWidget())
    subject_kind = Column(_("Collective or individual"), "subject_kind", ChoiceWidget())
    kind = Column(_("Model or exemplar"), "kind", ChoiceWidget())
    status = Column(_("New or continued"), "status", ChoiceWidget())
    place = Column(_("Place"), "place", TextWidget())
    rationale = Column(_("Reason"), "rationale", ProseWidget())
    activities = Column(_("Contents, ways of working"), "activities", ProseWidget())
    outputs = Column(_("Products, results"), "outputs", ProseWidget())
    state = Column(_("State"), "state", ChoiceWidget(), readonly=True)

    class Meta:
        model = Registration
        import_id_fields = ["campaign", "unit", "name"]

    def refusal(self, instance, row, number):
        refusal = super().refusal(instance, row, number)
        of_ban = reaches_all(self.user, Registration, "change")
        if refusal is None and instance.pk and not instance.is_with_unit and not of_ban:
            return gettext("This model was already sent to the Ban. Ask the Ban to return it before you change it.")
        return refusal
