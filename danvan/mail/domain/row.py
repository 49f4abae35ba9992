"""Writing one row of the queue as it is known to be, with a statement made here."""

from functools import lru_cache

from django.db import connection

from danvan.mail.models import OutgoingMail


def rewrite(where: dict, values: dict) -> bool:
    """Set *values* (by field name) on the mail for which *where* still holds, and return whether it did.

    The drain does this twice per mail. The ORM takes longer to word such a statement than SQLite to carry it out, and
    without it the drain would reach half of the pace of a bare loop. Neither recipient nor address may be among
    *values*: another column is computed from them.
    """
    statement, fields = _statement(tuple(values), tuple(where))
    parameters = [*values.values(), *where.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [field.get_db_prep_save(value, connection) for field, value in zip(fields, parameters, strict=True)],
        )
        return bool(cursor.rowcount)


@lru_cache
def _statement(values, where):
    meta, quoted = OutgoingMail._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in values + where]
    assignments = [f"{quoted(field.column)} = %s" for field in fields]
    sets, conditions = assignments[: len(values)], assignments[len(values) :]
    return f"UPDATE {quoted(meta.db_table)} SET {', '.join(sets)} WHERE {' AND '.join(conditions)}", fields
