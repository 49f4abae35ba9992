"""What the pages of people and officers ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from danvan.workflow.forms import PlainForm

KEEP = (_("The first row: %(name)s – %(unit)s"), _("The second row: %(name)s – %(unit)s"))


class MergeForm(PlainForm):
    """Which of two rows is kept, and why they are one person."""

    keep = forms.ChoiceField(label=_("Row to keep"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("By what you know that it is the same person."),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["keep"].choices = [
            (key, words % {"name": person, "unit": person.unit})
            for (key, person), words in zip(self.people.items(), KEEP, strict=True)
        ]

    def merged_and_kept(self):
        kept = self.people[self.cleaned_data["keep"]]
        return next(person for person in self.people.values() if person != kept), kept


class IdentityForm(PlainForm):
    citizen_id = forms.CharField(
        label=_("Citizen identity number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Twelve digits, only where a form of award asks for it. Leave empty to take the number away."),
    )


class RevealForm(PlainForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)
