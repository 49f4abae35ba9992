"""Form parts in the theme's look where the theme's own are slow or break."""

from html import escape

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField, ModelMultipleChoiceField, Widget
from django.utils.safestring import SafeString
from unfold.contrib.filters.forms import DropdownForm
from unfold.widgets import UnfoldAdminSelectWidget


class QuickSelect(UnfoldAdminSelectWidget):
    """The theme's drop-down without templates for every option: of 600 units they take 20 ms. It knows no groups."""

    template_name = "access/select.html"

    def get_context(self, name, value, attrs):
        context = Widget.get_context(self, name, value, attrs)
        chosen = set(self.format_value(value))
        context["widget"]["options"] = SafeString("\n".join(self._option(chosen, *choice) for choice in self.choices))
        return context

    def _option(self, chosen, value, label):
        value = str(value)
        return f'<option value="{escape(value)}"{" selected" * (value in chosen)}>{escape(str(label))}</option>'


class KeysOnly:
    """Draws a form again whatever was sent: Django looks up as a key what is none, and breaks."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(name, [key for key in value if is_key(str(key))], attrs)


def is_key(text):
    """Whether *text* can be the key of a row: SQLite breaks over a number of more than 64 bits."""
    return text.isdecimal() and len(text) < 19


class PatientAutocomplete(KeysOnly, AutocompleteSelect):
    pass


class PatientAutocompleteMultiple(KeysOnly, AutocompleteSelectMultiple):
    pass


class PatientMultipleChoiceField(ModelMultipleChoiceField):
    """Refuses what is no key at all like the key of a row that is not on offer: Django looks it up, and breaks."""

    def clean(self, value):
        if isinstance(value, (list, tuple)) and not all(is_key(str(key)) for key in value):
            raise ValidationError(ModelChoiceField.default_error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class QuickDropdownForm(DropdownForm):
    """The form of a list filter of many choices."""

    widget = QuickSelect({"data-theme": "admin-autocomplete", "class": "unfold-admin-autocomplete admin-autocomplete"})
