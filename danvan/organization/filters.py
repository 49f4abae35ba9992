"""What narrows lists of units, and lists of what belongs to units."""

from datetime import date

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.validators import EMPTY_VALUES
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RadioFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from danvan import clock
from danvan.access.admin import ScopedListFilter
from danvan.access.door import reaches_all, rows_visible_to
from danvan.access.widgets import PatientAutocomplete, QuickDropdownForm, is_key
from danvan.organization.domain.people.assignments import charge_of
from danvan.organization.models import AreaLevel, Cluster, Unit, UnitPlacement

DAY = "on"
"""The parameter that holds the day on which a list of units is looked at."""


class DayForm(forms.Form):
    """One day, written as in every form. Nothing, or what is no day, is today."""

    def __init__(self, label, data):
        super().__init__(data)
        widget = UnfoldAdminTextInputWidget(attrs={"placeholder": _("today")})
        self.fields[DAY] = forms.DateField(label=label, required=False, widget=widget)

    @property
    def day(self) -> date:
        return (self.is_valid() and self.cleaned_data[DAY]) or clock.today()


def day_of(request) -> date:
    """The day that the list in *request* is asked for, today when it names none."""
    return DayForm("", request.GET).day


class FormFilter(ScopedListFilter):
    """A filter whose value is typed or searched for in a form, ``get_form``, instead of chosen among links."""

    template = "unfold/filters/filters_field.html"

    def __init__(self, request, params, model, model_admin):
        self.request, self.model_admin = request, model_admin
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        return ()

    def has_output(self):
        return True

    def choices(self, changelist):
        yield {"form": self.get_form()}


class DayFilter(FormFilter):
    """The day on which units exist and stand where they stand. It narrows together with ExistenceFilter."""

    reads = ("valid_from", "valid_to")
    title = _("existing on the day")
    parameter_name = DAY

    def get_form(self):
        return DayForm(_("On the day"), {DAY: self.value()})

    def queryset(self, request, queryset):
        return queryset


class ExistenceFilter(ScopedListFilter, DropdownFilter):
    """Units that exist on the day of DayFilter; those that have ended only when asked for."""

    reads = ("valid_from", "valid_to")
    form_class = QuickDropdownForm
    all_option = ["", _("Existing on that day")]
    title = _("existence")
    parameter_name = "existence"

    def lookups(self, request, model_admin):
        return [("ended", _("Ended before")), ("all", _("Also those that ended"))]

    def queryset(self, request, queryset):
        day = day_of(request)
        if self.value() == "ended":
            return queryset.filter(valid_to__lt=day)
        return queryset.begun(day) if self.value() == "all" else queryset.in_force(day)


class RowForm(forms.Form):
    """One row of *rows*, searched for in the drop-down of *source*, a foreign key to them."""

    def __init__(self, name, label, rows, source, site, value):
        super().__init__({name: value})
        widget = PatientAutocomplete(source, site, attrs={"class": "unfold-filter-autocomplete"})
        self.fields[name] = forms.ModelChoiceField(label=label, required=False, queryset=rows, widget=widget)

    class Media:
        js = (
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/jquery.init.js",
            "unfold/js/select2.init.js",
        )
        css = {"screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")}


class RowFilter(FormFilter):
    """Whatever lies under one row that is searched for: a drop-down of ten thousand would not open.

    ``source`` is a foreign key to such rows. A row that the reader does not see cannot be asked for.
    """

    source = None

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        key = self.value() or ""
        rows = rows_visible_to(self.source.related_model, request.user)
        self.rows = rows.filter(pk=key) if is_key(key) else rows.none()

    def has_output(self):
        """Who sees but the own unit, or no areas at all, has nothing to search for."""
        return reaches_all(self.request.user, self.source.related_model, "view")

    def get_form(self):
        site = self.model_admin.admin_site
        return RowForm(self.parameter_name, capfirst(self.title), self.rows, self.source, site, self.value())

    def queryset(self, request, queryset):
        if self.value() in EMPTY_VALUES:
            return queryset
        row = self.rows.first()
        if row is None:
            raise IncorrectLookupParameters
        return self.under(queryset, row, day_of(request))


class AreaFilter(RowFilter):
    """Units in an area and in all that lies in it."""

    reads = ("area",)
    title = _("in the area")
    parameter_name = "within"
    source = Unit._meta.get_field("area")

    def under(self, queryset, area, day):
        return queryset.in_area(area)


class LevelFilter(ScopedListFilter, DropdownFilter):
    """Units of provinces, of districts, of communes, of villages."""

    reads = ("area__level",)
    form_class = QuickDropdownForm
    title = _("level of the area")
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return AreaLevel.choices

    def queryset(self, request, queryset):
        return queryset.filter(area__level=self.value()) if self.value() in AreaLevel.values else queryset


class SubtreeFilter(RowFilter):
    """A unit and all under it, as placed on the day of the list."""

    reads = ("placements__superior",)
    title = _("unit and all under it")
    parameter_name = "under"
    source = UnitPlacement._meta.get_field("superior")

    def under(self, queryset, unit, day):
        return queryset.in_subtree(unit, day)


class ChargeFilter(ScopedListFilter, RadioFilter):
    """An officer's list opens on the units in the own charge, one click from all. Others see all, without the filter.

    ``path`` leads from the listed rows to their unit. Links that count all rows carry ``charge=all``.
    """

    reads = ("unit",)
    path = "unit"
    all_option = None
    title = _("units in charge")
    parameter_name = "charge"

    def lookups(self, request, model_admin):
        self.units = charge_of(request.user)
        if self.units is None:
            return ()
        return [("mine", _("Units in my charge")), ("all", _("All units"))]

    def value(self):
        return "all" if super().value() == "all" else "mine"

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(**{f"{self.path}__in": self.units.values("pk")})


class UnitChargeFilter(ChargeFilter):
    """The same for the list of units itself."""

    reads = ("area", "placements")
    path = "pk"


class ClusterFilter(ScopedListFilter, DropdownFilter):
    """The members of an emulation cluster or bloc of a year."""

    reads = ("clusters",)
    form_class = QuickDropdownForm
    title = _("emulation cluster")
    parameter_name = "cluster"

    def lookups(self, request, model_admin):
        return [(str(row.pk), str(row)) for row in Cluster.objects.visible_to(request.user)]

    def queryset(self, request, queryset):
        if self.value() in EMPTY_VALUES:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(clusters=self.value())
