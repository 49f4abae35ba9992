from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.results import RowResult

from danvan.access.door import rows_visible_to
from danvan.organization.domain.units.placement import reorder, settle
from danvan.organization.models import Unit
from danvan.organization.resources.areas import AreaColumn, AreaWidget
from danvan.transfers.columns import Column, is_blank
from danvan.transfers.resources import GuardedResource
from danvan.transfers.widgets import DateWidget, IntWidget, RelatedWidget, TextWidget, UnitByCodeWidget, alike

SAVED = (RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE)


@dataclass(frozen=True)
class ComingUnit:
    """A superior that another row of the same file makes."""

    code: str

    def __str__(self):
        return self.code


class SuperiorWidget(UnitByCodeWidget):
    """The superior of a unit, which is a placement and no field: a unit that there is, or one that the file brings."""

    def expect(self, rows):
        """Take note of the *rows* of the file before they are read."""
        self.rows = {}
        for row in rows:
            self.rows.setdefault(alike(row["code"].value), row)

    def candidates(self):
        return rows_visible_to(Unit, self.user)

    def clean(self, value, row=None, **kwargs):
        self.refuse_circle(alike(row["code"]), alike(value))
        try:
            return super().clean(value, row, **kwargs)
        except ValueError:
            if alike(value) in self.rows:
                return ComingUnit(alike(value))
            raise

    def refuse_circle(self, code, superior):
        line = [code]
        while superior in self.rows and superior not in line:
            line.append(superior)
            cell = self.rows[superior].get("superior")
            superior = None if cell is None or is_blank(cell.value) else alike(cell.value)
        if superior != code:
            return
        if len(line) == 1:
            raise ValueError(gettext("A unit cannot stand under itself."))
        codes = " → ".join(str(self.rows[each]["code"].value) for each in [*line, code])
        raise ValueError(
            gettext("These units would stand under one another in a circle: %(codes)s.") % {"codes": codes}
        )

    def not_found(self):
        return gettext(
            "No unit has this code, neither in the list nor in this file. A name alone is not enough: write the code "
            "of the superior unit."
        )


class SuperiorColumn(Column):
    """Kept beside the instance until all units of the file are saved and can be placed."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        instance.wanted_superior = self.clean(row, **kwargs)

    def get_value(self, instance, **kwargs):
        return getattr(instance, "wanted_superior", None) or (instance.superior if instance.pk else None)


class FixedColumn(Column):
    """What a file says of a new unit alone: later it changes by an event, which *words* say."""

    def __init__(self, *args, words, **kwargs):
        super().__init__(*args, **kwargs)
        self.words = words

    def save(self, instance, row, is_m2m=False, **kwargs):
        before = self.get_value(instance) if instance.pk else None
        super().save(instance, row, is_m2m, **kwargs)
        if instance.pk and self.get_value(instance) != before:
            raise ValueError(self.words)


class UnitResource(GuardedResource):
    """The Ban's list of units. A superior may stand below its units in the file."""

    code = Column(_("Code"), "code", TextWidget())
    name = FixedColumn(
        _("Name of the unit"),
        "name",
        TextWidget(),
        words=_("A unit is not renamed by a file. Record a reorganisation, or correct a slip on the unit's page."),
    )
    short_name = Column(_("Short name"), "short_name", TextWidget())
    symbol = Column(_("Symbol"), "symbol", TextWidget())
    kind = Column(_("Kind of unit"), "kind", RelatedWidget())
    superior = SuperiorColumn(_("Superior unit"), "superior", SuperiorWidget(), reads=("placements__superior",))
    area = AreaColumn(_("In the area"), "area", AreaWidget())
    order = Column(_("Place in the list"), "order", IntWidget())
    email = Column(_("Mailbox"), "email", TextWidget())
    telephone = Column(_("Telephone"), "telephone", TextWidget())
    valid_from = Column(_("Exists from"), "valid_from", DateWidget())
    valid_to = FixedColumn(
        _("Exists to"), "valid_to", DateWidget(), words=_("A unit is not ended by a file. Record a reorganisation.")
    )

    class Meta:
        model = Unit
        import_id_fields = ["code"]

    def with_relations(self, queryset):
        rows = super().with_relations(queryset).select_related("kind", "area__parent__parent__parent")
        return rows.prefetch_related("placements__superior")

    def import_rows(self, rows, *, commit):
        self.fields["superior"].widget.expect(rows)
        self.reordered = []
        return super().import_rows(rows, commit=commit)

    def after_save_instance(self, instance, row, **kwargs):
        super().after_save_instance(instance, row, **kwargs)
        if self.old and "order" in self._changed(instance):
            self.reordered.append(instance)

    def after_import(self, dataset, result, **kwargs):
        """Put the saved units into the tree, superiors before those who stand under them."""
        saved = {
            alike(row.instance.code): (number, row.instance)
            for number, row in enumerate(result.rows, 1)
            if row.import_type in SAVED
        }
        for code in _superiors_first(saved):
            self._settle(*saved[code], saved)
        for unit in self.reordered:
            reorder(unit=unit)
        super().after_import(dataset, result, **kwargs)

    def _settle(self, number, unit, saved):
        superior = getattr(unit, "wanted_superior", None)
        if superior is not None:
            _number, superior = saved.get(alike(superior.code), (None, superior))
        if isinstance(superior, ComingUnit):
            return  # its own row is wrong, and says so
        try:
            settle(unit=unit, superior=superior)
        except ValidationError as error:
            self.refused.append((number, "superior", " ".join(error.messages)))


def _superiors_first(saved):
    """The codes of *saved* in an order in which no superior comes after its own."""
    found = {}
    for code in saved:
        line = []
        while code in saved and code not in found and code not in line:
            line.append(code)
            superior = getattr(saved[code][1], "wanted_superior", None)
            code = alike(superior.code) if superior else None
        found.update(dict.fromkeys(reversed(line)))
    return list(found)
