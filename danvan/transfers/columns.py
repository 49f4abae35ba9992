"""The columns of a workbook."""

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.utils.translation import gettext as _
from import_export.fields import Field

from danvan.access.visibility import is_path
from danvan.transfers.widgets import BooleanWidget, UnitWidget


class Column(Field):
    """A column of the workbook: its title, the attribute it fills, and how its cells are read.

    A column of a model field knows from it whether a cell may be blank and what blank means. ``readonly`` columns are
    exported and ignored by the import. ``reads`` are the paths from the model that its values come from, where the
    attribute itself is none: who must not learn of one of them has no such column.
    """

    def __init__(self, title, attribute, widget, *, readonly=False, reads=()):
        super().__init__(attribute=attribute, widget=widget, readonly=readonly)
        self.title = title
        self.reads = reads or (attribute,)
        self.required = False
        self.blank = None

    def bind(self, *, user, model):
        """Called once, when the resource is made for *user*. Raises ImproperlyConfigured for what reads no field."""
        for path in self.reads:
            if not is_path(model, path):
                raise ImproperlyConfigured(f"{model.__name__} has no {path}: say what the column {self.title} reads.")
        try:
            model_field = model._meta.get_field(self.attribute)
        except FieldDoesNotExist:
            model_field = None
        else:
            self._learn_blank(model_field)
        self.widget.bind(user=user, model=model, model_field=model_field)

    def _learn_blank(self, model_field):
        if model_field.has_default():
            self.blank = model_field.get_default()
        elif isinstance(self.widget, BooleanWidget):
            self.blank = None if model_field.null else False
        else:
            self.blank = None if model_field.null else ""
            self.required = not model_field.blank

    def clean(self, row, **kwargs):
        value = row[self.column_name]
        if not is_blank(value):
            return self.widget.clean(value, row=row, **kwargs)
        if isinstance(self.widget, UnitWidget) and self.widget.own_unit:
            return self.widget.own_unit
        if self.required:
            raise ValueError(_("This cell must be filled in."))
        return self.blank

    def text(self, instance):
        """The value of *instance* as a preview and the history show it."""
        return self.widget.text(self.get_value(instance))


def is_blank(value):
    return value is None or (isinstance(value, str) and not value.strip())
