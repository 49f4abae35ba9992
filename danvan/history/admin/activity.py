from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from danvan.access.admin import ReadOnlyMixin, ScopedModelAdmin
from danvan.access.visibility import reads
from danvan.history.actions import label_of
from danvan.history.models import Activity
from danvan.history.words import readable


@admin.register(Activity)
class ActivityAdmin(ReadOnlyMixin, ScopedModelAdmin):
    """The log of the whole office, to be read only."""

    list_display = ["at", "actor", "action_label", "object_text", "unit", "reason"]
    list_display_links = ["at"]
    list_filter = ["actor", "unit"]
    list_select_related = ["actor", "unit"]
    date_hierarchy = None
    fields = readonly_fields = ["at", "actor", "action_label", "object_text", "unit", "reason", "changes_text"]

    @admin.display(description=gettext_lazy("action"))
    @reads("action")
    def action_label(self, activity):
        return label_of(activity.action)

    @admin.display(description=gettext_lazy("changes"))
    @reads("changes")
    def changes_text(self, activity):
        """The old and new values, one field a line; fields that are gone are left without a name."""
        model = activity.object_type.model_class()
        changes = [readable(model, name, values) for name, values in activity.changes.items()]
        lines = [(capfirst(change["name"]), change["old"] or "", change["new"] or "") for change in changes]
        return format_html_join("", "<div>{} {} → {}</div>", lines) or None
