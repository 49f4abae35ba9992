from django.contrib import admin
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awards.admin.statistics import StatisticsMixin
from awards.domain.words import post_and_unit
from awards.models import Commendation, CommendationTally
from awards.resources.commendation import CommendationResource
from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.transfers.admin import ExportMixin


@admin.register(Commendation)
class CommendationAdmin(ReadOnlyMixin, StatisticsMixin, ExportMixin, RecordAdmin):
    """The register, for reading: decisions write it."""

    resource_class = CommendationResource
    list_display = ["name", "register_text", "kind", "post_and_unit", "form_text", "decision_text"]
    ordering = ["-register_year", "-register_number", "pk"]
    fieldsets = [
        (None, {"fields": [("salutation", "name"), ("post", "unit_name"), "achievement", "register_text"]}),
        (
            _("Decision"),
            {"fields": [("form_name", "decision_number", "issued_on"), ("issuer", "deciding"), "occasion"]},
        ),
        (_("Signature"), {"fields": ["place", "signing", "signer_name"]}),
        (
            _("For statistics"),
            {"fields": [("year", "kind"), ("achievement_from", "achievement_to"), ("unit", "field")]},
        ),
    ]

    @admin.display(description=_("number in the register"), ordering="register_number")
    @reads("register_number", "register_year")
    def register_text(self, commendation):
        return commendation.register_text

    @admin.display(description=_("post and unit"), ordering="unit_name")
    @reads("post", "unit_name")
    def post_and_unit(self, commendation):
        return post_and_unit(commendation.post, commendation.unit_name)

    @admin.display(description=_("form of award"), ordering="form_name")
    @reads("form_name")
    def form_text(self, commendation):
        return commendation.form_name

    @admin.display(description=pgettext_lazy("awards", "decision"), ordering="issued_on")
    @reads("decision_number", "issued_on")
    def decision_text(self, commendation):
        words = gettext("%(number)s of %(date)s")
        return words % {"number": commendation.decision_number, "date": f"{commendation.issued_on:%d/%m/%Y}"}


@admin.register(CommendationTally)
class CommendationTallyAdmin(RecordAdmin):
    """Counts known without names. What is not known is shown as such, never as zero."""

    list_display = ["occasion", "year", "form", "issuer", "collectives_text", "individuals_text", "source"]
    list_filter = ["form", "unit", "field"]
    list_select_related = ["form"]
    fields = [
        ("year", "form"),
        "occasion",
        "issuer",
        ("collectives", "individuals"),
        ("unit", "field"),
        "source",
        ("source_address", "published_on"),
    ]

    @admin.display(description=_("collectives"), ordering="collectives", empty_value=_("not known"))
    @reads("collectives")
    def collectives_text(self, tally):
        return tally.collectives

    @admin.display(description=_("individuals"), ordering="individuals", empty_value=_("not known"))
    @reads("individuals")
    def individuals_text(self, tally):
        return tally.individuals
