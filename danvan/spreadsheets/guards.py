"""What is looked at in an uploaded workbook before any reader of workbooks sees it.

The reader allocates every cell between the first and the last one that is filled, and unpacks whatever it is given: a
few hundred bytes could end the worker process. So the archive is judged by its directory first, then every part is
unpacked within its declared size, and the cells of every sheet are counted.
"""

import re
from xml.parsers import expat
from zipfile import ZipInfo

from django.utils.translation import gettext

from danvan.spreadsheets.addresses import cell_address
from danvan.spreadsheets.archives import Flaw, Limits, UnsafeArchive, name_of, opened, unpacked
from danvan.spreadsheets.errors import SpreadsheetError, damaged, protected, too_big, unknown_kind

MAX_UPLOAD_BYTES = 10 * 2**20
MAX_UNPACKED_BYTES = 32 * 2**20
MAX_ENTRIES = 1000
MAX_CELLS = 1_000_000
"""Of one sheet, empty ones between filled ones included."""

_WORKBOOK = "xl/workbook.xml"
# The main parts of .xlsb and .ods: the reader would try them when it fails at the .xlsx in the same archive.
_OTHER_WORKBOOKS = {"xl/workbook.bin", "content.xml"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ADDRESS = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_LIMITS = Limits(entries=MAX_ENTRIES, unpacked=MAX_UNPACKED_BYTES)
_REFUSALS = {Flaw.DAMAGED: damaged, Flaw.TOO_BIG: too_big, Flaw.PROTECTED: protected}


def check_workbook(data: bytes) -> None:
    """Raise SpreadsheetError unless *data*, the bytes of a zip archive, is a workbook that is safe to be read."""
    try:
        with opened(data, _LIMITS) as archive:
            _check_kind(archive.infolist())
            for entry in archive.infolist():
                _check_part(unpacked(archive, entry))
    except UnsafeArchive as error:
        raise _REFUSALS[error.flaw]() from None
    except expat.ExpatError:
        raise damaged() from None


def _check_kind(entries: list[ZipInfo]) -> None:
    names = set(map(name_of, entries))
    if _WORKBOOK not in names or names & _OTHER_WORKBOOKS:
        raise unknown_kind()


def _check_part(content: bytes) -> None:
    # A part is judged by what is in it: any name may be given as that of a sheet.
    if content.startswith(_UTF_16) or b"<!DOCTYPE" in content:
        raise damaged()
    if b"sheetData" in content:
        _CellCounter().read(content)


class _CellCounter:
    """Follows the cells of a sheet and refuses one that is filled too far out."""

    def __init__(self):
        self._row = self._cell_row = self._column = 0
        self._rows = self._columns = 0

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._enter_cell(attributes.get("r"))
        elif kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif kind in ("v", "is", "f"):
            self._count()

    def _enter_cell(self, address: str | None) -> None:
        """Positions may be left out, and then follow the last one."""
        self._cell_row = self._row
        if address is None:
            self._column += 1
        elif match := _ADDRESS.fullmatch(address):
            self._column = _column_number(match[1])
            self._cell_row = int(match[2])
        else:
            raise ValueError(address)

    def _count(self) -> None:
        self._rows = max(self._rows, self._cell_row)
        self._columns = max(self._columns, self._column)
        if self._rows * self._columns > MAX_CELLS:
            raise SpreadsheetError(
                gettext("There is something far outside the table. Delete the rows and columns after the table."),
                cell=cell_address(self._cell_row - 1, self._column - 1),
            )


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
