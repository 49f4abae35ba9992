"""The words for the actions in the history. Higher apps add theirs in ``ready()``."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "add": _("added"),
    "change": _("changed"),
    "delete": _("deleted"),
    "import": _("imported"),
    "export": _("exported"),
}


def label_of(action):
    """The words for *action*, or the code itself where none were given."""
    return LABELS.get(action, action)
