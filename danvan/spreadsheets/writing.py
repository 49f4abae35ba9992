"""Writing a table as an .xlsx workbook: typed cells, and no formula whatever a text begins with."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import pgettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from danvan.text.normalise import clean_line

MAX_ROWS = 1_000_000

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 12, "valign": "top"},
}
_MAX_TEXT = 32_767
_MAX_EXACT_NUMBER = 10**15
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # Earlier days fall on or before the 29/02/1900 that Excel believes in.
_MIN_WIDTH, _MAX_WIDTH = 8, 50
_PAPER_A4 = 9
# What a spreadsheet may take for the beginning of a formula once somebody edits the cell: also full-width, and after
# white space or signs that are not seen. An apostrophe would be swallowed, and lay bare what follows it.
_LIKE_A_FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠'\t\n]")
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ILLEGAL_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_MAX_SHEET_NAME = 31
_MAX_FOOTER = 255


class Column(NamedTuple):
    """A column of a workbook; *number_format* is Excel's, for example "#,##0" for money, whose dots Excel then adds."""

    title: str
    number_format: str = "General"


def write_table(
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[object]],
    *,
    title: str | None = None,
    sheet_name: str | None = None,
    footer: str = "",
) -> bytes:
    """Return an .xlsx workbook of one sheet; *rows* may be a generator, each with one value for every column.

    Dates and numbers become real dates and numbers, everything else text as it is, so "=1+1" and "+84…" stay what they
    are and "012" keeps its zero; where a text looks like a formula, its cell also stays text when somebody edits it.
    None leaves the cell empty. Characters that a workbook cannot hold are left out, and a text of more than 32 767
    characters is cut. *footer* is printed below every page and stands in the properties of the document, which name
    neither a person nor a machine by themselves. Raises ValueError for a row of the wrong length or more than MAX_ROWS.
    """
    columns = [column if isinstance(column, Column) else Column(column) for column in columns]
    output = BytesIO()
    with Workbook(output, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(sheet_title(sheet_name or pgettext("name of a sheet", "List")))
        if footer:
            workbook.set_properties({"comments": _text(footer)})
            sheet.set_footer(_footer(footer))
        header_row = 2 if title else 0
        if title:
            _TextFormat(workbook, {"bold": True, "font_size": 14, "text_wrap": False}).write(sheet, 0, 0, title)
        _write_header(workbook, sheet, header_row, columns)
        last_row, widths = _write_rows(workbook, sheet, header_row, columns, rows)
        sheet.autofilter(header_row, 0, last_row, len(columns) - 1)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, min(max(width + 3, _MIN_WIDTH), _MAX_WIDTH))
    return output.getvalue()


def sheet_title(name: str) -> str:
    """Return *name* as Excel takes it for a sheet: up to 31 characters, none of ``[]:*?/\\``, no quote at an end."""
    cleaned = clean_line(_ILLEGAL_IN_SHEET_NAME.sub(" ", name))[:_MAX_SHEET_NAME].strip("' ")
    return f"{cleaned}_" if cleaned.lower() in ("", "history") else cleaned


def _write_header(workbook: Workbook, sheet: Worksheet, row: int, columns: Sequence[Column]) -> None:
    bold = _TextFormat(workbook, {"bold": True, "valign": "vcenter", "bg_color": "#DDEBF7", "border": 1})
    for index, column in enumerate(columns):
        bold.write(sheet, row, index, column.title)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)


class _TextFormat:
    """The format of a cell of text: typed over in Excel, a cell of format "@" takes the new value as text too.

    With the quote prefix it takes even what it holds as text, whatever its format becomes: Excel then shows an
    apostrophe in the formula bar and none in the cell.
    """

    def __init__(self, workbook: Workbook, properties: dict):
        properties = {"num_format": "@", "text_wrap": True, **properties}
        self.plain = workbook.add_format(properties)
        self.quoted = workbook.add_format({**properties, "quote_prefix": True})

    def write(self, sheet: Worksheet, row: int, column: int, text: str) -> int:
        """Write *text* and return how many characters its longest line has."""
        text = _text(text)
        sheet.write_string(row, column, text, self.quoted if _LIKE_A_FORMULA.match(text) else self.plain)
        return max(map(len, text.split("\n")))


class _Formats(NamedTuple):
    text: _TextFormat
    day: Format
    instant: Format


def _write_rows(
    workbook: Workbook, sheet: Worksheet, header_row: int, columns: Sequence[Column], rows: Iterable[Sequence[object]]
) -> tuple[int, list[int]]:
    """Return the last row written, and for each column the length of its longest value."""
    formats = _Formats(
        text=_TextFormat(workbook, {}),
        day=workbook.add_format({"num_format": "dd/mm/yyyy"}),
        instant=workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
    )
    numbers = [workbook.add_format({"num_format": column.number_format}) for column in columns]
    widths = [len(column.title) for column in columns]
    row = header_row
    for row, values in enumerate(rows, start=header_row + 1):
        if row > MAX_ROWS:
            raise ValueError(f"more than {MAX_ROWS} rows")
        for index, (value, number) in enumerate(zip(values, numbers, strict=True)):
            widths[index] = max(widths[index], _write_cell(sheet, row, index, value, number, formats))
    return row, widths


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, number: Format, formats: _Formats) -> int:
    """Return how many characters are seen."""
    match value:
        case None:
            return 0
        case bool():
            sheet.write_boolean(row, column, value, number)
            return 5
        case datetime():
            sheet.write_datetime(row, column, _local(value), formats.instant)
            return 16
        case date() if value >= _FIRST_EXCEL_DAY:
            sheet.write_datetime(row, column, value, formats.day)
            return 10
        case date():
            value = value.strftime("%d/%m/%Y")
        case int() | float() | Decimal() if abs(value) < _MAX_EXACT_NUMBER:
            sheet.write_number(row, column, value, number)
            return len(str(value))
    return formats.text.write(sheet, row, column, str(value))


def _local(instant: datetime) -> datetime:
    return timezone.localtime(instant).replace(tzinfo=None) if instant.tzinfo else instant


def _footer(text: str) -> str:
    """*text* on the left, the number of the page on the right. In Excel's footers & begins a code."""
    pages = "&R&P/&N"
    kept = clean_line(_text(text))
    while len(escaped := "&L" + kept.replace("&", "&&")) + len(pages) > _MAX_FOOTER:
        kept = kept[:-1]
    return escaped + pages


def _text(text: str) -> str:
    text = _ILLEGAL_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"
