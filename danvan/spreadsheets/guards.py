"""What is looked at in an uploaded workbook before any reader of workbooks sees it.

The reader allocates every cell between the first and the last one that is filled, and unpacks whatever it is given: a
few hundred bytes could end the worker process. So the archive is judged by its directory first, then every part is
unpacked within its declared size, and the cells of every sheet are counted.
"""

import re
import zipfile
import zlib
from copy import copy
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

from django.utils.translation import gettext

from danvan.spreadsheets.addresses import cell_address
from danvan.spreadsheets.errors import SpreadsheetError, damaged, protected, too_big, unknown_kind

MAX_UPLOAD_BYTES = 10 * 2**20
MAX_UNPACKED_BYTES = 32 * 2**20
MAX_ENTRIES = 1000
MAX_CELLS = 1_000_000
"""Of one sheet, empty ones between filled ones included."""

_WORKBOOK = "xl/workbook.xml"
# The main parts of .xlsb and .ods: the reader would try them when it fails at the .xlsx in the same archive.
_OTHER_WORKBOOKS = {"xl/workbook.bin", "content.xml"}
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_SYMLINK = 0o120000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_ADDRESS = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
)


def check_workbook(data: bytes) -> None:
    """Raise SpreadsheetError unless *data*, the bytes of a zip archive, is a workbook that is safe to be read."""
    # Opening an archive reads its whole directory, so its length is looked at first.
    if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise too_big()
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_directory(archive.infolist())
            for entry in archive.infolist():
                _check_part(_unpacked(archive, entry))
    except _UNREADABLE:
        raise damaged() from None


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if _WORKBOOK not in names or names & _OTHER_WORKBOOKS:
        raise unknown_kind()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise too_big()
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise protected()
    if any(map(_is_suspicious, entries)):
        raise damaged()


def _is_suspicious(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    return (
        path.is_absolute()
        or ".." in path.parts
        or entry.external_attr >> 16 & 0o170000 == _SYMLINK
        or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of *entry*, unless they are more than it declares: zipfile stops there, other readers do not."""
    honest = copy(entry)
    honest.file_size += 1
    with archive.open(honest) as stream:
        content = stream.read(honest.file_size)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile("the declared size is wrong")
    return content


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
