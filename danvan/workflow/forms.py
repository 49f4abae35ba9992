"""The small forms that ask what a deed needs: a reason, a number, a date, a file."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from danvan.text.normalise import clean_line, clean_text

WIDGETS = {
    forms.Textarea: UnfoldAdminTextareaWidget,
    forms.Select: UnfoldAdminSelectWidget,
    forms.NumberInput: UnfoldAdminIntegerFieldWidget,
    forms.CheckboxInput: UnfoldBooleanWidget,
    forms.ClearableFileInput: UnfoldAdminFileFieldWidget,
    forms.FileInput: UnfoldAdminFileFieldWidget,
}


class PlainForm(forms.Form):
    """A form that is no model form, in the look of the admin. Text arrives in NFC."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)
            if isinstance(field, forms.ChoiceField):
                # Django's own words for other choices than rows repeat what was sent, be it an id.
                field.error_messages["invalid_choice"] = forms.ModelChoiceField.default_error_messages["invalid_choice"]

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                multi_line = isinstance(self.fields[name].widget, forms.Textarea)
                self.cleaned_data[name] = clean_text(value) if multi_line else clean_line(value)


def dress(field):
    """Give *field* the widget of the admin's look for its kind. Hidden and many-choice widgets stay."""
    widget = field.widget
    if widget.is_hidden or isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return
    look = WIDGETS.get(type(widget))
    if look is None and isinstance(widget, forms.TextInput):
        look = UnfoldAdminTextInputWidget
    if look is None:
        return
    choices = getattr(widget, "choices", None)
    dressed = look(attrs=dict(widget.attrs))
    if choices is not None:
        dressed.choices = choices
    if isinstance(field, forms.DateField):
        dressed.attrs.setdefault("placeholder", _("dd/mm/yyyy"))
    dressed.is_required = field.required
    dressed.is_localized = widget.is_localized or isinstance(field, forms.DateField)
    dressed.attrs.update(field.widget_attrs(dressed))
    field.widget = dressed


class ReasonForm(PlainForm):
    """Asks for the reason of a deed."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )


def at_known_fields(error, form):
    """*error* with its messages at the fields of *form*; what belongs to no field of it stands above."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError(
        {name if name in form.fields else "__all__": errors for name, errors in error.error_dict.items()}
    )
