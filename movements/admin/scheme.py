from django.contrib import admin
from django.db.models.fields import BLANK_CHOICE_DASH

from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from movements.models import ReportingScheme


class ReportingSchemeForm(VersionedForm):
    """Asks how often and about which days: neither is assumed for an office."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"kind", "window_rule"}.intersection(self.fields):
            if not self.instance.pk:
                self.fields[name].choices = [*BLANK_CHOICE_DASH, *self._meta.model._meta.get_field(name).choices]


@admin.register(ReportingScheme)
class ReportingSchemeAdmin(RecordAdmin):
    form = ReportingSchemeForm
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
