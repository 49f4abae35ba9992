from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.organization.models import Cluster


class ClusterForm(VersionedForm):
    def clean(self):
        cleaned = super().clean()
        head, members = cleaned.get("head"), cleaned.get("members")
        if head is not None and members is not None and head not in members:
            self.add_error("head", gettext("The head is one of the members."))
        return cleaned


@admin.register(Cluster)
class ClusterAdmin(RecordAdmin):
    """Emulation clusters and blocs of a year."""

    form = ClusterForm
    list_display = ["name", "kind", "year", "head", "size"]
    list_filter = ["kind"]
    list_select_related = ["head"]
    autocomplete_fields = ["members", "head"]
    fields = [("name", "kind"), ("year", "head"), "members"]

    def get_changeform_initial_data(self, request):
        return {"year": clock.today().year, **super().get_changeform_initial_data(request)}

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(count_of_members=Count("members"))

    @admin.display(description=_("number of members"), ordering="count_of_members")
    @reads("members")
    def size(self, cluster):
        return cluster.count_of_members
