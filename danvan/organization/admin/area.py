from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.validators import EMPTY_VALUES
from django.db.models import Case, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, TextFilter
from unfold.contrib.filters.forms import SearchForm
from unfold.widgets import UnfoldAdminTextInputWidget

from danvan import clock
from danvan.access.admin import ScopedListFilter
from danvan.access.visibility import reads
from danvan.access.widgets import QuickDropdownForm
from danvan.history.admin import RecordAdmin
from danvan.organization.models import Area, AreaLevel, AreaSuccession
from danvan.text.dates import parse_date
from danvan.text.errors import TextError
from danvan.text.folding import fold

OF_ANY_TIME = {("area", "parent"), ("areasuccession", "predecessor"), ("areasuccession", "successor")}
"""The fields, by model and name, that offer areas of the past without being asked for a day."""

LARGEST_FIRST = Case(
    *(When(level=level, then=Value(rank)) for rank, level in enumerate(AreaLevel)), default=Value(len(AreaLevel))
)


class DayForm(SearchForm):
    def __init__(self, name, label, *args, **kwargs):
        super().__init__(name, label, *args, **kwargs)
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            widget=UnfoldAdminTextInputWidget({"placeholder": _("dd/mm/yyyy; empty: all times")}),
        )


class ExistsFilter(ScopedListFilter, TextFilter):
    """The areas of one day: today, unless another one is typed; of any time where the field is emptied."""

    title = _("day of existence")
    parameter_name = "on"
    reads = ("valid_from", "valid_to")
    form_class = DayForm

    @cached_property
    def day(self):
        """The day, or None for all times. Raises IncorrectLookupParameters for what is no day."""
        typed = self.used_parameters.get(self.parameter_name)
        if typed is None:
            return clock.today()
        if not typed.strip():
            return None
        try:
            return parse_date(typed)
        except TextError:
            raise IncorrectLookupParameters from None

    def value(self):
        return f"{self.day:%d/%m/%Y}" if self.day else ""

    def queryset(self, request, queryset):
        return queryset.in_force(self.day) if self.day else queryset


class ProvinceFilter(ScopedListFilter, DropdownFilter):
    """A province of any time, and all that lies in it."""

    title = AreaLevel.PROVINCE.label
    parameter_name = "province"
    reads = ("parent",)
    form_class = QuickDropdownForm

    def lookups(self, request, model_admin):
        provinces = Area.objects.visible_to(request.user).filter(level=AreaLevel.PROVINCE).for_choice()
        of_today_first = sorted(provinces, key=lambda area: (area.valid_to is not None, area.sort_key))
        self.provinces = {str(area.pk): area for area in of_today_first}
        return [(key, area.choice_label) for key, area in self.provinces.items()]

    def queryset(self, request, queryset):
        if self.value() in EMPTY_VALUES:
            return queryset
        if self.value() not in self.provinces:
            raise IncorrectLookupParameters
        return queryset.within(self.provinces[self.value()])


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    """The map, as it is and as it was. ``manage.py import_units`` fills it; people add what came since."""

    list_display = ["name", "level", "lies_in", "official_code", "valid_from", "valid_to"]
    list_filter = ["level", ProvinceFilter, ExistsFilter]
    autocomplete_fields = ["parent"]
    fields = ["name", ("level", "official_code"), "parent", ("valid_from", "valid_to")]
    change_form_outer_before_template = "organization/area_panel.html"

    def get_queryset(self, request):
        return super().get_queryset(request).with_path()

    @admin.display(description=_("lies in"), ordering="parent__sort_key")
    @reads("parent")
    def lies_in(self, area):
        return ", ".join(container.name for container in area.containers) or None

    def offered(self, request, term, source_field):
        """Areas of today. A day in what is typed asks for those of that day: "sơn trà 30/06/2025"."""
        words, day = without_day(term)
        rows = super().offered(request, words, source_field)
        if day or (source_field.model._meta.model_name, source_field.name) not in OF_ANY_TIME:
            rows = rows.in_force(day)
        return rows.order_by(named_first(words), LARGEST_FIRST, "sort_key", "pk")

    def get_search_results(self, request, queryset, search_term):
        """Those whose own name holds all of it come first, whatever else the list is ordered by."""
        rows, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if search_term:
            rows = rows.order_by(named_first(search_term), *rows.query.order_by)
        return rows, may_have_duplicates

    def change_view(self, request, object_id, form_url="", extra_context=None):
        area = self.get_object(request, object_id) if request.method == "GET" else None
        context = {**(extra_context or {}), **(kin_of(request, area) if area else {})}
        return super().change_view(request, object_id, form_url, context)


def kin_of(request, area):
    """What the page of *area* shows besides the form: what it came of, and what became of it."""
    links = AreaSuccession.objects.visible_to(request.user).with_paths()
    return {
        "area": area,
        "origins": links.filter(successor=area),
        "successions": links.filter(predecessor=area),
        "may_edit_successions": request.user.has_perm("organization.change_areasuccession"),
    }


@admin.register(AreaSuccession)
class AreaSuccessionAdmin(RecordAdmin):
    """What became of areas, link by link."""

    list_display = ["old_area", "new_area", "extent", "effective_on", "legal_basis"]
    list_filter = ["is_partial"]
    search_fields = ["predecessor__search_text", "successor__search_text"]
    autocomplete_fields = ["predecessor", "successor"]
    fields = ["predecessor", "successor", ("effective_on", "is_partial"), "legal_basis"]
    initial_from_address = ("predecessor", "successor")

    def get_queryset(self, request):
        return super().get_queryset(request).with_paths()

    @admin.display(description=_("old area"), ordering="predecessor__sort_key")
    @reads("predecessor")
    def old_area(self, link):
        return link.predecessor.choice_label

    @admin.display(description=_("new area"), ordering="successor__sort_key")
    @reads("successor")
    def new_area(self, link):
        return link.successor.choice_label

    @admin.display(description=_("how much of it"), ordering="is_partial")
    @reads("is_partial")
    def extent(self, link):
        return gettext("a part of it") if link.is_partial else gettext("all of it")


def named_first(words):
    return Case(When(search_text__contains=fold(words), then=Value(0)), default=Value(1))


def without_day(term):
    """*term* without the day that is typed in it, and that day or None."""
    words, found = [], None
    for word in term.split():
        try:
            found = parse_date(word)
        except TextError:
            words.append(word)
    return " ".join(words), found
