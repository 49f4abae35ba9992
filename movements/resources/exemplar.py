from django.utils.translation import gettext_lazy as _

from danvan.transfers.resources import Column, GuardedResource
from danvan.transfers.widgets import ChoiceWidget, DateWidget, RelatedWidget, TextWidget, UnitWidget
from movements.models import Exemplar


class ExemplarResource(GuardedResource):
    """The models and exemplars of the units."""

    unit_column = "unit"

    name = Column(_("Name"), "name", TextWidget())
    unit = Column(_("Unit"), "unit", UnitWidget())
    field = Column(_("Field of work"), "field", RelatedWidget())
    kind = Column(_("Model or exemplar"), "kind", ChoiceWidget())
    subject_kind = Column(_("Collective or individual"), "subject_kind", ChoiceWidget())
    place = Column(_("Place"), "place", TextWidget())
    launched_on = Column(_("Launched on"), "launched_on", DateWidget())
    discontinued_on = Column(_("Discontinued on"), "discontinued_on", DateWidget())

    class Meta:
        model = Exemplar
        import_id_fields = ["unit", "name"]
