"""What ``docs/access.md`` says: the policy that people wrote, read by machine and compared with nothing of the code."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"

COLUMNS = ("lead", "unit viewer", "another unit", "unpublished") + (
    "council member",
    "auditor",
    "clerk",
    "officer",
    "leader",
    "administrator",
)
"""The columns of the first table after the kind of record. The first four belong to units."""

MISSING, REFUSED, LOGIN = "missing", "refused", "login"


@dataclass(frozen=True)
class Access:
    """What one cell allows: ``verbs`` of pages and ``deeds`` of the record's life, or why nothing."""

    verbs: frozenset[str] = frozenset()
    deeds: frozenset[str] = frozenset()
    instead: str = ""

    def may(self, verb):
        return verb in self.verbs

    @property
    def reads(self):
        return self.may("view")


@dataclass(frozen=True)
class Masked:
    """A field that some readers must not learn anything about, *until* a condition in words, or "ever"."""

    label: str
    field: str
    readers: frozenset[str]
    until: str


def tables():
    """The rows of each table of the document, without their headers, as lists of cells."""
    found, rows = [], []
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            found.append(rows[2:])
            rows = []
    return found + ([rows[2:]] if rows else [])


@cache
def kinds():
    """The first table: label → column → Access. Raises ValueError for an empty cell."""
    policy = {}
    for label, *cells in tables()[0]:
        if len(cells) != len(COLUMNS) or not all(cells):
            raise ValueError(f"docs/access.md: every cell of {label} must be written")
        policy[label] = dict(zip(COLUMNS, map(access, cells), strict=True))
    return policy


def access(cell):
    if cell in (MISSING, REFUSED, "–"):
        return Access(instead=MISSING if cell == "–" else cell)
    verbs, _semicolon, deeds = cell.partition(";")
    return Access(frozenset(verbs.split()), frozenset(deeds.split()))


@cache
def masked():
    """The second table."""
    return [Masked(label, field, frozenset(readers.split(", ")), until) for label, field, readers, until in tables()[1]]


def masked_from(column, label):
    """The names of the fields of the kind that readers of *column* must not learn, whatever the state."""
    readers = {column, "everybody", "units" if column in ("lead", "unit viewer") else column}
    return {row.field for row in masked() if row.label == label and row.readers & readers}


def pages():
    """The third table: the names of the pages."""
    return [row[0] for row in tables()[2]]
