from django.contrib import admin

from danvan.history.admin import RecordAdmin
from danvan.organization.admin.owned import UnitOwnedMixin
from danvan.organization.filters import ChargeFilter
from danvan.transfers.admin import ExportMixin
from movements.models import Exemplar
from movements.resources.exemplar import ExemplarResource


@admin.register(Exemplar)
class ExemplarAdmin(UnitOwnedMixin, ExportMixin, RecordAdmin):
    resource_class = ExemplarResource
    list_display = ["name", "unit", "field", "kind", "subject_kind", "launched_on", "discontinued_on"]
    list_filter = [ChargeFilter, "field", "kind", "subject_kind", "unit"]
    list_select_related = ["unit", "field"]
    fields = ["name", ("kind", "subject_kind"), ("field", "unit"), "place", ("launched_on", "discontinued_on")]
