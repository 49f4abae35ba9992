"""The ties of :mod:`danvan.access.ties` once more, as triggers of PostgreSQL: whatever writes, SQL by hand included.

An operation for migrations. It does nothing on SQLite. What it says is frozen in the migration; a test compares the
migrations with what the models declare.
"""

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.models.constants import LOOKUP_SEP

# The triggers' own conditions let the function run for new and changed relations alone, so that an old row can be saved
# after what it leads to has moved. One function each and not one with arguments: SQL put together at run time would be
# planned anew for every row, which makes an insert of many rows half as slow again.
CREATE = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {target} IS DISTINCT FROM {owner} THEN
        RAISE EXCEPTION 'a row of another unit' USING
            ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER {name}_insert BEFORE INSERT ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION {function}();
CREATE TRIGGER {name}_update BEFORE UPDATE OF {column} ON {table} FOR EACH ROW
    WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}) EXECUTE FUNCTION {function}();
"""

DROP = """
DROP TRIGGER {name}_insert ON {table};
DROP TRIGGER {name}_update ON {table};
DROP FUNCTION {function}();
"""


class SameUnit(Operation):
    """Refuse a new row of *model_name*, or a changed *relation*, that leads to a row of another unit.

    *owner* is the lookup to the unit of the row itself (None: it is the Ban's own), *target* that of the rows that the
    relation leads to.
    """

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, model_name, relation, *, owner, target):
        self.model_name = model_name
        self.relation = relation
        self.owner = owner
        self.target = target

    def deconstruct(self):
        return type(self).__name__, [self.model_name, self.relation], {"owner": self.owner, "target": self.target}

    def describe(self):
        return f"Keep {self.relation} of {self.model_name} within the unit"

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(CREATE, to_state.apps.get_model(app_label, self.model_name), schema_editor)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(DROP, from_state.apps.get_model(app_label, self.model_name), schema_editor)

    def _run(self, sql, model, schema_editor):
        if schema_editor.connection.vendor != "postgresql":
            return
        quote = schema_editor.quote_name
        words = {
            "name": f"same_unit_{self.relation}",
            "function": quote(f"same_unit_{model._meta.db_table}_{self.relation}"),
            "table": quote(model._meta.db_table),
            "column": quote(model._meta.get_field(self.relation).column),
            "owner": unit_sql(model, self.owner, quote) if self.owner else "NULL",
            "target": unit_sql(model, f"{self.relation}{LOOKUP_SEP}{self.target}", quote),
        }
        schema_editor.execute(sql.format(**words), params=None)


def unit_sql(model, path, quote):
    """An expression for the unit at the end of *path*, from a new row of *model*."""
    value = None
    for name in path.split(LOOKUP_SEP):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        column, table = quote(field.column), quote(model._meta.db_table)
        if value is None:
            value = f"NEW.{column}"
        else:
            value = f"(SELECT {column} FROM {table} WHERE {quote(model._meta.pk.column)} = {value})"
        model = field.related_model
    return value
