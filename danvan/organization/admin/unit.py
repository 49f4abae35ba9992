from django import forms
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.admin import ReadOnlyMixin, ScopedTabularInline
from danvan.access.door import permission_name, reaches, reaches_all, rows_visible_to
from danvan.access.widgets import PatientAutocomplete
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.organization.admin.timeline import drawing_of, narrowed
from danvan.organization.admin.unit_list import UnitListMixin
from danvan.organization.domain.units.naming import CORRECT, correct
from danvan.organization.domain.units.placement import reorder, settle
from danvan.organization.domain.units.succession import lineage
from danvan.organization.domain.units.tree import line
from danvan.organization.models import Membership, Reorganisation, Unit, UnitKind, UnitPlacement
from danvan.organization.panels import unit_page
from danvan.organization.resources.unit import UnitResource
from danvan.transfers.admin import ExportMixin, ImportMixin
from danvan.workflow.admin import RecordPages
from danvan.workflow.forms import PlainForm


@admin.register(UnitKind)
class UnitKindAdmin(RecordAdmin):
    list_display = ["name", "code", "is_party", "is_ban", "order", "is_active"]


class UnitPlacementInline(ReadOnlyMixin, ScopedTabularInline):
    """Where the unit stood, for reading: ``domain.units.placement`` writes it."""

    model = UnitPlacement
    fk_name = "unit"
    fields = readonly_fields = ["superior", "valid_from", "valid_to"]


class NewUnitForm(VersionedForm):
    """A new unit is also put under its superior."""

    superior = forms.ModelChoiceField(label=_("Superior unit"), queryset=None, required=False)


class CorrectionForm(PlainForm):
    """Name and code as they should have been typed."""

    name = forms.CharField(label=_("Name of the unit"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=40)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was mistyped, and by which document it is right."),
    )


@admin.register(Unit)
class UnitAdmin(UnitListMixin, RecordPages, ImportMixin, ExportMixin, RecordAdmin):
    """The page of a unit: its fields, and around them its line, its place, its people and what it owes."""

    resource_class = UnitResource
    autocomplete_fields = ["area"]
    inlines = [UnitPlacementInline]
    readonly_fields = ["valid_to"]
    fieldsets = [
        (None, {"fields": ["name", ("code", "short_name"), ("symbol", "kind"), "area", "order"]}),
        (None, {"fields": [("email", "telephone"), ("valid_from", "valid_to")]}),
    ]
    fieldsets_of_new = [*fieldsets[:1], (None, {"fields": [("email", "telephone"), ("valid_from", "superior")]})]
    change_form_outer_before_template = "organization/unit_line.html"
    change_form_outer_after_template = "organization/unit_page.html"

    def get_urls(self):
        return [self.page("correct/", self.correct), *super().get_urls()]

    # --- the form ---------------------------------------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else self.without_hidden(request, self.fieldsets_of_new)

    def get_readonly_fields(self, request, obj=None):
        """A unit is never renamed in place, its end follows from an event, its first day stands once it has come."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        has_begun = obj.valid_from is not None and obj.valid_from <= clock.today()
        return [*fields, "name", "code", *(["valid_from"] if has_begun else [])]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        form = super().get_form(request, obj, change, form=NewUnitForm, **kwargs)
        superior = form.base_fields["superior"]
        # Under a unit whose last day is known the new one would stand nowhere afterwards.
        superior.queryset = rows_visible_to(Unit, request.user).in_force().filter(valid_to=None)
        superior.widget = PatientAutocomplete(UnitPlacement._meta.get_field("superior"), self.admin_site)
        superior.widget.choices = superior.choices
        return form

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            settle(unit=obj, superior=form.cleaned_data["superior"])
        elif "order" in form.changed_data:
            reorder(unit=obj)

    # --- what stands around it --------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = {**(extra_context or {})}
        if object_id is not None and request.method == "GET":
            unit = self.get_object(request, object_id)
            if unit is not None:
                extra_context["about"] = self.about(request.user, unit)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def about(self, user, unit):
        """What the page of *unit* shows beside its fields, as far as *user* may know it."""
        knows_all, history = reaches_all(user, Unit, "view"), lineage(unit)
        return {
            "drawing": drawing_of(history if knows_all else narrowed(history), clock.today()),
            "superiors": self.superiors(user, unit),
            "subordinates": rows_visible_to(Unit, user).standing_under(unit, clock.today()) if knows_all else [],
            "people": self.people_of(user, unit),
            "page": unit_page(unit, user),
            "correct_url": reaches(user, unit, CORRECT) and self.address("correct", unit.pk),
            "reorganise_url": self.reorganise_url(user, unit),
        }

    def superiors(self, user, unit):
        """The units above *unit* from the top down; for the unit itself the nearest alone, and that without a link."""
        placement = unit.placement_on(clock.today())
        if placement is None:
            return []
        if not reaches_all(user, Unit, "view"):
            return [{"unit": placement.superior}] if placement.superior else []
        above = rows_visible_to(Unit, user).in_bulk(line(placement.path)[:-1])
        units = [above[pk] for pk in line(placement.path)[:-1] if pk in above]
        return [{"unit": each, "url": self.url_of(each)} for each in units]

    def people_of(self, user, unit):
        rows = rows_visible_to(Membership, user).filter(unit=unit).select_related("user", "on_behalf_of")
        return rows.order_by("role", "user__sort_key", "valid_from")

    def reorganise_url(self, user, unit):
        if not user.has_perm(permission_name(Reorganisation, "add")):
            return None
        try:
            address = reverse(f"{self.admin_site.name}:organization_reorganisation_add")
        except NoReverseMatch:
            return None
        return f"{address}?predecessors={unit.pk}"

    # --- a typing mistake -------------------------------------------------------------------------------------------

    def correct(self, request, object_id):
        """GET asks for the right name and code, POST writes them."""
        unit = self.get_object(request, str(object_id))
        if unit is None or not self.may(request, CORRECT, unit):
            return self.missing(request, object_id)
        form = CorrectionForm(request.POST or None, initial={"name": unit.name, "code": unit.code})
        return self.form_page(
            request,
            unit,
            form,
            lambda data: correct(obj=unit, actor=request.user, **data),
            title=gettext("Correct the name"),
            button=gettext("Correct the name"),
            done=gettext("The name is corrected."),
            lead=gettext(
                "For typing mistakes alone. A unit that has another name from a day on is renamed by a reorganisation."
            ),
        )
