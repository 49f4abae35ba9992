from django.utils.translation import gettext_lazy as _

from danvan.organization.models import Unit
from danvan.transfers.columns import Column
from danvan.transfers.resources import GuardedResource
from danvan.transfers.widgets import DateWidget, IntWidget, RelatedWidget, TextWidget


class UnitResource(GuardedResource):
    """The Ban's list of units."""

    code = Column(_("Code"), "code", TextWidget())
    name = Column(_("Name of the unit"), "name", TextWidget())
    short_name = Column(_("Short name"), "short_name", TextWidget())
    symbol = Column(_("Symbol"), "symbol", TextWidget())
    kind = Column(_("Kind of unit"), "kind", RelatedWidget())
    area = Column(_("In the area"), "area", RelatedWidget("official_code", "name"))
    order = Column(_("Place in the list"), "order", IntWidget())
    email = Column(_("Mailbox"), "email", TextWidget())
    telephone = Column(_("Telephone"), "telephone", TextWidget())
    valid_from = Column(_("Exists from"), "valid_from", DateWidget())
    valid_to = Column(_("Exists to"), "valid_to", DateWidget())

    class Meta:
        model = Unit
        import_id_fields = ["code"]
