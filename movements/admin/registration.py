from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from danvan.access.door import reaches_all
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.owned import UnitOwnedMixin
from danvan.organization.filters import ChargeFilter
from danvan.transfers.admin import ExportMixin, ImportMixin
from danvan.workflow.admin import SaveAndSendMixin
from movements.admin.forms import ReturnForm
from movements.domain import registration as domain
from movements.models import Campaign, Registration
from movements.resources.registration import RegistrationResource


@admin.register(Registration)
class RegistrationAdmin(UnitOwnedMixin, SaveAndSendMixin, ImportMixin, ExportMixin, RecordAdmin):
    resource_class = RegistrationResource
    list_display = ["name", "unit", "campaign", "field", "subject_kind", "status", "state", "submitted_at"]
    list_filter = [ChargeFilter, "campaign", "state", "field", "subject_kind", "unit"]
    list_select_related = ["unit", "campaign", "field"]
    autocomplete_fields = ["exemplar"]
    readonly_fields = ["state", "submitted_at", "result_reason"]
    initial_from_address = ("campaign", "exemplar")
    transition_forms = {"return": ReturnForm}
    transition_functions = {
        "submit": domain.submit,
        "accept": domain.accept,
        "return": domain.return_,
        "recognise": domain.recognise,
        "decline": domain.decline,
    }
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("campaign", "unit"),
                    "name",
                    ("kind", "subject_kind"),
                    ("field", "status"),
                    "place",
                    "exemplar",
                ]
            },
        ),
        (
            _("The ten contents of the registration form"),
            {
                "classes": ["collapse"],
                "fields": [
                    "rationale",
                    "objectives",
                    "activities",
                    "target_group",
                    "forces",
                    "resources",
                    "schedule",
                    "outputs",
                    "sustainability",
                ],
            },
        ),
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        progress = ["result_reason"] if obj.result_reason else []
        return [(None, {"fields": [("state", "submitted_at"), *progress]}), *fieldsets]

    def get_changeform_initial_data(self, request):
        """The movement that runs now, unless there are several."""
        open_now = Campaign.objects.visible_to(request.user).launched()[:2]
        campaign = {"campaign": open_now[0].pk} if len(open_now) == 1 else {}
        return campaign | super().get_changeform_initial_data(request)

    def has_change_permission(self, request, obj=None):
        """A unit changes its registration until it has sent it."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.is_with_unit or reaches_all(request.user, Registration, "change"))
