from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.door import rows_visible_to
from danvan.organization.domain.placement import settle
from danvan.organization.models import Unit
from danvan.transfers.columns import Column
from danvan.transfers.resources import GuardedResource
from danvan.transfers.widgets import DateWidget, IntWidget, RelatedWidget, TextWidget


class SuperiorWidget(RelatedWidget):
    """The superior of a unit, which is a placement and no field."""

    def candidates(self):
        return rows_visible_to(Unit, self.user)


class SuperiorColumn(Column):
    """Kept beside the instance until it is saved and can be placed."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        instance.wanted_superior = self.clean(row, **kwargs)

    def get_value(self, instance, **kwargs):
        return getattr(instance, "wanted_superior", None) or (instance.superior if instance.pk else None)


class UnitResource(GuardedResource):
    """The Ban's list of units."""

    code = Column(_("Code"), "code", TextWidget())
    name = Column(_("Name of the unit"), "name", TextWidget())
    short_name = Column(_("Short name"), "short_name", TextWidget())
    symbol = Column(_("Symbol"), "symbol", TextWidget())
    kind = Column(_("Kind of unit"), "kind", RelatedWidget())
    superior = SuperiorColumn(_("Superior unit"), "superior", SuperiorWidget(), reads=("placements__superior",))
    area = Column(_("In the area"), "area", RelatedWidget("official_code", "name"))
    order = Column(_("Place in the list"), "order", IntWidget())
    email = Column(_("Mailbox"), "email", TextWidget())
    telephone = Column(_("Telephone"), "telephone", TextWidget())
    valid_from = Column(_("Exists from"), "valid_from", DateWidget())
    valid_to = Column(_("Exists to"), "valid_to", DateWidget())

    class Meta:
        model = Unit
        import_id_fields = ["code"]

    def with_relations(self, queryset):
        return super().with_relations(queryset).prefetch_related("placements__superior")

    def refusal(self, instance, row, number):
        """A unit that stands somewhere is not moved by a file."""
        refusal = super().refusal(instance, row, number)
        wanted = getattr(instance, "wanted_superior", None)
        if (
            refusal is None
            and instance.pk
            and wanted is not None
            and instance.open_placement
            and instance.superior != wanted
        ):
            return gettext("The unit already stands under a superior.")
        return refusal

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        settle(unit=instance, superior=getattr(instance, "wanted_superior", None))
