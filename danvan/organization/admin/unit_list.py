"""The list of units, drawn as a tree on a day."""

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Count, F
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from danvan.access.door import permission_name, reaches_all, rows_visible_to
from danvan.access.visibility import reads
from danvan.organization.filters import (
    AreaFilter,
    ClusterFilter,
    DayFilter,
    ExistenceFilter,
    LevelFilter,
    SubtreeFilter,
    UnitChargeFilter,
    day_of,
)
from danvan.organization.models import Membership, Unit

DEEPEST = 6
"""Units further down are not indented any more."""


class UnitChangeList(ChangeList):
    """Stands as a tree until the reader sorts by a column, searches, or sees but the own unit."""

    def __init__(self, request, *args, **kwargs):
        self.day = day_of(request)
        super().__init__(request, *args, **kwargs)

    def get_queryset(self, request, exclude_parameters=None):
        self.root_queryset = self.root_queryset.as_tree(self.day)
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request, queryset):
        if self.params.get(ORDER_VAR):
            return super().get_ordering(request, queryset)
        return [F("list_key").asc(nulls_last=True), "order", "sort_key", "pk"]

    def get_ordering_field_columns(self):
        """None in the tree: no column is what it is sorted by."""
        return super().get_ordering_field_columns() if self.params.get(ORDER_VAR) else {}

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        is_tree = not self.query and not self.params.get(ORDER_VAR) and reaches_all(request.user, Unit, "view")
        people = self.people(request.user)
        for unit in self.result_list:
            unit.placement = unit.placement_on(self.day)
            unit.level = min(unit.placement.level, DEEPEST) if is_tree and unit.placement else 0
            unit.is_over = unit.has_ended(self.day)
            unit.people_serving = people.get(unit.pk, 0)

    def people(self, user):
        """How many people serve at each unit of the page on the day of the list, as far as *user* may know."""
        rows = rows_visible_to(Membership, user).in_force(self.day).filter(user__is_active=True)
        rows = rows.filter(unit__in=[unit.pk for unit in self.result_list])
        return dict(rows.order_by().values_list("unit").annotate(Count("user", distinct=True)))


class UnitListMixin:
    """The columns and filters of the list of units."""

    list_display = ["name_in_tree", "code", "kind", "area_in_full", "superior_unit", "people", "email"]
    list_display_links = ["name_in_tree"]
    list_filter = [
        DayFilter,
        ExistenceFilter,
        SubtreeFilter,
        AreaFilter,
        LevelFilter,
        UnitChargeFilter,
        ClusterFilter,
        "kind",
        "kind__is_party",
    ]
    list_select_related = ["kind", "area__parent__parent__parent"]

    def get_changelist(self, request, **kwargs):
        return UnitChangeList

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        if not request.user.has_perm(permission_name(Membership, "view")):
            columns.remove("people")
        return columns

    def get_list_filter(self, request):
        """Who sees but the own unit, and those it succeeded, has only the past to look for."""
        filters = super().get_list_filter(request)
        return filters if reaches_all(request.user, Unit, "view") else filters[:2]

    @admin.display(description=_("name"), ordering="sort_key")
    @reads("name", "valid_to")
    def name_in_tree(self, unit):
        ended = format_html(' <span class="dv-badge">{}</span>', gettext("ended")) if unit.is_over else ""
        return format_html('<span class="dv-level dv-level-{}">{}{}</span>', unit.level, unit.name, ended)

    @admin.display(description=_("area"), ordering="area__sort_key")
    @reads("area")
    def area_in_full(self, unit):
        return unit.area and unit.area.full_path

    @admin.display(description=_("superior unit"))
    @reads("placements__superior")
    def superior_unit(self, unit):
        return unit.placement and unit.placement.superior

    @admin.display(description=_("people serving"))
    @reads("memberships__user")
    def people(self, unit):
        return unit.people_serving
