"""The forms of reports: what a unit types, and what the deeds of the Ban ask."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from danvan import clock
from danvan.access.widgets import PatientMultipleChoiceField
from danvan.documents.domain.quota import require_room
from danvan.documents.forms import PrivateFileField
from danvan.history.forms import VersionedForm
from danvan.notices.enums import Channel
from danvan.workflow.forms import PlainForm, ReasonForm
from movements.domain.completing import usual_day
from movements.domain.report import check_document_date
from movements.models import Report

SIGNED_COLUMNS = {"signed_number": "number", "signed_on": "document_date", "signed_by": "signer"}
"""The fields about the signed paper that are asked beside the contents, and what they are called in the report."""


class KeptFilesField(PatientMultipleChoiceField):
    def label_from_instance(self, kept):
        return kept.file.shown_name


class ReportForm(VersionedForm):
    """Three texts, a number and a file."""

    attachment = PrivateFileField(
        label=_("Attach a file"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("The report or an annex: PDF, Word, Excel or a picture, at most 20 MB."),
    )
    signed_number = forms.CharField(
        label=_("Number and symbol"),
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As printed, for instance 12-BC/ĐU."),
    )
    signed_on = forms.DateField(
        label=_("Date of the document"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        validators=[check_document_date],
    )
    signed_by = forms.CharField(label=_("Signer"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    signed_copy = PrivateFileField(
        label=_("Signed copy"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("It can also be attached later, when the report was sent already."),
    )
    detach = KeptFilesField(
        label=_("Take away"),
        queryset=None,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Tick the files that do not belong here."),
    )

    class Meta:
        model = Report
        fields = ["results", "difficulties", "proposals", "models_count"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, column in SIGNED_COLUMNS.items():
            if name in self.fields:
                self.initial[name] = getattr(self.instance, column)
        for name in {"results", "difficulties", "proposals"}.intersection(self.fields):
            self.fields[name].widget.attrs["rows"] = 5
        if "detach" in self.fields:
            files = self.instance.files.select_related("file")
            if files:
                self.fields["detach"].queryset = files
            else:
                del self.fields["detach"]

    def clean_attachment(self):
        return self._with_room("attachment")

    def clean_signed_copy(self):
        return self._with_room("signed_copy")

    def _with_room(self, name):
        upload = self.cleaned_data[name]
        if upload:
            require_room(actor=self.actor, size=upload.size)
        return upload


class SignedCopyForm(PlainForm):
    """The paper behind what was typed here: its number, its day, who signed it, its scan."""

    number = forms.CharField(
        label=_("Number and symbol"), max_length=80, required=False, help_text=_("As printed, for instance 12-BC/ĐU.")
    )
    document_date = forms.DateField(label=_("Date of the document"), required=False, validators=[check_document_date])
    signer = forms.CharField(label=_("Signer"), max_length=200, required=False)
    upload = PrivateFileField(label=_("Signed copy"))


class ReceiveForm(PlainForm):
    """How, under which number and when a report came that was not typed here."""

    channel = forms.ChoiceField(label=_("Came by"), choices=Channel.choices)
    number = forms.CharField(
        label=_("Number and symbol"), max_length=80, required=False, help_text=_("As printed, for instance 12-BC/ĐU.")
    )
    document_date = forms.DateField(label=_("Date of the document"), required=False)
    arrived_on = forms.DateField(
        label=_("Arrived on"), initial=clock.today, help_text=_("By this day the report is judged on time.")
    )
    upload = PrivateFileField(label=_("Scan"), required=False)


class ExtendForm(ReasonForm):
    new_due_on = forms.DateField(label=_("New due date"))

    field_order = ["new_due_on", "reason"]


class ReturnForm(ReasonForm):
    """Until when the unit completes it, and what is missing."""

    complete_by = forms.DateField(
        label=_("To be completed by"),
        initial=usual_day,
        required=False,
        help_text=_("The last day counts. Left empty, the usual number of working days is given."),
    )

    field_order = ["complete_by", "reason"]
