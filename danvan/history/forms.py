import uuid
from pathlib import PurePath

from django import forms
from django.utils.translation import gettext as _

from danvan.access.uniqueness import ScopedModelForm
from danvan.history.words import field_called, in_words

VERSION = "_version"
FORM_KEY = "_form_key"


class VersionedForm(ScopedModelForm):
    """Refuses to save over somebody else's save, and names what differs.

    The page carries the version that it showed. After the refusal it carries the present one, so that sending it again
    is a decision.
    """

    def clean(self):
        cleaned = super().clean()
        shown = self.data.get(VERSION)
        if self.instance.pk and shown is not None and shown != str(self.instance.version):
            self.add_error(
                None, _("Somebody else saved this record while you were editing it. Nothing of yours is lost.")
            )
            for name in self.changed_data:
                if name in self.fields and not self.errors.get(name):
                    self.add_error(name, _("It now reads: “%(value)s”.") % {"value": self.present_text(name)})
            self.add_error(None, _("Check the marked fields, then save again to keep what you typed."))
        return cleaned

    def present_text(self, name):
        text = text_of_value(self, name, self.initial.get(name))
        return in_words(field_called(self._meta.model, name), text) or _("(empty)")


def text_of_value(form, name, value):
    """*value* of the field *name* as history keeps it: the code of a choice, the name of a related row."""
    if value in (None, ""):
        return ""
    field = form.fields[name]
    if isinstance(field, forms.FileField):
        # Not its name, which may have to be taken away again: what history keeps stays.
        return PurePath(value.name).suffix
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(row) for row in value)
    if isinstance(field, forms.ModelChoiceField):
        row = value if hasattr(value, "pk") else field.queryset.filter(pk=value).first()
        return str(row or "")
    return str(value)


def valid_key(text):
    """The form key in *text*, or None."""
    try:
        return uuid.UUID(text)
    except (TypeError, ValueError):
        return None
