import stat
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from danvan.documents.examining import DOCX, XLSX
from danvan.documents.examining import office as guard
from danvan.documents.examining.office import LIMITS, check_office
from danvan.documents.tests import samples
from danvan.documents.tests.samples import (
    COMPOUND,
    PROGRAM,
    TYPES_LIST,
    docx,
    parts_of,
    png,
    replaced,
    saved,
    with_parts,
    with_relation,
    with_type,
    xlsx,
    zipped,
)
from danvan.spreadsheets.tests.files import lying
from danvan.spreadsheets.writing import write_table

MAIN = "application/vnd.openxmlformats-officedocument"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
EXTERNAL = 'TargetMode="External"'
CHART_TABLE = "word/embeddings/Microsoft_Excel_Sheet1.xlsx"
DTD = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
BILLION = b"<!DOCTYPE a [" + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))


def with_picture():
    document = Document()
    document.add_picture(BytesIO(png()))
    document.add_table(3, 3)
    return saved(document)


def with_chart():
    book = Workbook()
    book.active.append([1, 2])
    chart = BarChart()
    chart.add_data(Reference(book.active, 1, 1))
    book.active.add_chart(chart, "D2")
    return saved(book)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (docx(), DOCX),
        (xlsx(), XLSX),
        (with_picture(), DOCX),
        (with_chart(), XLSX),
        (write_table(["Mã"], [["=1+1"]]), XLSX),
        (with_parts(docx(), {CHART_TABLE: xlsx()}), DOCX),
        (with_relation(docx(), "hyperlink", "https://example.vn", EXTERNAL), DOCX),
        (with_relation(docx(), "attachedTemplate", "file:///C:\\Office\\Normal.dotm", EXTERNAL), DOCX),
        (with_parts(docx(), {"word/notes.xml": "\ufeff<?xml version='1.0'?><a/>".encode()}), DOCX),
        (zipped({}), None),
        (zipped({"word/document.xml": b"<a/>"}), None),
        (replaced(docx(), TYPES_LIST, b"document.main+xml", b"template.main+xml"), None),
        (with_type(docx(), f"{MAIN}.spreadsheetml.sheet.main+xml"), None),
    ],
    ids=[
        "Word", "Excel", "pictures", "chart", "xlsxwriter", "table of a chart", "hyperlink", "local template", "BOM",
        "empty archive", "no list of types", "template", "two in one",
    ],
)  # fmt: skip
def test_the_kind_is_told_by_the_list_of_types(content, kind):
    assert check_office(content) == kind


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


