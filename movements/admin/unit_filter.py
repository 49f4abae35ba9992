"""The form that narrows a page of many units."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.access.widgets import QuickSelect
from danvan.organization.domain.people.assignments import charge_of, units_in_charge_of
from danvan.organization.models import Area, Assignment, Cluster, Unit, UnitKind
from danvan.workflow.forms import PlainForm

MINE, ALL = "mine", "all"
ITSELF, NOWHERE = "-itself", "none"
FOLDED = ("kind", "area", "cluster", "charge")


class UnitFilterForm(PlainForm):
    """Kind, cluster, area, who is in charge, a word of the name. A unit, which sees itself alone, is asked none of it.

    Who has units in charge begins with these. An area stands for all that lies in it, ``12-itself`` for what stands in
    area 12 and in none within it, ``none`` for units without an area.
    """

    q = forms.CharField(label=gettext_lazy("Name of the unit"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of unit"), required=False, widget=QuickSelect)
    area = forms.ChoiceField(label=gettext_lazy("In the area"), required=False, widget=QuickSelect)
    cluster = forms.ChoiceField(label=gettext_lazy("Emulation cluster"), required=False, widget=QuickSelect)
    charge = forms.ChoiceField(label=gettext_lazy("In charge"), required=False, widget=QuickSelect)

    def __init__(self, data, *, user):
        self.user, self.own_charge = user, charge_of(user)
        self.standard = {"charge": ALL if self.own_charge is None else MINE}
        super().__init__({**self.standard, **data})
        choices = choices_for(user, self.own_charge) if user.is_of_ban else {}
        for name in FOLDED:
            if name in choices:
                self.fields[name].choices = choices[name]
            else:
                del self.fields[name]
        if not user.is_of_ban:
            del self.fields["q"]

    @property
    def first_fields(self):
        """What stands in sight; the rest is folded away until it is asked for."""
        return [field for field in self.visible_fields() if field.name not in FOLDED]

    @property
    def folded_fields(self):
        return [field for field in self.visible_fields() if field.name in FOLDED]

    @property
    def is_folded(self):
        """Whether nothing of the folded part narrows the page. Own and all units have a line of their own."""
        chosen = {name: value for name, value in self.chosen.items() if value not in (MINE, ALL)}
        return self.is_valid() and chosen.keys().isdisjoint(FOLDED)

    @property
    def chosen(self):
        """What was chosen beside the standard, as parameters of an address. The form is valid."""
        sent = {name: self.data.get(name) for name in self.fields}
        return {name: text for name, text in sent.items() if text and text != self.standard.get(name)}

    def units(self):
        """The units that it narrows the page to, or None for all. The form is valid."""
        data, every = self.cleaned_data, Unit.objects.visible_to(self.user)
        units = every
        if data.get("q"):
            units = units.search(data["q"])
        if data.get("kind"):
            units = units.filter(kind=data["kind"])
        if data.get("area"):
            units = self._in_area(units, data["area"])
        if data.get("cluster"):
            units = units.filter(clusters=data["cluster"])
        if (charge := data.get("charge") or ALL) != ALL:
            in_charge = self.own_charge if charge == MINE else units_in_charge_of(charge)
            units = units.filter(pk__in=in_charge.values("pk"))
        return None if units is every else units

    @staticmethod
    def _in_area(units, chosen):
        if chosen == NOWHERE:
            return units.filter(area=None)
        if chosen.endswith(ITSELF):
            return units.filter(area=chosen.removesuffix(ITSELF))
        return units.in_area(Area(pk=chosen))


def choices_for(user, own_charge):
    """The choices of each field that has something to choose for *user*, by its name."""
    found = {
        "kind": UnitKind.objects.visible_to(user).values_list("pk", "name"),
        "area": area_choices(user),
        "cluster": [(row.pk, str(row)) for row in Cluster.objects.visible_to(user)],
        "charge": charge_choices(user, own_charge),
    }
    all_words = {"kind": _("all kinds"), "area": _("all areas"), "cluster": _("all clusters"), "charge": None}
    return {
        name: [("", words), *choices] if (words := all_words[name]) else choices
        for name, choices in found.items()
        if choices
    }


def area_choices(user):
    """The areas in which units stand and all that these lie in, the large ones first."""
    own = Area.objects.visible_to(user).filter(unit__isnull=False).distinct().with_path()
    own = {area.pk: area for area in own}
    holding = {area.pk: area for each in own.values() for area in each.containers}
    choices = []
    for area in sorted((holding | own).values(), key=lambda area: (len(area.containers), area.sort_key, area.pk)):
        choices.append((str(area.pk), area.full_path))
        if area.pk in holding and area.pk in own:
            choices.append((f"{area.pk}{ITSELF}", _("%(area)s: units of this level") % {"area": area.full_path}))
    return [*choices, (NOWHERE, _("no area"))] if choices else []


def charge_choices(user, own_charge):
    """The own units of an officer, all units, those of each officer."""
    assignments = Assignment.objects.visible_to(user).in_force().select_related("officer").order_by("officer__sort_key")
    officers = {row.officer_id: str(row.officer) for row in assignments}
    if not officers and own_charge is None:
        return []
    mine = [] if own_charge is None else [(MINE, _("Units in my charge"))]
    return [*mine, (ALL, _("All units")), *((str(pk), name) for pk, name in officers.items())]


def key_of(area_sum):
    """The choice of ``area`` that narrows a page to the units of an AreaSum."""
    if area_sum.area is None:
        return NOWHERE
    return f"{area_sum.area.pk}{ITSELF if area_sum.is_own else ''}"
