from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.organization.admin.owned import UnitOwnedMixin
from danvan.organization.models import Collective, Person


@admin.register(Person)
class PersonAdmin(UnitOwnedMixin, RecordAdmin):
    list_display = ["full_name", "salutation", "birth_year", "post", "unit"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]
    fields = [("salutation", "full_name"), ("given_name", "post"), ("birth_date", "birth_year"), "unit"]


@admin.register(Collective)
class CollectiveAdmin(UnitOwnedMixin, RecordAdmin):
    list_display = ["name", "unit"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]
