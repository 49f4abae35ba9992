"""Reading a table out of an uploaded workbook or CSV file."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from danvan.spreadsheets.addresses import cell_address, column_letter
from danvan.spreadsheets.errors import SpreadsheetError, damaged, protected, too_big, unknown_kind
from danvan.spreadsheets.guards import MAX_UPLOAD_BYTES, check_workbook
from danvan.text.folding import fold
from danvan.text.normalise import clean_text
from danvan.text.numbers import format_int

MAX_ROWS = 10_000
MAX_TITLE_ROWS = 15

Value = str | int | float | bool | date | datetime | time | timedelta | None

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# The comma last: it is in the text of a file of one column, where every delimiter finds the header.
_DELIMITERS = "\t;,"
_NOT_A_LETTER = re.compile(r"[\W_]+")
_IN_BRACKETS = re.compile(r"\([^)]*\)")


class Cell(NamedTuple):
    """A value with its address in the file, such as "C17"."""

    address: str
    value: Value


class Table(NamedTuple):
    """What was found: *columns* are the caller's own titles, and every row has a cell for each of them."""

    sheet: str
    columns: tuple[str, ...]
    rows: list[list[Cell]]


class _Grid(NamedTuple):
    """The raw rows of a sheet from its first row on; *left* is the index of their first column."""

    sheet: str
    left: int
    rows: Iterator[Sequence[object]]


class _Header(NamedTuple):
    """The row that looks like the header, and for each of its cells the wanted title it stands for, or None."""

    row: int = 0
    titles: Sequence[str | None] = ()

    @property
    def found(self) -> set[str]:
        return {title for title in self.titles if title}


def read_table(
    source: bytes | Path | str,
    *,
    header: Sequence[str],
    optional: Sequence[str] = (),
    sheet: str | None = None,
    max_rows: int = MAX_ROWS,
) -> Table:
    """Read the table whose header row has the titles *header*, and those of *optional* that are there.

    *source* is the content or the path of an .xlsx or CSV file (UTF-8 or UTF-16; tab, semicolon or comma). The header
    is looked for below up to 15 title rows, in the visible sheets from the first on or in the one named *sheet*. Titles
    match in any order, whatever their accents, case, spaces, punctuation and remarks in brackets; other columns are
    left out.

    Values: text as ``clean_text`` leaves it, with its leading zeros; whole numbers as int; dates as date, or datetime
    with a time of day; blank as None, and also what Excel shows as an error. A row without any value is left out.

    Raises SpreadsheetError, before anything is unpacked that would be too big.
    """
    wanted = {_title_key(title): title for title in (*header, *optional)}
    best = _Header()
    for grid in _grids(_content(source), sheet):
        top = list(islice(grid.rows, MAX_TITLE_ROWS + 1))
        candidate = _find_header(top, wanted)
        if candidate.found.issuperset(header):
            _refuse_doubles(candidate, grid.left)
            columns = {title: candidate.titles.index(title) for title in wanted.values() if title in candidate.found}
            body = enumerate(chain(top[candidate.row + 1 :], grid.rows), start=candidate.row + 1)
            return Table(grid.sheet, tuple(columns), _read_rows(body, columns.values(), grid.left, max_rows))
        best = max(best, candidate, key=lambda each: len(each.found))
    raise _incomplete(header, best.found)


def _content(source: bytes | Path | str) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        with Path(source).open("rb") as file:
            content = file.read(MAX_UPLOAD_BYTES + 1)
    if len(content) > MAX_UPLOAD_BYTES:
        raise too_big()
    return content


def _grids(content: bytes, sheet: str | None) -> Iterator[_Grid]:
    """Everything in *content* that may hold the table."""
    if content.startswith(_ZIP):
        check_workbook(content)
        return _workbook_grids(content, sheet)
    if content.startswith(_OLE):
        raise protected() if _ENCRYPTED_PACKAGE in content else unknown_kind()
    return _csv_grids(_decoded(content))


def _workbook_grids(content: bytes, name: str | None) -> Iterator[_Grid]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            for sheet_name in _sheet_names(workbook, name):
                sheet = workbook.get_sheet_by_name(sheet_name)
                left = sheet.start[1] if sheet.start else 0
                yield _Grid(sheet_name, left, iter(sheet.iter_rows()))
    except PasswordError:
        raise protected() from None
    except CalamineError:
        raise damaged() from None


def _sheet_names(workbook: CalamineWorkbook, name: str | None) -> list[str]:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if name is None:
        return [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if name not in [sheet.name for sheet in sheets]:
        raise SpreadsheetError(gettext("The workbook has no sheet named “%(name)s”.") % {"name": name})
    return [name]


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise unknown_kind() from None
        raise SpreadsheetError(
            gettext("The letters of this CSV file cannot be read. Save it as “CSV UTF-8” or as .xlsx.")
        ) from None
    # A page saved as .xls is HTML.
    if "\0" in text or text.lstrip().startswith("<"):
        raise unknown_kind()
    return text


def _csv_grids(text: str) -> Iterator[_Grid]:
    for delimiter in _DELIMITERS:
        yield _Grid("", 0, _csv_rows(text, delimiter))


def _csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise damaged() from None


def _find_header(top: list[Sequence[object]], wanted: Mapping[str, str]) -> _Header:
    """Return the first row of *top* with the most of the titles *wanted*, which are given by their keys."""
    rows = (_Header(row, [_wanted_title(value, wanted) for value in values]) for row, values in enumerate(top))
    return max(rows, key=lambda each: len(each.found), default=_Header())


def _wanted_title(value: object, wanted: Mapping[str, str]) -> str | None:
    if not isinstance(value, str):
        return None
    return wanted.get(_title_key(value)) or wanted.get(_title_key(_IN_BRACKETS.sub("", value)))


def _title_key(title: str) -> str:
    return _NOT_A_LETTER.sub("", fold(title))


def _refuse_doubles(header: _Header, left: int) -> None:
    for index, title in enumerate(header.titles):
        if title and title in header.titles[:index]:
            raise SpreadsheetError(
                gettext("The column “%(title)s” is there twice.") % {"title": title},
                cell=cell_address(header.row, index + left),
            )


def _incomplete(header: Sequence[str], found: set[str]) -> SpreadsheetError:
    missing = ", ".join(f"“{title}”" for title in header if title not in found)
    if found:
        return SpreadsheetError(gettext("These columns are missing: %(columns)s.") % {"columns": missing})
    return SpreadsheetError(
        gettext("No header row was found. One of the first %(count)s rows must name these columns: %(columns)s.")
        % {"count": MAX_TITLE_ROWS + 1, "columns": missing}
    )


def _read_rows(
    body: Iterable[tuple[int, Sequence[object]]], columns: Collection[int], left: int, max_rows: int
) -> list[list[Cell]]:
    letters = [(index, column_letter(index + left)) for index in columns]
    rows = []
    for number, values in body:
        row = [
            Cell(f"{letter}{number + 1}", _value(values[index]) if index < len(values) else None)
            for index, letter in letters
        ]
        if all(cell.value is None for cell in row):
            continue
        if len(rows) == max_rows:
            raise SpreadsheetError(
                gettext("The table has more than %(limit)s rows. Split it into several files.")
                % {"limit": format_int(max_rows)},
                cell=row[0].address,
            )
        rows.append(row)
    return rows


def _value(raw: object) -> Value:
    if isinstance(raw, str):
        return clean_text(raw) or None
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date()
    return raw
