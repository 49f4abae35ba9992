from django import forms
from django.utils.translation import gettext_lazy as _

from danvan.documents.forms import UploadField
from danvan.spreadsheets.errors import too_big
from danvan.spreadsheets.guards import MAX_UPLOAD_BYTES
from danvan.workflow.forms import PlainForm


class UploadForm(PlainForm):
    file = UploadField(
        label=_("Excel file"),
        accept=".xlsx,.csv",
        help_text=_("An .xlsx workbook. Titles above the table may stay; other columns are left out."),
    )
    sheet = forms.CharField(
        label=_("Name of the sheet"),
        max_length=31,
        required=False,
        help_text=_("Only where the workbook holds several tables of this kind."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError(str(too_big()))
        return file


class ExportForm(PlainForm):
    reason = forms.CharField(
        label=_("What these rows are needed for"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("It is kept in the history together with your name, the columns and the filters."),
    )
