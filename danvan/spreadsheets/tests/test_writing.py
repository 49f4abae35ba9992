import getpass
import re
import socket
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
import tablib
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from danvan.spreadsheets.reading import read_table
from danvan.spreadsheets.writing import Column, sheet_title, write_table
from danvan.text.normalise import clean_text

INJECTIONS = [
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "=cmd|' /C calc'!A0",
    "{=SUM(A1:A2)}",
    "+84905123456",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "  =1+1",
    "'=1+1",
    "%0A=1+1",
    "http://evil.example/",
    "mailto:a@b.vn",
    "internal:Sheet1!A1",
    "＋84",
    "－2",
    "＠SUM(1)",
    "\u00a0=1+1",
    "\u3000＝1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\x07\x1b=1+1",
    "<b>x</b> & {{x}}",
    "012",
    "1e5",
]


def sheet(data: bytes) -> Worksheet:
    return load_workbook(BytesIO(data)).active


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_becomes_a_formula_a_number_or_a_link(text):
    data = write_table([text, "B"], [[text, text]], title=text, sheet_name=text)
    shown = text.replace("\r", "\n").translate(dict.fromkeys([0, 7, 27]))
    cells = [cell for row in sheet(data).iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells] == [shown, shown, "B", shown, shown]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)] * 5
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not any(b"<f>" in archive.read(name) or b"<f " in archive.read(name) for name in archive.namelist())


def formulas(data: bytes) -> tuple[int, int]:
    """How many cells of the workbook are formulas, of how many that hold something."""
    cells = [cell for row in sheet(data).iter_rows() for cell in row if cell.value is not None]
    return sum(cell.data_type == "f" for cell in cells), len(cells)


def test_of_the_same_cells_tablib_makes_formulas_and_we_none():
    peer = tablib.Dataset(*[[text.translate(dict.fromkeys([0, 7, 27]))] for text in INJECTIONS], headers=["A"])
    assert formulas(peer.export("xlsx")) == (5, len(INJECTIONS) + 1)
    assert formulas(write_table(["A"], [[text] for text in INJECTIONS])) == (0, len(INJECTIONS) + 1)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84905123456", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "\x00=1+1", "＝1+1", "＋84", "－2", "＠SUM(1)"]
    + ["  =1+1", "\u00a0=1+1", "\u200b\ufeff=1+1", "'=1+1", "\tx", "\n x"],
)
def test_what_looks_like_a_formula_stays_text_when_the_cell_is_edited(text):
    worksheet = sheet(write_table([text], [[text]], title=text))
    cells = [worksheet[address] for address in ("A1", "A3", "A4")]
    assert [(cell.quotePrefix, cell.number_format) for cell in cells] == [(True, "@")] * 3


@pytest.mark.parametrize(
    "text", ["012", "Xã Ea Kar", "3-4", "a=b", "a@b.vn", "(+84)", "{=SUM(A1)}", "%0A=1+1", " x", "“=”"]
)
def test_other_text_has_no_apostrophe_in_the_formula_bar(text):
    cell = sheet(write_table(["A"], [[text]]))["A2"]
    assert (cell.value, cell.quotePrefix, cell.number_format) == (text, False, "@")


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_properties_name_neither_a_person_nor_a_machine():
    properties = "".join(text for name, text in parts(write_table(["A"], [["x"]])).items() if "docProps" in name)
    assert "<dc:creator></dc:creator>" in properties and "<cp:lastModifiedBy></cp:lastModifiedBy>" in properties
    assert "<Application>Microsoft Excel</Application>" in properties and "<Company></Company>" in properties
    words = re.findall(r"\w+", re.sub(r"<[^>]*>", " ", properties))
    assert not {socket.gethostname(), getpass.getuser()} & set(words)


@pytest.mark.parametrize("name", ["=1+1", "'=A1'x", "Tờ & 'một'", "@SUM(1)", "A1", "R1C1", "<x>"])
def test_defined_names_and_ranges_stay_inside_the_sheet(name):
    data = write_table(["A"], [["x"]], title="T", sheet_name=name)
    worksheet, quoted = sheet(data), sheet_title(name).replace("'", "''")
    assert (worksheet.title, worksheet.auto_filter.ref) == (sheet_title(name), "A3:A4")
    names = re.findall(r"<definedName[^>]*>([^<]*)</definedName>", parts(data)["xl/workbook.xml"])
    plain = [found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("'", "") for found in names]
    assert plain == [f"{quoted}!$A$3:$A$4".replace("'", ""), f"{quoted}!$3:$3".replace("'", "")]


@pytest.mark.parametrize(
    ("footer", "left"),
    [
        ("Xuất bởi A & B", "Xuất bởi A && B"),
        ("&F&D\n=1+1", "&&F&&D =1+1"),
        ("x" * 300, "x" * 246),
        ("&" * 300, "&" * 246),
        ("&" + "x" * 300, "&&" + "x" * 244),
    ],
)
def test_a_footer_is_printed_below_every_page_and_stands_in_the_properties(footer, left):
    data = write_table(["A"], [["x"]], footer=footer)
    found = re.search(r"<oddFooter>(.*)</oddFooter>", parts(data)["xl/worksheets/sheet1.xml"])[1]
    assert found.replace("&amp;", "&") == f"&L{left}&R&P/&N"
    assert load_workbook(BytesIO(data)).properties.description == footer


