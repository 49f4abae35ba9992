from django.utils.translation import gettext_lazy as _

from awards.models import Commendation
from danvan.transfers.resources import Column, GuardedResource
from danvan.transfers.widgets import ChoiceWidget, DateWidget, IntWidget, ProseWidget, TextWidget


class CommendationResource(GuardedResource):
    """The register as a workbook. It is never imported: decisions write it."""

    register_number = Column(_("Number in the register"), "register_number", IntWidget(), readonly=True)
    register_year = Column(_("Year of the register"), "register_year", IntWidget(), readonly=True)
    kind = Column(_("Collective or individual"), "kind", ChoiceWidget(), readonly=True)
    salutation = Column(_("Salutation"), "salutation", TextWidget(), readonly=True)
    name = Column(_("Name"), "name", TextWidget(), readonly=True)
    post = Column(_("Post"), "post", TextWidget(), readonly=True)
    unit_name = Column(_("Unit"), "unit_name", TextWidget(), readonly=True)
    achievement = Column(_("Achievement"), "achievement", ProseWidget(), readonly=True)
    form_name = Column(_("Form of award"), "form_name", TextWidget(), readonly=True)
    occasion = Column(_("Occasion"), "occasion", TextWidget(), readonly=True)
    issuer = Column(_("Issuer"), "issuer", TextWidget(), readonly=True)
    decision_number = Column(_("Number of the decision"), "decision_number", TextWidget(), readonly=True)
    issued_on = Column(_("Date of the decision"), "issued_on", DateWidget(), readonly=True)
    year = Column(_("Year of the achievements"), "year", IntWidget(), readonly=True)

    class Meta:
        model = Commendation
        import_id_fields = ["register_number"]
