"""The guarded wrapper of django-import-export: what stands between a workbook and the rows of a model.

Upstream reads and writes past every scope, shows foreign values in its preview and reports success after a rollback.
Here a resource belongs to the user who acts, finds rows by business keys among those the user sees, and imports a file
as a whole or not at all.
"""

from dataclasses import dataclass, field
from datetime import date

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelDeclarativeMetaclass, ModelResource
from import_export.results import RowResult

from danvan.access.door import permission_name, rows_visible_to
from danvan.access.scope import reach_of
from danvan.access.uniqueness import TAKEN
from danvan.access.visibility import fields_on, is_hidden
from danvan.history.domain import record
from danvan.spreadsheets.errors import SpreadsheetError
from danvan.spreadsheets.reading import read_table
from danvan.transfers.columns import Column

IMPORT_LIMIT = 2000
PREVIEW_ROWS = 100
SHOWN_LENGTH = 100


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell of the user's own sheet, and how to mend it. ``column`` is the title."""

    cell: str
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What an import did, or would do. With errors, nothing was saved.

    ``columns`` are the names of the columns of ``preview``, whose rows are ``[kind, text, text, …]`` with the kinds of
    RowResult: new, update, skip.
    """

    columns: list[str]
    new: int
    changed: int
    unchanged: int
    preview: list[list[str]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)


class Refused(Exception):
    """Rows were saved that must not be, as ``refused`` of the resource says; everything is rolled back."""


class DeclaredColumns(ModelDeclarativeMetaclass):
    """Makes the declared columns the only ones, in their order. Upstream adds every field of the model."""

    def __new__(cls, name, bases, attrs):
        declared = [key for base in bases for key in getattr(base, "fields", ())]
        declared += [key for key, value in attrs.items() if isinstance(value, Column)]
        new_class = super().__new__(cls, name, bases, attrs)
        new_class.fields = {key: new_class.fields[key] for key in declared}
        return new_class


class KeyLoader(BaseInstanceLoader):
    """Finds the existing rows of a file by their business keys with one query, and locks them."""

    def __init__(self, resource, dataset):
        super().__init__(resource, dataset)
        columns = resource.key_columns
        keys = {key for row in dataset.dict if (key := resource.key_of(row))}
        wanted = {f"{column.attribute}__in": {key[at] for key in keys} for at, column in enumerate(columns)}
        rows = resource.get_queryset().filter(**wanted).select_for_update(of=("self",)) if keys else ()
        self.found = {tuple(column.get_value(row) for column in columns): row for row in rows}
        resource.changeable = resource.reached("change", [row.pk for row in self.found.values()])

    def get_instance(self, row):
        return self.found.get(self.resource.key_of(row))


class GuardedResource(ModelResource, metaclass=DeclaredColumns):
    """The base of every resource. One instance serves one user and one file.

    A subclass names its ``Meta.model``, its business keys in ``Meta.import_id_fields`` (never an id) and its columns.
    The last of the keys is what a row is called by: what is wrong with a row as a whole is told at that cell.
    ``unit_column`` names the column of the unit that a row belongs to, which the server fills in for unit leads.
    """

    unit_column = None

    class Meta:
        instance_loader_class = KeyLoader
        report_skipped = True
        skip_diff = True
        store_instance = True
        use_transactions = True

    def __init__(self, user, **kwargs):
        super().__init__(**kwargs)
        self.user = user
        self.fields = {name: column for name, column in self.fields.items() if not self._is_hidden(column)}
        for column in self.fields.values():
            column.bind(user=user, model=self._meta.model)

    @classmethod
    def code(cls):
        """What an ImportJob calls the kind of its records."""
        return cls._meta.model._meta.label_lower

    # --- columns ----------------------------------------------------------------------------------------------------

    def _is_hidden(self, column):
        return any(is_hidden(self._meta.model, path, self.user) for path in column.reads)

    def _relation(self, column):
        fields = [owner._meta.get_field(name) for owner, name in fields_on(self._meta.model, column.attribute)]
        return "__".join(model_field.name for model_field in fields if model_field.is_relation)

    @property
    def import_columns(self):
        return {name: column for name, column in self.fields.items() if not column.readonly}

    @property
    def key_columns(self):
        return [self.fields[name] for name in self._meta.import_id_fields]

    @property
    def row_column(self):
        return self._meta.import_id_fields[-1]

    @property
    def own_unit(self):
        """The unit that the server fills in where the file names none, or None for who must name it."""
        return self.fields[self.unit_column].widget.own_unit if self.unit_column else None

    def required_columns(self):
        """The names of the columns that every file must have."""
        required = {name for name, column in self.import_columns.items() if column.required}
        names = required | set(self._meta.import_id_fields)
        return names - {self.unit_column} if self.own_unit else names

    def key_of(self, row):
        """The business key in *row*, or None when a part of it cannot be read."""
        try:
            return tuple(column.clean(row) for column in self.key_columns)
        except ValueError:
            return None

    # --- rows -------------------------------------------------------------------------------------------------------

    def get_queryset(self):
        return self.with_relations(rows_visible_to(self._meta.model, self.user))

    def with_relations(self, queryset):
        """*queryset* with what the columns show of related records, so that no row asks for them."""
        relations = sorted(filter(None, map(self._relation, self.fields.values())))
        return queryset.select_related(*relations) if relations else queryset

    def _permission(self, verb):
        return permission_name(self._meta.model, verb)

    def reached(self, verb, pks):
        """Those of *pks* that the user may *verb*."""
        if not pks:
            return set()
        return set(rows_visible_to(self._meta.model, self.user, verb).filter(pk__in=pks).values_list("pk", flat=True))

    # --- import: reading --------------------------------------------------------------------------------------------

    def read(self, content, *, sheet=""):
        """Read the rows of an uploaded workbook: for each row its cells by the names of the columns.

        Raises SpreadsheetError, its text for the user, for what is no such table, has too many rows or none.
        """
        titles = {str(column.title): name for name, column in self.import_columns.items()}
        required = self.required_columns()
        table = read_table(
            content,
            header=[title for title, name in titles.items() if name in required],
            optional=[title for title, name in titles.items() if name not in required],
            sheet=sheet or None,
            max_rows=IMPORT_LIMIT,
        )
        if not table.rows:
            raise SpreadsheetError(_("The file has no rows below its header."))
        names = [titles[title] for title in table.columns]
        return [dict(zip(names, cells, strict=True)) for cells in table.rows]

    # --- import: saving ---------------------------------------------------------------------------------------------

    def import_rows(self, rows, *, commit):
        """Import *rows* (of :meth:`read`) as a whole and return the Outcome.

        Without *commit*, or with errors, everything is rolled back. With it every saved row has a row of history. The
        caller has made sure that the user may import this model.
        """
        self.rows, self.first_seen, self.refused = rows, {}, []
        self.names = [name for name in self.import_columns if name in rows[0] or self._fills_in(name)]
        dataset = tablib.Dataset(headers=self.names)
        for row in rows:
            dataset.append([row[name].value if name in row else None for name in self.names])
        result = self.import_data(dataset, dry_run=not commit, rollback_on_validation_errors=True)
        return self._outcome(result)

    def _fills_in(self, name):
        return name == self.unit_column and self.own_unit is not None

    def import_instance(self, instance, row, **kwargs):
        """Read every cell of *row*, and say at once what is wrong with any of them."""
        self.old = {name: self.fields[name].get_value(instance) for name in self.names} if instance.pk else {}
        errors = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if refusal := self.refusal(instance, row, kwargs["row_number"]):
            errors.setdefault(self.fields[self.row_column].attribute, []).append(ValidationError(refusal))
        if errors:
            raise ValidationError(errors)

    def refusal(self, instance, row, number):
        """Why row *number* of the file may not be saved as *instance*, in words for the user, or None."""
        key = self.key_of(row)
        if key is not None and (first := self.first_seen.setdefault(key, number)) != number:
            cell = self.rows[first - 1][self.row_column].address
            return _("The same record already stands at %(cell)s. Keep one of the two rows.") % {"cell": cell}
        if instance.pk is None and not reach_of(self.user, self._permission("add")):
            return _("You may not add new records.")
        if instance.pk is not None and instance.pk not in self.changeable:
            return _("You may not change this record.")
        return None

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not import_validation_errors and instance.pk is not None and not self._changed(instance)

    def _changed(self, instance):
        """The names of the columns in which *instance* differs from what it was."""
        return [name for name in self.names if not self.old or self.fields[name].get_value(instance) != self.old[name]]

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """As a form does: fields, the record as a whole, uniqueness, constraints. Relations were checked as cells."""
        errors = dict(import_validation_errors or {})
        relations = {model_field.name for model_field in instance._meta.fields if model_field.is_relation}
        checks = [
            lambda: instance.clean_fields(exclude={*errors, *relations}),
            lambda: errors or instance.clean(),
            lambda: self._neutral(instance.validate_unique, exclude=set(errors)),
            *(self._check_of(constraint, instance, errors) for constraint in instance._meta.constraints),
        ]
        for check in checks:
            try:
                check()
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _check_of(self, constraint, instance, errors):
        def check():
            constraint.validate(self._meta.model, instance, exclude=set(errors))

        return (lambda: self._neutral(check)) if isinstance(constraint, models.UniqueConstraint) else check

    def _neutral(self, check, **kwargs):
        """Run *check*. Whose record is in the way is told only to who sees all of them."""
        try:
            check(**kwargs)
        except ValidationError as error:
            if reach_of(self.user, self._permission("view")).everything:
                raise
            named = set(error.update_error_dict({})) - {NON_FIELD_ERRORS} or {self.fields[self.row_column].attribute}
            raise ValidationError(dict.fromkeys(named, TAKEN)) from None

    def after_save_instance(self, instance, row, **kwargs):
        changes = {}
        for name in self._changed(instance):
            column = self.fields[name]
            old, new = column.widget.text(self.old[name]) if self.old else None, column.text(instance)
            if old or new:
                changes[column.attribute] = [old, new]
        record(actor=self.user, action="import", obj=instance, changes=changes)

    def after_import(self, dataset, result, **kwargs):
        """Look once more, at what was saved. Upstream's resetting of sequences here could set one back under load.

        ``refused`` collects what is wrong then: the number of the row, the attribute of the column or None, the words.
        """
        for kind, verb in ((RowResult.IMPORT_TYPE_NEW, "add"), (RowResult.IMPORT_TYPE_UPDATE, "change")):
            saved = {row.instance.pk: number for number, row in enumerate(result.rows, 1) if row.import_type == kind}
            outside = saved.keys() - self.reached(verb, saved)
            self.refused += [(saved[pk], None, _("You may not import this row.")) for pk in outside]
        if self.refused:
            raise Refused

    # --- import: what came of it ------------------------------------------------------------------------------------

    def _outcome(self, result):
        errors = self._errors(result)
        shown = [] if errors else result.rows[:PREVIEW_ROWS]
        columns = [self.fields[name] for name in self.names]
        return Outcome(
            columns=self.names,
            new=result.totals[RowResult.IMPORT_TYPE_NEW],
            changed=result.totals[RowResult.IMPORT_TYPE_UPDATE],
            unchanged=result.totals[RowResult.IMPORT_TYPE_SKIP],
            preview=[[row.import_type, *(column.text(row.instance) for column in columns)] for row in shown],
            errors=errors,
        )

    def _errors(self, result):
        """All that is wrong with the file, from its top to its bottom. What is a fault of ours is raised."""
        for error in result.base_errors:
            if not isinstance(error.error, Refused):
                raise error.error
        found = list(self.refused)
        for invalid in result.invalid_rows:
            found += [(invalid.number, name, text) for name, texts in invalid.error_dict.items() for text in texts]
        for number, row_errors in result.row_errors():
            for error in row_errors:
                if not isinstance(error.error, (IntegrityError, DataError)):
                    raise error.error
                found.append((number, None, _("This row clashes with a record that exists already.")))
        columns = {self.fields[name].attribute: place for place, name in enumerate(self.names)}
        found.sort(key=lambda item: (item[0], columns.get(item[1], -1)))
        return [self._cell_error(*item) for item in found]

    def _cell_error(self, number, attribute, message):
        name = next((name for name in self.names if self.fields[name].attribute == attribute), None)
        if name is None and attribute not in (None, NON_FIELD_ERRORS):
            label = self._meta.model._meta.get_field(attribute).verbose_name
            message = f"{capfirst(label)}: {message}"
        row = self.rows[number - 1]
        name = name if name in row else self.row_column
        return CellError(row[name].address, str(self.fields[name].title), shown(row[name].value), message)

    # --- export -----------------------------------------------------------------------------------------------------

    def export_rows(self, queryset):
        """The values of the cells of *queryset*, row by row, in the order of the columns."""
        columns = list(self.fields.values())
        for instance in self.with_relations(queryset).iterator(chunk_size=self.get_chunk_size()):
            yield [column.export(instance) for column in columns]


def shown(value):
    """The value of a cell as an error names it."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)[:SHOWN_LENGTH]
