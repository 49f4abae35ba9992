"""Files made for the tests."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

FILLER = b"0" * 2**20


def workbook(*rows: Sequence[object], sheet: str = "Sheet1") -> bytes:
    """An .xlsx file of one sheet, as openpyxl writes it."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str | zipfile.ZipInfo, bytes]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def with_parts(changes: Mapping[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A good workbook with some parts added or put in the place of others."""
    return zipped({**parts(workbook(["Mã", "Tên"], ["01", "Một"])), **changes})


def with_sheet(rows: str, prolog: str = "") -> bytes:
    """A workbook whose only sheet has the XML *rows*."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{namespace}"><sheetData>{rows}</sheetData></worksheet>'
    return with_parts({"xl/worksheets/sheet1.xml": xml.encode()})


def lying(data: bytes, name: str, size: int) -> bytes:
    """The archive *data*, whose directory says that *name* unpacks to *size* bytes."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        true_size = archive.getinfo(name).file_size
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    field = slice(directory + 24, directory + 28)
    assert int.from_bytes(data[field], "little") == true_size
    return data[: field.start] + size.to_bytes(4, "little") + data[field.stop :]
