from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.organization.models import Area


@admin.register(Area)
class AreaAdmin(RecordAdmin):
    list_display = ["name", "level", "official_code", "parent", "valid_from", "valid_to"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    autocomplete_fields = ["parent"]
