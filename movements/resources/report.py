from django.utils.translation import gettext_lazy as _

from danvan.transfers.resources import Column, GuardedResource
from danvan.transfers.widgets import (
    ChoiceWidget,
    DateWidget,
    IntWidget,
    ProseWidget,
    RelatedWidget,
    TextWidget,
    UnitWidget,
)
from movements.models import Report


class ReportResource(GuardedResource):
    """The reports with their contents, to be taken out. Nothing is read in: a report is sent by its unit."""

    unit_column = "unit"

    period = Column(_("Reporting period"), "period", RelatedWidget("title"), readonly=True)
    unit = Column(_("Unit"), "unit", UnitWidget(), readonly=True)
    due_on = Column(_("Due on"), "due_on", DateWidget(), readonly=True)
    standing = Column(
        _("Standing"), "standing_words", TextWidget(), readonly=True, reads=("state", "due_on", "came_on")
    )
    state = Column(_("State"), "state", ChoiceWidget(), readonly=True)
    came_on = Column(_("Came on"), "came_on", DateWidget(), readonly=True)
    channel = Column(_("Came by"), "channel", ChoiceWidget(), readonly=True)
    number = Column(_("Number and symbol"), "number", TextWidget(), readonly=True)
    document_date = Column(_("Date of the document"), "document_date", DateWidget(), readonly=True)
    models_count = Column(_("Number of models"), "models_count", IntWidget(), readonly=True)
    results = Column(_("Results"), "results", ProseWidget(), readonly=True)
    difficulties = Column(_("Difficulties"), "difficulties", ProseWidget(), readonly=True)
    proposals = Column(_("Proposals"), "proposals", ProseWidget(), readonly=True)

    class Meta:
        model = Report
        import_id_fields = ["period", "unit"]
