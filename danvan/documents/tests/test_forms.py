"""Every form that takes a file says what must not be uploaded."""

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from danvan.access.admin import ReadOnlyMixin
from danvan.documents.forms import MistakeForm, PrivateFileField, UploadField
from danvan.documents.tests.samples import PDF

NO_SECRETS = "Không tải văn bản Mật (Mật, Tối mật, Tuyệt mật) lên hệ thống."


def subclasses(kind):
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def fields_with_files():
    """Each field of our forms that takes a file, as "form.field". Importing the admins has loaded every form."""
    admin.autodiscover()
    for form in set(subclasses(forms.BaseForm)):
        if form.__module__.partition(".")[0] in ("danvan", "movements", "awards") and ".tests" not in form.__module__:
            for name, field in getattr(form, "base_fields", {}).items():
                if isinstance(field, forms.FileField):
                    yield f"{form.__qualname__}.{name}", field


def test_every_field_that_takes_a_file_says_it():
    found = dict(fields_with_files())
    assert {
        "PaperForm.file",
        "ApproveForm.scan",
        "RefuseForm.scan",
        "SignedCopyForm.file",
        "ReportForm.attachment",
        "ReceiveForm.upload",
        "UploadForm.file",
    } <= found.keys()
    silent = [
        name for name, field in found.items() if not isinstance(field, UploadField) or NO_SECRETS not in field.help_text
    ]
    assert silent == []


def test_no_admin_makes_a_form_field_of_a_column_with_a_file():
    """Django's own field for such a column would neither warn nor examine."""
    writing = [
        model.__name__
        for model, model_admin in admin.site._registry.items()
        if any(isinstance(field, models.FileField) for field in model._meta.fields)
        and not isinstance(model_admin, ReadOnlyMixin)
    ]
    assert writing == []


class Form(forms.Form):
    scan = PrivateFileField(label="Bản quét")


def test_a_new_form_says_it_by_itself():
    html = Form().as_p()
    assert f"<strong>{NO_SECRETS}</strong>" in html
    assert 'accept=".pdf,.docx,.xlsx,.jpg,.jpeg,.png"' in html


@pytest.mark.django_db
def test_what_is_not_accepted_is_refused_at_the_field():
    form = Form(files={"scan": SimpleUploadedFile("a.pdf", b"<html>")})
    assert "scan" in form.errors
    form = Form(files={"scan": SimpleUploadedFile("a.pdf", PDF)})
    assert form.is_valid()
    assert form.cleaned_data["scan"].read() == PDF


def test_a_new_option_of_the_field_adds_to_the_examination():
    def refuse(upload):
        raise ValidationError("Không nhận")

    field = PrivateFileField(validators=[refuse])
    assert [validator.__name__ for validator in field.validators[:2]] == ["acceptable", "refuse"]


def test_a_mistake_is_reported_with_a_reason_and_the_question_for_the_name():
    form = MistakeForm({"reason": "Tải nhầm"})
    assert form.is_valid()
    assert form.cleaned_data == {"reason": "Tải nhầm", "name_is_secret": False}