@pytest.mark.parametrize(
    ("value", "shown", "kind", "number_format"),
    [
        (17, 17, "n", "General"),
        (0, 0, "n", "General"),
        (-2.5, -2.5, "n", "General"),
        (Decimal("1234.50"), 1234.5, "n", "General"),
        (True, True, "b", "General"),
        (date(2026, 11, 2), datetime(2026, 11, 2), "d", "dd/mm/yyyy"),
        (date(1900, 3, 1), datetime(1900, 3, 1), "d", "dd/mm/yyyy"),
        (date(1900, 2, 28), "28/02/1900", "s", "@"),
        (date(1890, 5, 19), "19/05/1890", "s", "@"),
        (datetime(2026, 11, 2, 8, 30), datetime(2026, 11, 2, 8, 30), "d", "dd/mm/yyyy hh:mm"),
        (datetime(2026, 11, 1, 18, 0, tzinfo=UTC), datetime(2026, 11, 2, 1, 0), "d", "dd/mm/yyyy hh:mm"),
        (10**15 - 1, 10**15 - 1, "n", "General"),
        (10**15, "1000000000000000", "s", "@"),
        ("012345678901", "012345678901", "s", "@"),
        (gettext_lazy("an untranslated text"), "an untranslated text", "s", "@"),
        ("a\x00b\x0bc\ud800d\uffffe", "abcde", "s", "@"),
        ("một\r\nhai", "một\nhai", "s", "@"),
        (None, None, "n", "General"),
        ("x" * 32_767, "x" * 32_767, "s", "@"),
        ("x" * 32_768, "x" * 32_766 + "…", "s", "@"),
    ],
)
def test_cells_are_typed(value, shown, kind, number_format):
    cell = sheet(write_table(["A", "B"], [[value, "end"]]))["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (shown, kind, number_format)


def test_number_format_of_a_column():
    worksheet = sheet(write_table(["Năm", Column("Tiền thưởng", "#,##0")], [[2026, 1_170_000]]))
    assert [worksheet["A2"].number_format, worksheet["B2"].number_format] == ["General", "#,##0"]


def test_layout_of_the_sheet():
    worksheet = sheet(
        write_table(["Mã", "Tên"], [["01", "Một"], ["02", "x" * 200]], title="DANH SÁCH", sheet_name="Tờ 1")
    )
    assert worksheet.title == "Tờ 1"
    assert [cell.value for cell in worksheet["A"]] == ["DANH SÁCH", None, "Mã", "01", "02"]
    assert {worksheet[address].font.name for address in ("A1", "A3", "A4", "B5")} == {"Times New Roman"}
    assert [worksheet[address].font.bold for address in ("A1", "A3", "A4")] == [True, True, False]
    assert worksheet.freeze_panes == "A4"
    assert worksheet.auto_filter.ref == "A3:B5"
    assert worksheet.print_title_rows == "$3:$3"
    widths = [worksheet.column_dimensions[letter].width for letter in "AB"]
    assert [8 <= widths[0] < 10, 50 <= widths[1] < 52] == [True, True]


def test_without_title_and_rows():
    worksheet = sheet(write_table(["Mã"], []))
    assert [cell.value for cell in worksheet["A"]] == ["Mã"]
    assert (worksheet.freeze_panes, worksheet.auto_filter.ref) == ("A2", "A1")


def test_rows_may_be_a_generator():
    assert sheet(write_table(["A", "B"], ((n, n * 2) for n in range(100))))["B101"].value == 198


@pytest.mark.parametrize("row", [["1"], ["1", "2", "3"]])
def test_row_of_the_wrong_length(row):
    with pytest.raises(ValueError, match="argument"):
        write_table(["A", "B"], [row])


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Danh sách", "Danh sách"),
        ("Báo cáo 6/2026 [Xã: A?*]", "Báo cáo 6 2026 Xã A"),
        ("'Tờ'", "Tờ"),
        ("x" * 40, "x" * 31),
        ("Ban Tuyên giáo và Dân vận Tỉnh ủy", "Ban Tuyên giáo và Dân vận Tỉnh"),
        ("History", "History_"),
        ("///", "_"),
        ("a\x00b\n c", "ab c"),
    ],
)
def test_sheet_title(name, title):
    assert sheet_title(name) == title
    assert sheet(write_table(["A"], [], sheet_name=name)).title == title


CLEAN_TEXT = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)


@given(
    st.lists(
        st.tuples(CLEAN_TEXT, st.integers(-(10**15) + 1, 10**15 - 1), st.dates(min_value=date(1900, 3, 1))), max_size=5
    )
)
def test_what_is_written_is_read_back(rows):
    table = read_table(write_table(["Chữ", "Số", "Ngày"], rows, title="Bảng"), header=["Chữ", "Số", "Ngày"])
    assert [[cell.value for cell in row] for row in table.rows] == [
        [clean_text(row[0]) or None, *row[1:]] for row in rows
    ]


ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@given(st.lists(st.text() | st.sampled_from(INJECTIONS) | st.from_regex(r"[=+\-@＝]?_x[0-9A-F]{4}_.*"), min_size=1))
def test_every_text_is_read_back_as_it_was(texts):
    data = write_table(["A", "B"], [[text, "end"] for text in texts])
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    assert rows == [[ILLEGAL.sub("", re.sub("\r\n?", "\n", text)), "end"] for text in texts]
    assert not re.search("<f[ >]", parts(data)["xl/worksheets/sheet1.xml"])
