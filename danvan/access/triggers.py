"""The ties of :mod:`danvan.access.ties` once more, as triggers of PostgreSQL: whatever writes, SQL by hand included.

Operations for migrations. They do nothing on SQLite. What they say is frozen in the migration; a test compares the
migrations with what the models declare.
"""

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.models.constants import LOOKUP_SEP

FUNCTION = "danvan_same_unit"

# The argument is a query over the new row ($1) that says whether the units differ. The triggers' own conditions let it
# run for new and changed relations alone, so that an old row can be saved after what it leads to has moved.
CREATE_FUNCTION = f"""
CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    differ boolean;
BEGIN
    EXECUTE TG_ARGV[0] INTO differ USING NEW;
    IF differ THEN
        RAISE EXCEPTION 'a row of another unit' USING
            ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$
"""

CREATE_TRIGGERS = """
CREATE TRIGGER {name}_insert BEFORE INSERT ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION {function}({query});
CREATE TRIGGER {name}_update BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}) EXECUTE FUNCTION {function}({query});
"""

DROP_TRIGGERS = """
DROP TRIGGER {name}_insert ON {table};
DROP TRIGGER {name}_update ON {table};
"""


class OnPostgres(Operation):
    """SQL that leaves the models alone and runs on PostgreSQL only."""

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(self.forwards_sql(schema_editor, app_label, to_state), params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(self.backwards_sql(schema_editor, app_label, from_state), params=None)


class SameUnitFunction(OnPostgres):
    """The function that the triggers of :class:`SameUnit` share. Comes before the first of them."""

    def forwards_sql(self, schema_editor, app_label, state):
        return CREATE_FUNCTION

    def backwards_sql(self, schema_editor, app_label, state):
        return f"DROP FUNCTION {FUNCTION}()"

    def describe(self):
        return "Create the function that keeps rows within a unit"


class SameUnit(OnPostgres):
    """Refuse a new row of *model_name*, or a changed *relation*, that leads to a row of another unit.

    *owner* is the lookup to the unit of the row itself (None: it is the Ban's own), *target* that of the rows that the
    relation leads to.
    """

    def __init__(self, model_name, relation, *, owner, target):
        self.model_name = model_name
        self.relation = relation
        self.owner = owner
        self.target = target

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.relation], {"owner": self.owner, "target": self.target}

    def describe(self):
        return f"Keep {self.relation} of {self.model_name} within the unit"

    @property
    def name(self):
        return f"same_unit_{self.relation}"

    def forwards_sql(self, schema_editor, app_label, state):
        model = state.apps.get_model(app_label, self.model_name)
        own = unit_sql(model, self.owner, schema_editor) if self.owner else "NULL"
        other = unit_sql(model, f"{self.relation}{LOOKUP_SEP}{self.target}", schema_editor)
        query = schema_editor.quote_value(f"SELECT {other} IS DISTINCT FROM {own}")
        return self._filled(CREATE_TRIGGERS, model, schema_editor, query=query, function=FUNCTION)

    def backwards_sql(self, schema_editor, app_label, state):
        return self._filled(DROP_TRIGGERS, state.apps.get_model(app_label, self.model_name), schema_editor)

    def _filled(self, sql, model, schema_editor, **values):
        column = model._meta.get_field(self.relation).column
        quote = schema_editor.quote_name
        return sql.format(name=self.name, table=quote(model._meta.db_table), column=quote(column), **values)


def unit_sql(model, path, schema_editor):
    """An expression for the unit at the end of *path*, from a new row of *model* ($1)."""
    quote = schema_editor.quote_name
    value = None
    for name in path.split(LOOKUP_SEP):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        column, table = quote(field.column), quote(model._meta.db_table)
        if value is None:
            value = f"($1).{column}"
        else:
            value = f"(SELECT {column} FROM {table} WHERE {quote(model._meta.pk.column)} = {value})"
        model = field.related_model
    return value
