from django.contrib import admin

from danvan.history.admin import RecordAdmin
from movements.models import ReportingScheme


@admin.register(ReportingScheme)
class ReportingSchemeAdmin(RecordAdmin):
    list_display = ["name", "code", "kind", "due_day", "due_months_after", "shift_rule", "owed_by", "is_active"]
    list_filter = ["kind", "owed_by", "is_active"]
    autocomplete_fields = ["unit_kinds", "units"]
    fields = [
        ("name", "code"),
        ("kind", "window_rule"),
        ("due_day", "due_months_after"),
        "shift_rule",
        "owed_by",
        "unit_kinds",
        "units",
        ("order", "is_active"),
    ]
