from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.workflow.admin import TransitionsMixin
from movements.domain import campaign as domain
from movements.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(TransitionsMixin, RecordAdmin):
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
        "state",
    ]
