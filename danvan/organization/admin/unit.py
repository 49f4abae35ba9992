from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from danvan.access.admin import ReadOnlyMixin, ScopedTabularInline
from danvan.access.door import rows_visible_to
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.organization.domain.placement import settle
from danvan.organization.models import Unit, UnitKind, UnitPlacement
from danvan.organization.resources.unit import UnitResource
from danvan.transfers.admin import ExportMixin, ImportMixin


@admin.register(UnitKind)
class UnitKindAdmin(RecordAdmin):
    list_display = ["name", "code", "is_party", "is_ban", "order", "is_active"]


class UnitPlacementInline(ReadOnlyMixin, ScopedTabularInline):
    """Where the unit stood, for reading: ``domain.placement`` writes it."""

    model = UnitPlacement
    fk_name = "unit"
    fields = readonly_fields = ["superior", "valid_from", "valid_to"]


class NewUnitForm(VersionedForm):
    """A new unit is also put under its superior."""

    superior = forms.ModelChoiceField(
        label=_("superior unit"), queryset=None, required=False, widget=UnfoldAdminSelectWidget
    )


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

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [*fieldsets, (None, {"fields": ["superior"]})]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=NewUnitForm, **kwargs)
        form.base_fields["superior"].queryset = rows_visible_to(Unit, request.user).in_force()
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            settle(unit=obj, superior=form.cleaned_data["superior"])
