"""Writing one row of the queue as it is known to be, with a statement made here."""

from django.db import connection

from danvan.mail.models import OutgoingMail


def rewrite(where: dict, values: dict) -> bool:
    """Set *values* (by field name) on the mail for which *where* still holds, and return whether it did.

    The drain does this twice per mail. The ORM takes longer to word such a statement than SQLite to carry it out, and
    without it the drain would reach half of the pace of a bare loop. Neither recipient nor address may be among
    *values*: another column is computed from them.
    """
    sets, set_parameters = _assignments(values)
    conditions, where_parameters = _assignments(where)
    table = connection.ops.quote_name(OutgoingMail._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {', '.join(sets)} WHERE {' AND '.join(conditions)}", set_parameters + where_parameters
        )
        return bool(cursor.rowcount)


def _assignments(values):
    fields = [(OutgoingMail._meta.get_field(name), value) for name, value in values.items()]
    words = [f"{connection.ops.quote_name(field.column)} = %s" for field, _value in fields]
    return words, [field.get_db_prep_save(value, connection) for field, value in fields]
