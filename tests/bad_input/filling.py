"""Filling in a form as a person would, and reading what came back."""

from datetime import date

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict

from danvan import clock
from tests.crawl.reading import is_page, main_form, parse, typed

SPECIAL = {
    "number": "12",
    "citizen_id": "001085012345",
    "salutation": "mr",
    "send_by": "31/12/2099",
    "signer_mark": "TM",
    "old_password": "mat-khau",
    "new_password1": "một câu dài để đăng nhập",
    "new_password2": "một câu dài để đăng nhập",
}
"""What certain fields want."""


def forms_on(answer):
    """The forms that the page of *answer* was drawn from, those of inlines included."""
    if not answer.context:
        return []
    found = [answer.context[key] for key in ("adminform", "form") if key in answer.context]
    found = [getattr(form, "form", form) for form in found]
    for inline in answer.context.get("inline_admin_formsets") or ():
        found += inline.formset.forms
    return [form for form in dict.fromkeys(found) if isinstance(form, forms.BaseForm)]


def open_form(client, address):
    """The answer to GET when it is a page with something to be filled in, else None."""
    answer = client.get(address)
    if answer.status_code != 200 or not is_page(answer) or main_form(parse(answer)) is None:
        return None
    return answer if fields_on(answer) else None


def fields_on(answer):
    """The fields that can be filled in on the page, by the names of their controls."""
    controls = set(main_form(parse(answer)).xpath(".//*[@name and not(@type='hidden')]/@name"))
    bound = (field for form in forms_on(answer) for field in form)
    return {field.html_name: field.field for field in bound if field.html_name in controls}


class Filled:
    """The form at *address* as it was drawn, filled in like the row *sample* or with something that fits."""

    def __init__(self, client, address, answer, sample=None):
        self.client, self.address = client, address
        self.fields = fields_on(answer)
        self.sent = typed(main_form(parse(answer)))
        if sample:
            self.fill_like(sample)
        for name, field in self.fields.items():
            wanted = field.required or name in SPECIAL or isinstance(field, forms.CharField)
            if wanted and not any(self.sent.get(name, ())):
                self.sent[name] = something_for(name, field)

    def fill_like(self, sample):
        values = model_to_dict(sample) if sample.pk else {}
        for name in self.fields:
            field = next((each for each in sample._meta.fields if each.name == name), None)
            value = getattr(sample, field.attname) if field else values.get(name)
            if value not in (None, ""):
                self.sent[name] = as_typed(value)

    def post(self, changes, **extra):
        """Send the form with *changes* (name → text) over what it holds."""
        files = {name: pdf() for name, field in self.fields.items() if isinstance(field, forms.FileField)}
        return self.client.post(self.address, self.with_(changes) | files | extra)

    def texts(self):
        """What the form holds, as changes."""
        return {name: self.sent[name][0] for name in self.fields if self.sent.get(name)}

    def with_(self, changes):
        return self.sent | {name: [text] for name, text in changes.items()}


def as_typed(value):
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, date):
        return [f"{value:%d/%m/%Y}"]
    if isinstance(value, list):
        return [str(row.pk) for row in value]
    return [str(value).replace(".", ",") if isinstance(value, float) else str(value)]


def something_for(name, field):
    """What *field* takes."""
    if special := SPECIAL.get(name.rpartition("-")[2]):
        return [special]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [str(row.pk) for row in field.queryset.order_by("-pk")[:1]]  # not the Ban, which came first
    if isinstance(field, forms.ModelChoiceField):
        return [str(row.pk) for row in field.queryset[:1]]
    if isinstance(field, forms.ChoiceField):
        return [next(str(key) for key, _label in field.choices if key != "")]
    if isinstance(field, forms.DateField):
        return [f"{clock.today():%d/%m/%Y}"]
    if isinstance(field, forms.IntegerField):
        return ["1"]
    if isinstance(field, forms.BooleanField):
        return ["on"]
    fits_any_text = type(field) is forms.CharField
    return ["Hợp lệ"] if fits_any_text else []


def pdf():
    return SimpleUploadedFile("quét.pdf", b"%PDF-1.7 scan\n%%EOF\n", "application/pdf")
