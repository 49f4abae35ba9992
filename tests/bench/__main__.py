"""``python -m tests.bench [--postgres] [name …]``: every figure, or those named, in one line or a few.

    bench NAME peer=RATIO goal<=G floor=RATIO ok|short | …

``peer`` is our time in that of the stock way, ``floor`` in that of the bare work. The database is a temporary one: a
file of SQLite; with ``--postgres`` a server from a wheel; with TEST_DATABASE_URL or DATABASE_URL in the environment a
database of its own on that server.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.db import connection
from django.utils.module_loading import import_string

from danvan.embedded.postgres import postgres

# A figure needs Django's apps: its function is named here and found when they are there. It is given the name of the
# figure and yields its lines.
FIGURES = {
    "nominations-list": "tests.bench.nominations.nominations_list",
    "subtree": "tests.bench.subtree.subtree",
    "board": "tests.bench.board.board_of_a_year",
    "mail-drain": "tests.bench.mail.mail_drain",
    "guards-cost": "tests.bench.guards.guards_cost",
    "oracle-timing": "tests.bench.oracles.oracle_timing",
    "planner": "tests.bench.planner.planner",
}


@contextmanager
def empty_database() -> Iterator[None]:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(None, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(FIGURES))
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.names) - set(FIGURES):
        parser.error(f"unknown figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    with ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="danvan-bench-"))
        Path(folder, "static").mkdir()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "VAR_DIR": folder,
            "TEST_DATABASE_URL": stack.enter_context(postgres()) if options.postgres else url,
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        for name in options.names or FIGURES:
            with empty_database():
                for line in import_string(FIGURES[name])(name):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
