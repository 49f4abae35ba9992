"""What admins of unit-owned records share: the server says which unit a record belongs to."""

from django.core.exceptions import PermissionDenied

from danvan.access.door import permission_name
from danvan.access.scope import reach_of


class UnitOwnedMixin:
    """A record of a unit: only units that one may add to are offered, and nobody can move a record to another unit."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "unit"] if obj else fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "unit" and field is not None:
            reach = reach_of(request.user, permission_name(self.model, "add"))
            field.queryset = field.queryset.in_force()
            if not reach.everything:
                field.queryset = field.queryset.filter(pk__in=reach.unit_ids)
            if len(reach.unit_ids) == 1:
                field.initial, field.empty_label = *reach.unit_ids, None
        return field

    def save_model(self, request, obj, form, change):
        verb = "change" if change else "add"
        reach = reach_of(request.user, permission_name(self.model, verb))
        if not reach.everything and obj.unit_id not in reach.unit_ids:
            raise PermissionDenied
        super().save_model(request, obj, form, change)
