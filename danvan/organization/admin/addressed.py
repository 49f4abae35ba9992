"""How a form asks of which units something is asked: one question, then only what its answer needs."""

from django.utils.translation import gettext_lazy as _

from danvan.history.forms import VersionedForm
from danvan.organization.enums import Owing
from danvan.organization.models import ADDRESSING

NEEDED = {
    Owing.KINDS: ("unit_kinds", _("Name at least one kind of unit.")),
    Owing.CHOSEN: ("units", _("Name at least one unit.")),
    Owing.UNDER: ("under", _("Name the superior unit.")),
    Owing.CLUSTER: ("cluster", _("Name the emulation cluster.")),
}
NARROWED = (Owing.KINDS, Owing.CHOSEN, Owing.UNDER, Owing.CLUSTER, Owing.ALL)
ADDRESSED = list(ADDRESSING)
"""The fields of an Addressed, in the order in which a form asks them."""


class AddressedForm(VersionedForm):
    """The form of an Addressed. ``offered`` are the answers to choose from."""

    offered = (Owing.NOBODY, *NARROWED)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owed_by" in self.fields:
            self.fields["owed_by"].choices = [(owing.value, owing.label) for owing in self.offered]

    def clean(self):
        cleaned = super().clean()
        name, words = NEEDED.get(cleaned.get("owed_by"), (None, ""))
        if name in self.fields and not cleaned.get(name) and not self.errors.get(name):
            self.add_error(name, words)
        return cleaned


def shown_where(name, values):
    """The condition, for the browser, on which a field stands on the page: the field *name* has one of *values*.

    Where the page only shows the record, that field is not there to be asked, and all others are shown.
    """
    return f"typeof {name} === 'undefined' || {[str(value) for value in values]}.includes({name})"


class AddressedMixin:
    """The admin of an Addressed, whose form is an :class:`AddressedForm` and names the fields of ``ADDRESSED``."""

    form = AddressedForm
    conditional_fields = {
        **{name: shown_where("owed_by", [owing]) for owing, (name, _words) in NEEDED.items()},
        "area_level": shown_where("owed_by", NARROWED),
    }

    def get_autocomplete_fields(self, request):
        return [*super().get_autocomplete_fields(request), "unit_kinds", "units", "under", "cluster"]
