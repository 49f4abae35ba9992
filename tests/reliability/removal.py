"""Guard removal: the drill in a database of its own for each guard, without it."""

import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.reliability.drill import drill
from tests.reliability.guards import GUARDS
from tests.reliability.house import Finding, House


def removed_one_at_a_time(house: House) -> Finding:
    """Without each guard the drill has to find something wrong, and with all of them nothing."""
    empty = Path(connection.settings_dict["NAME"])
    connection.close()  # its log of writes goes into the file
    control = drill(moved_into_copy(house, empty, "control"))
    problems = [f"with every guard: {words}" for words in control.problems]
    found = {}
    for name, (take_out, environment) in GUARDS.items():
        found[name] = drill(moved_into_copy(house, empty, name), take_out=take_out, **environment).problems
        problems += [] if found[name] else [f"nobody noticed that the {name} was missing"]
    caught = sum(map(bool, found.values()))
    words = "; ".join(f"{name}: {problems[0]}" for name, problems in found.items() if problems)
    return Finding(f"removed={len(found)} caught={caught} | {words}", problems)


def moved_into_copy(house: House, empty: Path, name: str) -> House:
    """Copy the file of the *empty* database, let this process use the copy, and return the house on it."""
    connection.close()
    path = house.folder / f"without-{name}.sqlite3"
    shutil.copy(empty, path)
    connection.settings_dict["NAME"] = str(path)
    return replace(house, database=f"sqlite:///{quote(str(path))}")
