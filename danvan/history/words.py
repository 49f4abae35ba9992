"""What history keeps are codes and ISO dates, so that nothing translated is stored; here they become words."""

from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.template.defaultfilters import yesno
from django.utils.dateparse import parse_date
from django.utils.formats import date_format


def in_words(model_field, text):
    """*text*, a value of *model_field* as history keeps it, as a person reads it. What is no such value stays."""
    if isinstance(model_field, models.BooleanField) and text in ("True", "False"):
        return yesno(text == "True")
    if isinstance(model_field, models.DateField) and text and (day := _day(text)):
        return date_format(day)
    labels = {str(code): label for code, label in getattr(model_field, "flatchoices", None) or ()}
    return str(labels.get(text, text)) if text else text


def field_called(model, name):
    """The field *name* of *model*, or the one at the end of a path; None when there is no such field (any more)."""
    first, _separator, rest = name.partition(LOOKUP_SEP)
    fields = (*model._meta.fields, *model._meta.many_to_many)
    field = next((field for field in fields if field.name == first), None)
    if not rest:
        return field
    return field_called(field.related_model, rest) if field and field.related_model else None


def readable(model, name, values):
    """A change of the field *name* of *model* in words. What no field is called (any more) is left without a name."""
    field = field_called(model, name) if model else None
    old, new = (in_words(field, value) for value in values)
    return {"name": field.verbose_name if field else "", "old": old, "new": new}


def _day(text):
    try:
        return parse_date(text)
    except ValueError:
        return None
