from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.notices.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(RecordAdmin):
    list_display = ["day", "name"]
    date_hierarchy = "day"
    search_fields = ["name"]
    bulk_delete = True
