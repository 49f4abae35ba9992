"""The form of a reorganisation: what kind of event, which units, by which decree, on which day."""

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from danvan.access.door import rows_visible_to
from danvan.access.widgets import PatientAutocomplete, PatientAutocompleteMultiple, PatientMultipleChoiceField
from danvan.history.forms import VersionedForm
from danvan.organization.domain.units.event_rules import check_event
from danvan.organization.domain.units.reorganisation import units_of
from danvan.organization.models import Reorganisation, Succession, Unit
from danvan.workflow.forms import PlainForm, at_known_fields


class ReorganisationForm(VersionedForm):
    predecessors = PatientMultipleChoiceField(
        label=_("Old units"), queryset=None, help_text=_("Those that end, or that are transferred.")
    )
    successors = PatientMultipleChoiceField(
        label=_("New units"),
        queryset=None,
        required=False,
        help_text=_(
            "Who takes over. A unit that does not exist yet is made with the plus sign; let it exist from the day of "
            "the event on. Empty for a dissolution and a transfer."
        ),
    )
    handed_to = forms.ModelChoiceField(
        label=_("Hand the open work to"),
        queryset=None,
        required=False,
        help_text=_("For a dissolution alone. Left empty, open work is closed with the unit."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            old, new = units_of(self.instance)
            self.initial.setdefault("predecessors", [unit.pk for unit in old])
            self.initial.setdefault("successors", [unit.pk for unit in new])
            self.initial.setdefault("handed_to", self.instance.choices_made.get("handed_to"))

    def clean(self):
        cleaned = super().clean()
        named = ("kind", "effective_on", "predecessors")
        if cleaned is None or not all(cleaned.get(name) for name in named):
            return cleaned
        event = Reorganisation(pk=self.instance.pk)
        event.kind, event.effective_on = cleaned["kind"], cleaned["effective_on"]
        event.superior = cleaned.get("superior")
        try:
            check_event(reorganisation=event, **self.units)
        except ValidationError as error:
            self.add_error(None, at_known_fields(error, self))
        return cleaned

    @property
    def units(self):
        """The units as ``domain.units.reorganisation.set_units`` takes them. The form was cleaned."""
        return {
            "predecessors": list(self.cleaned_data["predecessors"]),
            "successors": list(self.cleaned_data.get("successors") or ()),
            "handed_to": self.cleaned_data.get("handed_to"),
        }


class ConfirmForm(PlainForm):
    """Carries the mark of what was shown, so that nothing else is carried out."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class WithPlus(RelatedFieldWidgetWrapper):
    """The field with a plus sign that opens the form of a new record in a window of its own."""

    template_name = "organization/with_plus.html"


def with_units(form, request, admin_site):
    """Let the fields of the class *form* offer the units that the user of *request* sees, and a new one to be made."""
    units = rows_visible_to(Unit, request.user)
    relations = {"predecessors": "predecessor", "successors": "successor", "handed_to": "successor"}
    for name, relation in relations.items():
        field, link = form.base_fields[name], Succession._meta.get_field(relation)
        widget = PatientAutocomplete if name == "handed_to" else PatientAutocompleteMultiple
        field.queryset = units
        field.widget = widget(link, admin_site)
        field.widget.choices = field.choices
    successors = form.base_fields["successors"]
    successors.widget = WithPlus(
        successors.widget,
        Succession._meta.get_field("successor").remote_field,
        admin_site,
        can_add_related=request.user.has_perm("organization.add_unit"),
    )
    form.base_fields["note"].widget.attrs["rows"] = 3
    return form


class ChoicesForm(forms.Form):
    """What is chosen in the preview: the ways out of doubles, and to whom the records of a split go.

    ``shares`` is empty for whoever was given nothing; "all of this kind to" fills the drop-downs that were left empty.
    """

    def __init__(self, data, found):
        super().__init__(data)
        self.found = found

    @property
    def doubles(self):
        """The codes that were chosen, by the key of the double."""
        known = {double.key: {code for code, _words in double.options} for double in self.found.doubles}
        chosen = {key: self.data.get(f"double:{key}", "") for key in known}
        return {key: code for key, code in chosen.items() if code in known[key]}

    @property
    def shares(self):
        """The id of the new unit for each record that was asked for, None where nothing was said."""
        takers = {str(unit.pk): unit.pk for unit in self.found.takers}
        chosen = {}
        for key, shares in share_groups(self.found).items():
            everybody = self.data.get(f"all:{key}", "")
            for label, pk in shares:
                said = self.data.get(f"share:{label}:{pk}", "") or everybody
                chosen[label, pk] = takers.get(said)
        return chosen


def share_groups(found):
    """All shares that are asked for, by the name of their group in the page."""
    groups = {}
    for question in found.questions:
        groups[question.mover.key] = [question.mover.share(row) for row in question.rows]
        groups[f"{question.mover.key}:history"] = [question.mover.share(row) for row in question.history]
    groups["organization.unit"] = [("organization.unit", unit.pk) for unit, _superior in found.subordinates]
    return groups
