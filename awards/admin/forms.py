"""The small forms of the deeds."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awards.enums import PaperKind, Recommendation
from danvan import clock
from danvan.access.widgets import PatientMultipleChoiceField
from danvan.documents.forms import PrivateFileField
from danvan.documents.models import Letterhead
from danvan.organization.models import Collective, Person, Salutation
from danvan.workflow.forms import PlainForm, ReasonForm
from movements.models import Exemplar, Field


def day_text(day):
    """A day as it is typed into a field."""
    return f"{day:%d/%m/%Y}"


def prose(label, rows=3, **kwargs):
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


# --- dossiers ---------------------------------------------------------------------------------------------------------


class ReceiveForm(PlainForm):
    received_on = forms.DateField(label=_("Received on"), help_text=_("The day the dossier arrived."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = day_text(clock.today())


class ReturnForm(ReasonForm):
    supplement_due_on = forms.DateField(label=_("To be completed by"))


class PaperForm(PlainForm):
    kind = forms.ChoiceField(label=_("Kind of paper"), choices=PaperKind.choices)
    file = PrivateFileField(label=_("File"))


class NominationForm(PlainForm):
    """What nominating a person and a collective have in common. *actor* and *dossier* decide what can be chosen."""

    def __init__(self, *args, actor, dossier, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = Field.objects.visible_to(actor).filter(is_active=True)
        self.fields["exemplar"].queryset = Exemplar.objects.visible_to(actor).filter(unit=dossier.unit)

    achievement = prose(
        _("Achievement to be printed"), max_length=600, help_text=_("As it will stand on the certificate.")
    )
    field = forms.ModelChoiceField(label=_("Field of work"), queryset=None, required=False)
    exemplar = forms.ModelChoiceField(
        label=_("Model or exemplar"),
        queryset=None,
        required=False,
        help_text=_("If the achievement comes from a registered model."),
    )


class NominatePersonForm(NominationForm):
    person = forms.ModelChoiceField(
        label=_("Person of the unit"),
        queryset=None,
        required=False,
        help_text=_("Choose somebody, or leave it empty and type the name below."),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    salutation = forms.ChoiceField(label=_("Mr or Mrs"), choices=[("", "—"), *Salutation.choices], required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    post = forms.CharField(
        label=_("Post"), max_length=200, required=False, help_text=_("Without the unit, which is printed after it.")
    )

    field_order = ["person", "full_name", "salutation", "birth_year", "post", "achievement", "field", "exemplar"]

    def __init__(self, *args, actor, dossier, **kwargs):
        super().__init__(*args, actor=actor, dossier=dossier, **kwargs)
        people = Person.objects.visible_to(actor).filter(unit=dossier.unit)
        people = people.without_duplicates(among=people)
        self.fields["person"].queryset = people.exclude(nominations__round=dossier.round)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("person") and not cleaned.get("full_name") and "full_name" not in self.errors:
            self.add_error("full_name", gettext("Choose a person or type the full name."))
        if not cleaned.get("person") and not cleaned.get("salutation"):
            self.add_error("salutation", gettext("Choose Mr or Mrs: it is printed before the name."))
        return cleaned


class NominateCollectiveForm(NominationForm):
    UNIT = "unit"

    subject = forms.ChoiceField(
        label=_("Collective"),
        required=False,
        help_text=_("Choose the unit itself or a team, or leave it empty and type the name of a team below."),
    )
    name = forms.CharField(label=_("Name of the team"), max_length=200, required=False)

    field_order = ["subject", "name", "achievement", "field", "exemplar"]

    def __init__(self, *args, actor, dossier, **kwargs):
        super().__init__(*args, actor=actor, dossier=dossier, **kwargs)
        self.dossier = dossier
        teams = Collective.objects.visible_to(actor).filter(unit=dossier.unit).exclude(nominations__round=dossier.round)
        self.teams = {str(team.pk): team for team in teams}
        self.fields["subject"].choices = [
            ("", "—"),
            (self.UNIT, str(dossier.unit)),
            *((key, str(team)) for key, team in self.teams.items()),
        ]

    def clean(self):
        cleaned = super().clean()
        subject = cleaned.pop("subject", "")
        if subject == self.UNIT:
            cleaned["unit"] = self.dossier.unit
        elif subject:
            cleaned["collective"] = self.teams[subject]
        elif not cleaned.get("name") and not self.errors:
            self.add_error("name", gettext("Choose a collective or type its name."))
        return cleaned


# --- nominations ------------------------------------------------------------------------------------------------------


class AppraiseForm(PlainForm):
    recommendation = forms.ChoiceField(label=_("Recommendation"), choices=Recommendation.choices)
    score = forms.DecimalField(
        label=_("Score"), min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False, localize=True
    )
    note = prose(_("Internal note"), max_length=2000, required=False, help_text=_("The unit does not see it."))


class WordOfLeaderForm(PlainForm):
    """Asks for the signed slip where the actor cannot decide by login. ``slip`` is its data, or None."""

    SLIP = ("number", "signed_on", "leader_name", "scan")

    number = forms.CharField(label=_("Number of the slip"), max_length=80)
    signed_on = forms.DateField(label=_("Signed on"))
    leader_name = forms.CharField(label=_("Leader who signed"), max_length=200, help_text=_("Full name and post."))
    scan = PrivateFileField(label=_("Scan of the signed slip"))

    def __init__(self, *args, by_login, **kwargs):
        super().__init__(*args, **kwargs)
        if by_login:
            for name in self.SLIP:
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        slip = {name: cleaned.pop(name) for name in self.SLIP if name in cleaned}
        if "scan" in slip:
            slip["upload"] = slip.pop("scan")
        cleaned["slip"] = slip or None
        return cleaned


class ApproveForm(WordOfLeaderForm):
    override_reason = prose(
        _("Reason for approving in spite of the warnings"),
        rows=2,
        max_length=2000,
        required=False,
        help_text=_("Only where a row below carries a warning."),
    )


class RefuseForm(WordOfLeaderForm):
    reason = prose(
        _("Reason"), max_length=2000, help_text=_("The unit reads this reason once its dossier is concluded.")
    )


# --- decisions --------------------------------------------------------------------------------------------------------


class IssueForm(PlainForm):
    number = forms.CharField(
        label=pgettext_lazy("document", "Number"),
        max_length=80,
        help_text=_("As it stands in the office's book, for instance 12 or 12a."),
    )
    issued_on = forms.DateField(label=_("Date of the decision"))
    signer_name = forms.CharField(label=_("Signer"), max_length=200, help_text=_("Full name as printed."))

    def __init__(self, *args, sample_number, last_number, **kwargs):
        super().__init__(*args, **kwargs)
        words = [gettext("It will read %(number)s.") % {"number": sample_number}]
        if last_number:
            words.append(gettext("Last in the book: %(number)s.") % {"number": last_number})
        self.fields["number"].help_text = " ".join(words)


class VoidForm(PlainForm):
    letterhead = forms.ModelChoiceField(label=_("Issuer"), queryset=None)
    number = forms.CharField(label=pgettext_lazy("document", "Number"), max_length=80)
    issued_on = forms.DateField(label=_("Date"), help_text=_("The day the number was taken."))
    reason = prose(_("Reason"), rows=2, max_length=300)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["letterhead"].queryset = Letterhead.objects.visible_to(actor)


class RowsField(PatientMultipleChoiceField):
    def label_from_instance(self, nomination):
        return f"{nomination.name} – {nomination.dossier.unit}"


class RowsForm(PlainForm):
    """Which approved nominations stand in the decision."""

    rows = RowsField(
        label=_("Nominations in this decision"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rows"].queryset = rows


class SignedCopyForm(PlainForm):
    file = PrivateFileField(label=_("Scan of the signed decision"))
