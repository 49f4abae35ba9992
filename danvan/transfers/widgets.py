"""How the cells of a workbook become values, and values cells.

A widget reads one cell that is not blank (``clean``; it raises ValueError, its text telling the person how to mend the
cell), gives the value of an exported cell (``render``) and the text that a preview shows (``text``). Blank cells are
the business of the column.
"""

from collections import defaultdict
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from danvan.access.door import permission_name, rows_visible_to
from danvan.access.scope import reach_of
from danvan.text.dates import parse_date
from danvan.text.folding import fold
from danvan.text.normalise import clean_line, clean_text
from danvan.text.numbers import format_int, parse_decimal, parse_int


class CellWidget(Widget):
    """The base: knows the user and the model that the import goes to once it is bound."""

    format_hint = ""

    def bind(self, *, user, model, model_field):
        self.user = user
        self.model = model
        self.model_field = model_field

    def clean(self, value, row=None, **kwargs):
        raise NotImplementedError

    def render(self, value, obj=None, **kwargs):
        return value

    def text(self, value):
        return "" if value is None else str(value)


class TextWidget(CellWidget):
    """One line of text. Numbers typed into the cell lose the ``.0`` that workbooks add."""

    tidy = staticmethod(clean_line)

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, bool | date | time):
            raise ValueError(_("Excel turned this cell into a date. Format the cell as text and type it again."))
        if isinstance(value, float):
            value = int(value) if value.is_integer() else str(value).replace(".", ",")
        return self.tidy(str(value))


class ProseWidget(TextWidget):
    """Several lines of text."""

    tidy = staticmethod(clean_text)


class DateWidget(CellWidget):
    """A real date cell, or dd/mm/yyyy as text."""

    @property
    def format_hint(self):
        return _("day/month/year")

    def clean(self, value, row=None, **kwargs):
        return parse_date(value)

    def text(self, value):
        return f"{value:%d/%m/%Y}" if value else ""


class IntWidget(CellWidget):
    """A whole number, as a number cell or as text with dots at the thousands."""

    def clean(self, value, row=None, **kwargs):
        return parse_int(number_or_text(value))

    def text(self, value):
        return "" if value is None else format_int(value)


class DecimalWidget(CellWidget):
    """A number with a decimal comma. ``thousands=False`` refuses dots where thousands make no sense (a coefficient)."""

    def __init__(self, *, thousands=True):
        super().__init__()
        self.thousands = thousands

    def clean(self, value, row=None, **kwargs):
        return parse_decimal(number_or_text(value), thousands=self.thousands)

    def text(self, value):
        if value is None:
            return ""
        sign, whole, comma, fraction = "-" if value < 0 else "", *f"{abs(value):f}".partition(".")
        return sign + format_int(int(whole)) + (comma and f",{fraction}")


def number_or_text(value):
    """*value* unless it is a date or a truth value, which Excel shows as numbers too."""
    if isinstance(value, bool | date | datetime | time):
        raise ValueError(_("A number is expected here, not a date. Format the cell as a number and type it again."))
    return value if isinstance(value, int | float | Decimal) else str(value)


class BooleanWidget(CellWidget):
    """``x`` or ``có`` for yes; blank or ``không`` for no."""

    YES = frozenset({"x", "co", "1", "true"})
    NO = frozenset({"khong", "0", "false"})

    @property
    def format_hint(self):
        return _("x or blank")

    def clean(self, value, row=None, **kwargs):
        word = fold(str(int(value) if isinstance(value, bool | float) else value))
        if word in self.YES:
            return True
        if word in self.NO:
            return False
        raise ValueError(_("Write x for yes, or leave the cell blank for no."))

    def render(self, value, obj=None, **kwargs):
        return None if value is None else "x" if value else ""

    def text(self, value):
        return self.render(value) or ""


class ChoiceWidget(CellWidget):
    """One of the choices of the model's field, by its label or its code."""

    @cached_property
    def labels(self):
        return {code: str(label) for code, label in self.model_field.flatchoices}

    @cached_property
    def codes(self):
        return {alike(word): code for code, label in self.labels.items() for word in (code, label)}

    def clean(self, value, row=None, **kwargs):
        code = self.codes.get(alike(value))
        if code is None:
            raise ValueError(_("Write one of: %(choices)s.") % {"choices": ", ".join(self.labels.values())})
        return code

    def render(self, value, obj=None, **kwargs):
        return self.labels.get(value, value)

    def text(self, value):
        return self.render(value) or ""


class RelatedWidget(CellWidget):
    """A record that the user sees, by code or by exact full name.

    *lookups* are fields of the related model, the first that matches wins. All candidates are read with one query, when
    the first cell asks. What the user does not see reads like what does not exist.
    """

    def __init__(self, *lookups):
        super().__init__()
        self.lookups = lookups or ("code", "name")

    def candidates(self):
        return rows_visible_to(self.model_field.related_model, self.user)

    @cached_property
    def by_lookup(self):
        found = {lookup: defaultdict(list) for lookup in self.lookups}
        for row in self.candidates():
            for lookup, rows in found.items():
                if word := alike(getattr(row, lookup)):
                    rows[word].append(row)
        return found

    def clean(self, value, row=None, **kwargs):
        word = alike(value)
        for rows in self.by_lookup.values():
            matches = rows.get(word, ())
            if len(matches) == 1:
                return matches[0]
            if matches:
                raise ValueError(_("Several records have this name. Write the code instead."))
        raise ValueError(self.not_found())

    def not_found(self):
        return _("Nothing with this code or name was found. Write the code, or the full name exactly as in the list.")

    def render(self, value, obj=None, **kwargs):
        return None if value is None else str(value)


class UnitByCodeWidget(RelatedWidget):
    """A unit by its code, or as drop-downs and exports write it, name and code.

    Never by its bare name: the ward of today may be called like the district that was (Sơn Trà).
    """

    def __init__(self):
        super().__init__("code", "choice_label")

    def not_found(self):
        return _("No unit has this code. A name alone is not enough: many units are called alike. Write the code.")

    def render(self, value, obj=None, **kwargs):
        return None if value is None else value.choice_label


class UnitWidget(UnitByCodeWidget):
    """The unit that a row belongs to. A unit lead may leave it blank, and may name no other than the own unit.

    Only the units for which the user may import this model are candidates. Among the own ones the name is enough.
    """

    @cached_property
    def by_lookup(self):
        if not self.reach.everything:
            self.lookups = (*self.lookups, "name")
        return super().by_lookup

    @cached_property
    def reach(self):
        return reach_of(self.user, permission_name(self.model, "import"))

    @cached_property
    def own_unit(self):
        """The one unit that a blank cell means, or None."""
        if self.reach.everything or len(self.reach.unit_ids) != 1:
            return None
        return self.candidates().first()

    def candidates(self):
        candidates = super().candidates()
        return candidates if self.reach.everything else candidates.filter(pk__in=self.reach.unit_ids)

    def not_found(self):
        if self.reach.everything:
            return super().not_found()
        return _("You cannot import for this unit. Leave the cell blank, or write the code of your own unit.")


def alike(value):
    """The form in which two ways of typing a code, a name or a label are compared: case and spaces do not matter."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_line(str(value)).casefold()
