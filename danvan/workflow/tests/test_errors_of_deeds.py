"""What a deed refuses stands at the field that it names, or above where the form has no such field."""

from django.core.exceptions import ValidationError

from danvan.workflow.forms import ReasonForm, at_known_fields


def test_an_error_about_a_field_that_the_form_lacks_stands_above():
    form = ReasonForm({"reason": "Đã rõ"})
    assert form.is_valid()
    error = ValidationError({"file": ["Tệp của đơn vị khác."], "reason": ["Quá ngắn."]})
    form.add_error(None, at_known_fields(error, form))
    assert form.errors == {"__all__": ["Tệp của đơn vị khác."], "reason": ["Quá ngắn."]}


def test_an_error_about_no_field_stays_as_it_is():
    error = ValidationError("Không được.")
    assert at_known_fields(error, ReasonForm()) is error