MACROS, OBJECTS, DAMAGED, TOO_BIG = "macro", "đối tượng nhúng", "Tệp bị hỏng", "giải nén vượt quá"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (with_parts(docx(), {"word/vbaProject.bin": COMPOUND}), MACROS),
        (with_parts(docx(), {"Word/VBAPROJECT.BIN": b"x"}), MACROS),
        (with_parts(docx(), {"customXml/item9.xml": COMPOUND}), OBJECTS),
        (with_type(docx(), "application/vnd.ms-office.vbaProject"), MACROS),
        (with_type(docx(), "application/vnd.ms-office.vba&#80;roject"), MACROS),
        (with_relation(docx(), "2006/relationships/vbaProject", "x.bin"), MACROS),
        (replaced(docx(), TYPES_LIST, f"{MAIN}.wordprocessingml.document.main+xml".encode(), MACRO.encode()), MACROS),
        (with_parts(xlsx(), {"xl/macrosheets/sheet1.xml": b"<a/>"}), MACROS),
        (with_type(xlsx(), "application/vnd.ms-excel.intlmacrosheet+xml"), MACROS),
        (with_relation(xlsx(), "xlMacrosheet", "sheet9.xml"), MACROS),
        (with_type(docx(), "application/vnd.ms-office.activeX+xml"), OBJECTS),
        (with_relation(docx(), "relationships/control", "activeX1.xml"), OBJECTS),
        (with_relation(docx(), "relationships/oleObject", "embeddings/a.bin"), OBJECTS),
        (with_relation(docx(), "relationships/oleObject", "\\\\host\\a.doc", EXTERNAL), OBJECTS),
        (with_relation(docx(), "relationships/attachedTemplate", "https://example.vn/a.dotm", EXTERNAL), OBJECTS),
        (with_relation(docx(), "relationships/attachedTemplate", "\\\\host\\a.dotm", EXTERNAL), OBJECTS),
        (with_relation(docx(), "relationships/frame", "http://example.vn/", EXTERNAL), OBJECTS),
        (with_parts(docx(), {"word/media/image1.png": PROGRAM}), OBJECTS),
        (with_parts(docx(), {CHART_TABLE: with_parts(xlsx(), {"xl/vbaProject.bin": COMPOUND})}), MACROS),
        (with_parts(docx(), {CHART_TABLE: with_parts(xlsx(), {"xl/inner.xlsx": xlsx()})}), OBJECTS),
        (with_parts(docx(), {"word/inner.zip": zipped({"a.exe": PROGRAM})}), OBJECTS),
        (with_parts(docx(), {"word/inner.zip": zipped({"a.txt": b"x"})}), OBJECTS),
        (with_parts(docx(), {"word/document.xml": DTD}), DAMAGED),
        (with_parts(docx(), {"word/document.xml": DTD.decode().encode("utf-16")}), DAMAGED),
        (with_parts(docx(), {"word/document.xml": DTD.decode().encode("utf-16-le")}), DAMAGED),
        (with_parts(docx(), {"word/document.xml": BILLION + b"]><a>&e8;</a>"}), DAMAGED),
        (with_parts(docx(), {"word/a.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), DAMAGED),
        (with_parts(docx(), {"word/media/image1.png": DTD}), DAMAGED),
        (with_parts(docx(), {"word/a.xml": b"<!--" + b" " * guard.BEGINNING + b"-->" + DTD[21:]}), DAMAGED),
        (with_parts(docx(), {TYPES_LIST: DTD}), DAMAGED),
        (with_parts(xlsx(), {"xl/sharedStrings.xml": DTD}), DAMAGED),
        (with_parts(docx(), {"../a.xml": b"<a/>"}), DAMAGED),
        (with_parts(docx(), {link("word/a.xml"): b"/etc/passwd"}), DAMAGED),
        (zipped([*parts_of(docx()).items(), ("word/document.xml", b"<a/>")]), DAMAGED),
        (docx() + b"<html>", DAMAGED),
        (docx()[:-10], DAMAGED),
        (lying(docx(), TYPES_LIST, 100), DAMAGED),
        (with_parts(docx(), {f"word/{n}.txt": b"" for n in range(1000)}), TOO_BIG),
        (with_parts(docx(), {"word/a.bin": bytes(11 * 2**20)}), TOO_BIG),
        (with_parts(docx(), {TYPES_LIST: b" " * (guard.LARGEST_LIST + 1)}), TOO_BIG),
    ],
)  # fmt: skip
def test_what_is_refused(content, words):
    with pytest.raises(ValidationError, match=words):
        check_office(content)


def nested(floors):
    content = xlsx()
    for _floor in range(floors):
        content = with_parts(xlsx(), {"xl/inner.xlsx": content})
    return content


def many_inside():
    inner = with_parts(xlsx(), {"xl/a.txt": bytes(8 * 2**20)})
    return with_parts(docx(), {f"word/{n}.xlsx": inner for n in range(100)})


ATTACKS = {
    "100 kB that unpack to 100 MB": lambda: with_parts(docx(), {"word/a.xml": bytes(LIMITS.unpacked)}),
    "the same, said to be small": lambda: lying(
        with_parts(docx(), {"word/a.xml": bytes(LIMITS.unpacked)}), "word/a.xml", 2**20
    ),
    "many archives inside": many_inside,
    "twenty floors": lambda: nested(20),
    "100 000 parts": lambda: zipped({str(n): b"" for n in range(100_000)}),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bomb_is_refused_without_being_unpacked(attack):
    """By structure: what is held at once stays a fraction of what it would unpack to."""
    bomb = ATTACKS[attack]()
    tracemalloc.start()
    try:
        with pytest.raises(ValidationError):
            check_office(bomb)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(bomb) + 16 * 2**20


def test_a_protected_archive_says_so():
    data = docx()
    entries = data.split(b"PK\x01\x02")
    flagged = b"PK\x01\x02".join([entries[0]] + [entry[:4] + b"\x01" + entry[5:] for entry in entries[1:]])
    with pytest.raises(ValidationError, match="mật khẩu"):
        check_office(flagged)


def test_the_samples_are_what_they_say():
    assert Document(BytesIO(with_parts(docx(), {"word/x.txt": b""}))).paragraphs[0].text.startswith("Báo cáo")
    assert samples.parts_of(with_type(docx(), MACRO))[TYPES_LIST].endswith(b"</Types>")
