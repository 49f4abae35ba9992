"""The forms of the page of open duties and of its deeds."""

from django import forms
from django.contrib.admin import site
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from danvan import clock
from danvan.access.door import reaches_all
from danvan.access.models import choice_label, in_force
from danvan.access.widgets import PatientAutocomplete, is_key
from danvan.documents.forms import PrivateFileField
from danvan.documents.models import Letterhead
from danvan.notices.enums import Channel, ContactKind
from danvan.notices.models.rule import PLACEHOLDERS_HELP
from danvan.notices.placeholders import known_placeholders_only
from danvan.organization.models import Area, Unit, UnitKind
from danvan.workflow.forms import PlainForm

MINE, ALL = "mine", "all"
OVERDUE, WEEK = "overdue", "week"

MARKS = (
    ("", gettext_lazy("in the own name")),
    ("TM", gettext_lazy("T/M – on behalf of a collective body")),
    ("KT", gettext_lazy("K/T – for the head")),
    ("TL", gettext_lazy("T/L – by order")),
    ("TUQ", gettext_lazy("T/U/Q – by delegation")),
)


class AreaField(forms.ModelChoiceField):
    """An area that is searched for. What cannot be a key is refused like a missing one."""

    def to_python(self, value):
        if value not in self.empty_values and not is_key(str(value)):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

    def label_from_instance(self, area):
        return choice_label(area)


class DutiesForm(PlainForm):
    """Which of the open duties are listed. ``charge`` is asked of officers with units in their charge."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of duty"), required=False)
    when = forms.ChoiceField(
        label=gettext_lazy("Due"),
        required=False,
        choices=[
            ("", pgettext_lazy("duties", "all")),
            (OVERDUE, gettext_lazy("overdue")),
            (WEEK, gettext_lazy("within 7 days")),
        ],
    )
    charge = forms.ChoiceField(
        label=gettext_lazy("Units in charge"),
        required=False,
        choices=[(MINE, gettext_lazy("Units in my charge")), (ALL, gettext_lazy("All units"))],
    )
    unit_kind = forms.TypedChoiceField(label=gettext_lazy("Kind of unit"), required=False, coerce=int, empty_value=None)
    area = AreaField(label=gettext_lazy("In the area"), required=False, queryset=Area.objects.none())
    q = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=100)

    def __init__(self, *args, user, kinds, has_charge, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]
        unit_kinds = UnitKind.objects.visible_to(user).values_list("pk", "name")
        self.fields["unit_kind"].choices = [("", _("all kinds")), *unit_kinds]
        if reaches_all(user, Area, "view"):
            self.fields["area"].queryset = Area.objects.visible_to(user)
            self.fields["area"].widget = PatientAutocomplete(Unit._meta.get_field("area"), site)
            self.fields["area"].widget.choices = self.fields["area"].choices
        else:
            del self.fields["area"]
        if not has_charge:
            del self.fields["charge"]

    def units(self, user, charge):
        """The units that the form narrows the list to, as a queryset, or None for all. Call it on a valid form."""
        data = self.cleaned_data
        units = charge if data.get("charge") == MINE else None
        if not (data.get("unit_kind") or data.get("area") or data.get("q")):
            return units
        units = Unit.objects.visible_to(user) if units is None else units
        if data.get("unit_kind"):
            units = units.filter(kind=data["unit_kind"])
        if data.get("area"):
            units = units.in_area(data["area"])
        return units.search(data["q"]) if data.get("q") else units


class ReceiveForm(PlainForm):
    channel = forms.ChoiceField(label=gettext_lazy("Came by"), choices=Channel.choices)
    number = forms.CharField(
        label=gettext_lazy("Number and symbol"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("As it stands on the document, for instance 12-BC/ĐU."),
    )
    document_date = forms.DateField(label=gettext_lazy("Date of the document"), required=False)
    arrived_on = forms.DateField(
        label=gettext_lazy("Arrived on"),
        initial=clock.today,
        help_text=gettext_lazy("By this day it is judged on time or late."),
    )
    upload = PrivateFileField(label=gettext_lazy("Scan"), required=False)


class ExemptForm(PlainForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=gettext_lazy("The units read it."),
    )


class ExtendForm(ExemptForm):
    new_due_on = forms.DateField(label=gettext_lazy("New due date"))
    field_order = ["new_due_on", "reason"]


class ContactForm(PlainForm):
    kind = forms.ChoiceField(label=gettext_lazy("How"), choices=ContactKind.choices)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)


class RemindForm(PlainForm):
    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=150, validators=[known_placeholders_only], help_text=PLACEHOLDERS_HELP
    )
    text = forms.CharField(
        label=pgettext_lazy("letter", "Text"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 10}),
        validators=[known_placeholders_only],
    )


class LetterForm(PlainForm):
    """What the official letter to units that are late says beside their list."""

    letterhead = forms.ModelChoiceField(label=gettext_lazy("Letterhead"), queryset=Letterhead.objects.none())
    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("From the book of outgoing documents. Left empty, there is room to write it in."),
    )
    issued_on = forms.DateField(
        label=gettext_lazy("Date of the letter"),
        required=False,
        help_text=gettext_lazy("Left empty, there is room to write it in."),
    )
    send_by = forms.DateField(
        label=gettext_lazy("To be sent before"), help_text=gettext_lazy("The new deadline that the letter names.")
    )
    signer_mark = forms.ChoiceField(label=gettext_lazy("Signing mark"), choices=MARKS, required=False)
    signs_for = forms.CharField(
        label=gettext_lazy("Signs for"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The body or post after the mark, for instance Trưởng Ban."),
    )
    signer_post = forms.CharField(
        label=gettext_lazy("Post of the signer"),
        max_length=200,
        help_text=gettext_lazy("For instance Phó Trưởng Ban."),
    )
    signer_name = forms.CharField(
        label=gettext_lazy("Signer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Full name as printed."),
    )
    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=gettext_lazy("One recipient a line."),
    )
    is_logged = forms.BooleanField(
        label=gettext_lazy("Write down in the log that the official letter was sent to these units"), required=False
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        letterheads = Letterhead.objects.visible_to(user).filter(in_force(clock.today()))
        self.fields["letterhead"].queryset = letterheads
        if len(letterheads) == 1:
            self.initial.setdefault("letterhead", letterheads[0].pk)

    def clean_send_by(self):
        day = self.cleaned_data["send_by"]
        if day <= clock.today():
            raise forms.ValidationError(_("The new deadline must lie after today."))
        return day

    def clean(self):
        data = super().clean()
        if bool(data.get("signer_mark")) != bool(data.get("signs_for")):
            self.add_error("signs_for", _("A signing mark and whom the signer signs for go together."))
        return data
