"""The database itself refuses rows tied to another unit. On PostgreSQL; on SQLite the migrations do nothing."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from danvan.access import ties
from danvan.access.tests.test_ties import foreign_targets, own_target, tied_row
from danvan.access.tests.tied_rows import IDS, TIES
from danvan.access.triggers import SameUnit
from tests.factories import make_unit

on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="triggers are for PostgreSQL")
every_tie = pytest.mark.parametrize(("model", "relation"), TIES, ids=IDS)


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def other(db):
    return make_unit()


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def column_of(model, relation):
    return model._meta.get_field(relation).column


def refused_by(relation, deed):
    """The trigger of *relation* for *deed* refuses what is written inside."""
    name = f"same_unit_{relation}_{deed}"
    return pytest.raises(IntegrityError, check=lambda error: error.__cause__.diag.constraint_name == name)


def copy_sql(model, relation):
    """SQL for a second row like one that exists, but for its key and *relation*."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    taken = ["%s" if column == column_of(model, relation) else column for column in columns]
    table = model._meta.db_table
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(taken)} FROM {table} WHERE id = %s"


# --- migrations -------------------------------------------------------------------------------------------------------


def operations():
    loader = MigrationLoader(None)
    for (app_label, _name), migration in loader.disk_migrations.items():
        for operation in migration.operations:
            yield app_label, operation


def test_the_migrations_say_what_the_models_declare():
    made = {
        (apps.get_model(app_label, operation.model_name), operation.relation, operation.owner, operation.target)
        for app_label, operation in operations()
        if isinstance(operation, SameUnit)
    }
    declared = {
        (model, name, ties.owner_path(model), ties.owner_path(model._meta.get_field(name).related_model))
        for model in apps.get_models()
        for name in getattr(model, "same_unit", ())
    }
    assert made == declared


def test_the_operations_leave_the_models_alone():
    for app_label, operation in operations():
        if isinstance(operation, SameUnit):
            state = ProjectState()
            operation.state_forwards(app_label, state)
            assert state == ProjectState()
            name, args, kwargs = operation.deconstruct()
            assert type(operation)(*args, **kwargs).deconstruct() == (name, args, kwargs)


@on_postgres
def test_the_triggers_can_be_taken_back(db):
    before = _in_database()
    names = {(model._meta.db_table, f"same_unit_{name}") for model, name in TIES}
    assert before == ({(table, f"{name}_{deed}") for table, name in names for deed in ("insert", "update")}, len(TIES))
    state = MigrationLoader(connection).project_state()
    made = [(app_label, operation) for app_label, operation in operations() if isinstance(operation, SameUnit)]
    with connection.schema_editor() as editor:
        for app_label, operation in made:
            operation.database_backwards(app_label, editor, state, state)
    assert _in_database() == (set(), 0)
    with connection.schema_editor() as editor:
        for app_label, operation in made:
            operation.database_forwards(app_label, editor, state, state)
    assert _in_database() == before


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there they do something")
def test_elsewhere_the_operations_do_nothing():
    state = MigrationLoader(None).project_state()
    told = []
    editor = SimpleNamespace(connection=connection, quote_name=str, execute=lambda sql, params: told.append(sql))
    for app_label, operation in operations():
        if isinstance(operation, SameUnit):
            operation.database_forwards(app_label, editor, state, state)
            operation.database_backwards(app_label, editor, state, state)
    assert told == []


def _in_database():
    """The tables and names of our triggers, and how many functions there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'same_unit_%%'", [])
        triggers = set(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'same_unit_%%'", [])
        return triggers, cursor.fetchone()[0]


# --- raw SQL ----------------------------------------------------------------------------------------------------------


@on_postgres
@every_tie
def test_an_update_is_refused(model, relation, unit, other):
    row = tied_row(model, relation, unit)
    sql = f"UPDATE {model._meta.db_table} SET {column_of(model, relation)} = %s WHERE id = %s"
    for foreign in foreign_targets(model, relation, other):
        with refused_by(relation, "update"), transaction.atomic():
            run(sql, foreign.pk, row.pk)
    if ties.owner_path(model):  # of a row of the Ban the foreign key says it, at the end of the transaction
        with refused_by(relation, "update"), transaction.atomic():
            run(sql, 987_654, row.pk)
    assert run(sql, own_target(model, relation, unit).pk, row.pk) == 1


@on_postgres
@every_tie
def test_an_insert_is_refused(model, relation, unit, other):
    row = tied_row(model, relation, unit)
    for foreign in foreign_targets(model, relation, other):
        with refused_by(relation, "insert"), transaction.atomic():
            run(copy_sql(model, relation), foreign.pk, row.pk)


@on_postgres
@every_tie
def test_what_django_writes_past_the_models_is_refused(model, relation, unit, other):
    """The base manager, which relations use, knows nothing of ties."""
    row = tied_row(model, relation, unit)
    foreign = next(foreign_targets(model, relation, other))
    with refused_by(relation, "update"), transaction.atomic():
        model._base_manager.filter(pk=row.pk).update(**{relation: foreign})


@on_postgres
@every_tie
def test_an_old_row_can_be_written_after_its_target_moved(model, relation, unit, other):
    row = tied_row(model, relation, unit)
    tied = getattr(row, relation)
    tied.unit = other
    tied.save()
    table, column = model._meta.db_table, column_of(model, relation)
    assert run(f"UPDATE {table} SET is_sample = true WHERE id = %s", row.pk) == 1
    assert run(f"UPDATE {table} SET {column} = %s, version = 7 WHERE id = %s", tied.pk, row.pk) == 1
    row.save()  # writes every column
    if model._meta.get_field(relation).null and relation not in ("person", "collective"):
        assert run(f"UPDATE {table} SET {column} = NULL WHERE id = %s", row.pk) == 1
        with refused_by(relation, "update"), transaction.atomic():
            run(f"UPDATE {table} SET {column} = %s WHERE id = %s", tied.pk, row.pk)
