"""Filters of the list of reports. The cards of the start page lead here: same question, same rows."""

from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.admin import ScopedListFilter
from movements.enums import Standing, Waiting


class StandingFilter(ScopedListFilter):
    reads = ("state", "due_on", "came_on")
    title = _("against the due date")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return Standing.choices

    def queryset(self, request, queryset):
        return queryset.standing(self.value(), clock.today()) if self.value() in Standing.values else queryset


class WaitingFilter(ScopedListFilter):
    reads = ("state", "due_on", "period__state", "arrived_on", "files__is_signed_copy")
    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return Waiting.choices

    def queryset(self, request, queryset):
        return queryset.waiting(self.value(), clock.today()) if self.value() in Waiting.values else queryset
