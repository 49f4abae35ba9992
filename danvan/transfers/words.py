"""What a list was narrowed to, as its page says it."""

from django.core.validators import EMPTY_VALUES
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def filters_in_words(changelist):
    """Return the search and the filters of *changelist* with their chosen values: "Search: ea; Kind: commune"."""
    found = [(_("Search"), changelist.query)] if changelist.query else []
    parameters = changelist.get_filters_params()
    for spec in changelist.filter_specs:
        found += [(capfirst(str(spec.title)), words) for words in _chosen(spec, changelist)]
        for name in spec.expected_parameters():
            parameters.pop(name, None)
    # What an address narrows without a filter on the page has no words.
    found += [(name, ", ".join(values)) for name, values in parameters.items()]
    return "; ".join(f"{title}: {words}" for title, words in found)


def _chosen(spec, changelist):
    for choice in spec.choices(changelist):
        if form := choice.get("form"):
            for name, field in form.fields.items():
                value = form.data.get(name)
                if value not in EMPTY_VALUES:
                    choices = {str(key): label for key, label in getattr(field, "choices", ())}
                    yield str(choices.get(str(value), value))
        elif choice["selected"] and spec.used_parameters:
            yield str(choice["display"])
