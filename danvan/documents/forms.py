"""The fields and forms of uploads."""

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from danvan.documents.domain.files import TYPES, acceptable
from danvan.workflow.forms import ReasonForm

ACCEPTED = _("PDF, Word, Excel, JPG or PNG, at most 20 MB.")
NO_SECRETS = _("Do not upload classified documents (Secret, Top Secret, of Special Importance) to this system.")

_format = lazy(format_html, SafeString)


class UploadField(forms.FileField):
    """The base of every field that takes a file: says below it what must never be uploaded here.

    *accept* lists the endings that the browser offers.
    """

    widget = forms.FileInput

    def __init__(self, *, accept, help_text="", **kwargs):
        super().__init__(help_text=_format("{} <strong>{}</strong>", help_text, NO_SECRETS), **kwargs)
        self.accept = accept
        self.widget.attrs["accept"] = accept


class PrivateFileField(UploadField):
    """Takes a document or a picture that ``domain.files.store`` will keep. It arrives examined."""

    def __init__(self, *, help_text=ACCEPTED, **kwargs):
        validators = [acceptable, *kwargs.pop("validators", ())]
        super().__init__(accept=",".join(TYPES), help_text=help_text, validators=validators, **kwargs)


class MistakeForm(ReasonForm):
    """Reports a file, or destroys it."""

    name_is_secret = forms.BooleanField(
        label=_("The name of the file is itself secret"),
        required=False,
        help_text=_("The name is then no longer shown anywhere. Do not repeat it, or the contents, in the reason."),
    )
