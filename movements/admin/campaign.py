from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.organization.admin.addressed import ADDRESSED, AddressedMixin
from danvan.workflow.admin import TransitionsMixin
from movements.domain import calls
from movements.domain import campaign as domain
from movements.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(AddressedMixin, TransitionsMixin, RecordAdmin):
    list_display = ["title", "theme", "registration_opens", "registration_closes", "state"]
    list_filter = ["state"]
    readonly_fields = ["state"]
    transition_functions = {"launch": domain.launch, "conclude": domain.conclude}
    fields = [
        ("title", "code"),
        ("theme", "theme_issued_by"),
        ("starts_on", "ends_on"),
        ("registration_opens", "registration_closes"),
        "guidance",
        *ADDRESSED,
        "state",
    ]

    def save_related(self, request, form, formsets, change):
        """A new closing day, or other units, reach those that were called already."""
        super().save_related(request, form, formsets, change)
        if not set(ADDRESSED).isdisjoint(form.changed_data):
            calls.take_back(campaign=form.instance)
        calls.call_units(campaign=form.instance, actor=request.user)
