from django.contrib import admin

from danvan.access.admin import ScopedTabularInline
from danvan.history.admin import RecordAdmin
from danvan.organization.models import Unit, UnitKind, UnitPlacement
from danvan.organization.resources.unit import UnitResource
from danvan.transfers.admin import ExportMixin, ImportMixin


@admin.register(UnitKind)
class UnitKindAdmin(RecordAdmin):
    list_display = ["name", "code", "is_party", "order", "is_active"]


class UnitPlacementInline(ScopedTabularInline):
    """Where the unit stood, for reading: ``domain.placement`` writes it."""

    model = UnitPlacement
    fk_name = "unit"
    fields = readonly_fields = ["superior", "valid_from", "valid_to"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Unit)
class UnitAdmin(ImportMixin, ExportMixin, RecordAdmin):
    resource_class = UnitResource
    list_display = ["name", "code", "kind", "area", "email", "valid_to"]
    list_filter = ["kind", "area"]
    list_select_related = ["kind", "area"]
    autocomplete_fields = ["area"]
    inlines = [UnitPlacementInline]
    fieldsets = [
        (None, {"fields": ["name", ("code", "short_name"), ("symbol", "kind"), ("area", "order")]}),
        (None, {"fields": [("email", "telephone"), ("valid_from", "valid_to")]}),
    ]
