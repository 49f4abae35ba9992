"""What narrows the register: on the statistics page, and in the list that its numbers lead to."""

import django_filters
from django.contrib.admin import AllValuesFieldListFilter, site
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.validators import EMPTY_VALUES
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, DropdownFilter
from unfold.contrib.filters.admin.mixins import DropdownMixin, ValueMixin

from awards.domain.areas import counted_in
from awards.domain.statistics import left_out, left_out_of_area, present_units, values_in_use
from awards.enums import SubjectKind
from awards.models import AwardForm
from danvan.access.admin import ScopedListFilter
from danvan.access.door import permission_name
from danvan.access.filters import ScopedFilterSet, visible
from danvan.access.models import choice_label
from danvan.access.widgets import PatientAutocomplete, QuickDropdownForm
from danvan.organization.models import Area, AreaSuccession, Unit, UnitKind
from danvan.workflow.forms import PlainForm
from movements.models import Field

TODAY = "today"
"""Chosen where the statistics are asked by the units of today instead of those of the time."""


class StatisticsFilter(ScopedFilterSet):
    """The filters of the statistics page, over the commendations and the tallies that the reader sees.

    ``request`` is required. Occasion and issuer are chosen by the words that were printed: what the register and the
    tallies have in common.
    """

    year = django_filters.ChoiceFilter(label=_("Year"), empty_label=_("All"))
    occasion = django_filters.ChoiceFilter(label=_("Occasion"), empty_label=_("All"))
    form = django_filters.ModelChoiceFilter(label=_("Form of award"), empty_label=_("All"), queryset=visible(AwardForm))
    issuer = django_filters.ChoiceFilter(label=_("Issuer"), empty_label=_("All"))
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit and all under it"), empty_label=_("All"), queryset=visible(Unit), method="filter_unit"
    )
    unit_kind = django_filters.ModelChoiceFilter(
        label=_("Kind of unit"), empty_label=_("All"), field_name="unit__kind", queryset=visible(UnitKind)
    )
    area = django_filters.ModelChoiceFilter(
        label=_("Area, today's or an old one"),
        field_name="unit__area",
        queryset=visible(Area),
        method="filter_area",
        # A field that offers areas of any time.
        widget=PatientAutocomplete(AreaSuccession._meta.get_field("predecessor"), site),
    )
    field = django_filters.ModelChoiceFilter(label=_("Field of work"), empty_label=_("All"), queryset=visible(Field))
    kind = django_filters.ChoiceFilter(
        label=_("Collective or individual"), empty_label=_("All"), choices=SubjectKind.choices
    )

    units = django_filters.ChoiceFilter(
        label=_("Count by"),
        empty_label=_("the units of the time"),
        choices=[(TODAY, _("the units of today"))],
        method="leave",
    )

    class Meta:
        form = PlainForm

    def __init__(self, data, commendations, tallies, *, request):
        super().__init__(data, commendations, request=request)
        self._tallies = tallies
        for name, values in values_in_use(commendations, tallies).items():
            self.filters[name].extra["choices"] = [(value, value) for value in values]
        if self.sees_areas:
            self.form.fields["area"].label_from_instance = choice_label
        else:
            del self.filters["area"]

    @property
    def sees_areas(self):
        return self.request.user.has_perm(permission_name(Area, "view"))

    @property
    def chosen(self):
        """What was chosen, by the name of the filter. The form is valid."""
        return {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}

    @property
    def tallies(self):
        """The tallies that the filters leave. A tally holds both kinds: the kind narrows what is shown of it."""
        return self._narrowed(self._tallies, but_for="kind")

    @property
    def left_out(self):
        """What is not counted, as only a part of it became the unit of today or the area that was chosen: sentences."""
        found = []
        if self.is_of_today and (unit := self.chosen.get("unit")):
            units = Unit.objects.visible_to(self.request.user)
            found += left_out(self._narrowed(self.queryset, but_for="unit"), units.in_subtree(unit), units)
        if area := self.chosen.get("area"):
            found += left_out_of_area(self._narrowed(self.queryset, but_for="area"), area)
        return found

    def _narrowed(self, rows, but_for):
        for name, value in self.chosen.items():
            if name != but_for:
                rows = self.filters[name].filter(rows, value)
        return rows

    @property
    def is_of_today(self):
        """Whether the units of today are asked for. The form is valid."""
        return self.form.cleaned_data["units"] == TODAY

    def filter_unit(self, queryset, name, unit):
        if self.is_of_today:
            subtree = Unit.objects.visible_to(self.request.user).in_subtree(unit)
            return queryset.filter(unit__in=present_units(queryset, subtree))
        return queryset.under(unit)

    def filter_area(self, queryset, name, area):
        return counted_in(area, queryset)

    def leave(self, queryset, name, value):
        """It narrows nothing: it says under which units the rows are counted."""
        return queryset


OF_UNITS = {"unit_kind", "area"}
"""The filters of the statistics page that the register lacks: its list is asked for the units that they leave."""


class ValuesFilter(ValueMixin, DropdownMixin, AllValuesFieldListFilter):
    """A drop-down of the values that the rows of the list hold."""

    form_class = QuickDropdownForm

    def queryset(self, request, queryset):
        return queryset if self.value() in EMPTY_VALUES else super().queryset(request, queryset)

    def choices(self, changelist):
        values = [(value, value) for value in self.lookup_choices]
        label = _now(" By %(filter_title)s ") % {"filter_title": self.title}
        chosen = {self.lookup_kwarg: self.value()}
        yield {
            "form": self.form_class(
                label=label, name=self.lookup_kwarg, choices=[self.all_option, *values], data=chosen, multiple=False
            )
        }


class UnderUnitFilter(ScopedListFilter, DropdownFilter):
    """A unit and all that stood under it on the day of the decision."""

    reads = ("unit",)
    form_class = QuickDropdownForm
    title = _("unit and all under it")
    parameter_name = "under"

    def lookups(self, request, model_admin):
        self.units = {str(unit.pk): unit for unit in Unit.objects.visible_to(request.user)}
        return [(key, str(unit)) for key, unit in self.units.items()]

    def queryset(self, request, queryset):
        if self.value() in EMPTY_VALUES:
            return queryset
        if self.value() not in self.units:
            raise IncorrectLookupParameters
        return queryset.under(self.units[self.value()])


REGISTER_FILTERS = [
    ("year", ValuesFilter),
    ("occasion", ValuesFilter),
    "form",
    ("issuer", ValuesFilter),
    UnderUnitFilter,
    "unit",
    "field",
    "kind",
    ("is_sample", BooleanRadioFilter),
]
"""The ``list_filter`` of the register: the statistics page links to the list with these."""

REGISTER_LOOKUPS = {
    "year": "year",
    "occasion": "occasion",
    "form": "form__id__exact",
    "issuer": "issuer",
    "unit": "under",
    "field": "field__id__exact",
    "kind": "kind__exact",
}
"""By the name of a filter of the statistics page: its parameter in the address of the register."""
