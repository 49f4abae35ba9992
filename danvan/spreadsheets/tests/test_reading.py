import unicodedata
from datetime import date, datetime, time
from random import Random

import pytest
from openpyxl import Workbook

from danvan.spreadsheets.errors import SpreadsheetError
from danvan.spreadsheets.guards import MAX_UPLOAD_BYTES
from danvan.spreadsheets.reading import MAX_TITLE_ROWS, Cell, Table, read_table
from danvan.spreadsheets.tests.files import parts, saved, with_sheet, workbook, zipped

pytestmark = pytest.mark.usefixtures("english")

HEADER = ["Mã", "Họ và tên"]


def values(table: Table) -> list[list[object]]:
    return [[cell.value for cell in row] for row in table.rows]


def test_table_under_title_rows_in_another_order():
    data = workbook(
        ["TỈNH ỦY ĐẮK LẮK"],
        ["BAN TUYÊN GIÁO VÀ DÂN VẬN"],
        [],
        [None, "DANH SÁCH"],
        ["STT", "HỌ VÀ TÊN", "Ghi chú", "MÃ"],
        [1, "Nguyễn Thị  An ", "x", "007"],
        [2, None, "y", None],
        [],
        [3, "Y Biêr Niê", "z", 12],
        [],
    )
    assert read_table(data, header=HEADER) == Table(
        "Sheet1",
        ("Mã", "Họ và tên"),
        [
            [Cell("D6", "007"), Cell("B6", "Nguyễn Thị An")],
            [Cell("D9", 12), Cell("B9", "Y Biêr Niê")],
        ],
    )


@pytest.mark.parametrize(
    "title",
    [
        "Họ và tên",
        "HỌ VÀ TÊN",
        "họ và tên",
        "Ho va ten",
        "HO VA TEN",
        "HoVaTen",
        "ho_va_ten",
        "Họ  và   tên",
        " Họ và tên ",
        "Họ và\ntên",
        "Họ và\u00a0tên",
        "Họ và tên:",
        "Họ và tên *",
        "(*) Họ và tên",
        "Họ và tên (viết hoa)",
        "Họ và tên (ghi đủ)\n(*)",
        "Họ, và tên",
        "“Họ và tên”",
        "Họ và tên\u200b",
        "Ho\u0323 va\u0300 te\u0302n",
        unicodedata.normalize("NFD", "HỌ VÀ TÊN"),
    ],
)
def test_ways_of_writing_a_title(title):
    table = read_table(workbook([title, "Mã"], ["An", "01"]), header=HEADER)
    assert values(table) == [["01", "An"]]


@pytest.mark.parametrize("title", ["Họ tên", "Họ và tên cha", "Tên", "Họ và tên 2", "", "(Họ và tên)x"])
def test_other_titles_are_other_columns(title):
    with pytest.raises(SpreadsheetError, match="missing: “Họ và tên”"):
        read_table(workbook([title, "Mã"], ["An", "01"]), header=HEADER)


def test_brackets_tell_two_columns_apart():
    data = workbook(["Điểm (tự chấm)", "Điểm (thẩm định)", "Mã"], [8, 9, "01"])
    table = read_table(data, header=["Mã", "Điểm (thẩm định)", "Điểm (tự chấm)"])
    assert values(table) == [["01", 9, 8]]


def test_optional_columns_only_when_they_are_there():
    data = workbook(["Mã", "Ngày sinh"], ["01", date(1984, 5, 5)])
    table = read_table(data, header=["Mã"], optional=["Chức vụ", "Ngày sinh"])
    assert table.columns == ("Mã", "Ngày sinh")
    assert values(table) == [["01", date(1984, 5, 5)]]


def test_values_keep_their_type():
    given = [
        "x",
        "007",
        7,
        7.0,
        7.25,
        date(2026, 11, 2),
        datetime(2026, 11, 2, 8, 30),
        time(8, 30),
        True,
        None,
        "  ",
        "a\r\n b",
    ]
    titles = [f"C{index}" for index in range(len(given))]
    expected = [
        "x",
        "007",
        7,
        7,
        7.25,
        date(2026, 11, 2),
        datetime(2026, 11, 2, 8, 30),
        time(8, 30),
        True,
        None,
        None,
        "a\nb",
    ]
    [row] = values(read_table(workbook(titles, given), header=titles))
    assert row == expected
    assert [type(value) for value in row] == [type(value) for value in expected]


def test_text_arrives_composed_and_without_invisible_characters():
    data = workbook(HEADER, ["01", unicodedata.normalize("NFD", "\u200bĐặng\u00a0Ổn\ufeff")])
    assert values(read_table(data, header=HEADER)) == [["01", "Đặng Ổn"]]


def test_errors_of_excel_and_formulas_without_a_value_are_blank():
    data = with_sheet(
        '<row r="2"><c r="B2" t="inlineStr"><is><t>Mã</t></is></c><c r="C2" t="inlineStr"><is><t>Số</t></is></c></row>'
        '<row r="3"><c r="B3" t="str"><v>01</v></c><c r="C3" t="e"><v>#N/A</v></c></row>'
        '<row r="4"><c r="B4" t="str"><v>02</v></c><c r="C4"><f>1+1</f></c></row>'
        '<row r="5"><c r="B5" t="str"><v>03</v></c><c r="C5"><f>1+1</f><v>2</v></c></row>'
    )
    table = read_table(data, header=["Mã", "Số"])
    assert table.rows[0] == [Cell("B3", "01"), Cell("C3", None)]
    assert values(table) == [["01", None], ["02", None], ["03", 2]]


def test_merged_cells_hold_their_value_in_the_first():
    book = Workbook()
    book.active.append(["DANH SÁCH"])
    book.active.merge_cells("A1:D1")
    book.active.append(HEADER)
    book.active.append(["01", "An"])
    book.active.append([None, "Bình"])
    book.active.merge_cells("A3:A4")
    assert values(read_table(saved(book), header=HEADER)) == [["01", "An"], [None, "Bình"]]


@pytest.mark.parametrize("title_rows", [0, 1, MAX_TITLE_ROWS])
def test_header_is_found_below_title_rows(title_rows):
    data = workbook(*[["Tiêu đề"]] * title_rows, HEADER, ["01", "An"])
    assert read_table(data, header=HEADER).rows[0][0].address == f"A{title_rows + 2}"


def test_header_too_far_down():
    with pytest.raises(SpreadsheetError, match="No header row was found.*16 rows.*“Mã”, “Họ và tên”"):
        read_table(workbook(*[["Tiêu đề"]] * (MAX_TITLE_ROWS + 1), HEADER), header=HEADER)


def test_missing_columns_are_named_for_the_row_that_looks_most_like_the_header():
    data = workbook(["Mã"], ["Mã", "Họ và tên", "Số"])
    with pytest.raises(SpreadsheetError) as caught:
        read_table(data, header=["Mã", "Chức vụ", "Họ và tên", "Năm sinh"])
    assert str(caught.value) == "These columns are missing: “Chức vụ”, “Năm sinh”."


def test_a_column_that_is_there_twice():
    with pytest.raises(SpreadsheetError) as caught:
        read_table(workbook([], [None, "Mã", "Họ và tên", "MA"]), header=HEADER)
    assert str(caught.value) == "Cell D2: The column “Mã” is there twice."
    assert caught.value.cell == "D2"


def several_sheets() -> bytes:
    book = Workbook()
    book.active.title = "Hướng dẫn"
    book.active.append(["Điền vào tờ sau", "Mã"])
    for name, state, code in [("Ẩn", "hidden", "01"), ("Danh sách", "visible", "02"), ("Cũ", "visible", "03")]:
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(HEADER)
        sheet.append([code, "An"])
    return saved(book)


@pytest.mark.parametrize(("name", "found", "code"), [(None, "Danh sách", "02"), ("Cũ", "Cũ", "03"), ("Ẩn", "Ẩn", "01")])
def test_choice_of_the_sheet(name, found, code):
    table = read_table(several_sheets(), header=HEADER, sheet=name)
    assert (table.sheet, table.rows[0][0].value) == (found, code)


def test_no_such_sheet():
    with pytest.raises(SpreadsheetError, match="no sheet named “Mới”"):
        read_table(several_sheets(), header=HEADER, sheet="Mới")


def test_row_limit():
    data = workbook(HEADER, ["01", "An"], [], ["02", "Bình"], [])
    assert len(read_table(data, header=HEADER, max_rows=2).rows) == 2
    with pytest.raises(SpreadsheetError) as caught:
        read_table(data, header=HEADER, max_rows=1)
    assert str(caught.value) == "Cell A4: The table has more than 1 rows. Split it into several files."


def test_header_alone_is_an_empty_table():
    assert read_table(workbook(HEADER), header=HEADER).rows == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "No header row"),
        (b"hello", "No header row"),
        (workbook(), "No header row"),
        (b"<html><table><tr><td>M\xc3\xa3</td></tr></table></html>", "Only Excel workbooks"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\0", "Only Excel workbooks"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Only Excel workbooks"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}), "Only Excel"),
        (zipped({"xl/workbook.bin": b""}), "Only Excel workbooks"),
        (zipped({"word/document.xml": b"<a/>"}), "Only Excel workbooks"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "file is damaged"),
        (b"a" * (MAX_UPLOAD_BYTES + 1), "file is too big"),
    ],
    ids=["empty", "text", "empty workbook", "html", "pdf", "xls", "encrypted", "ods", "xlsb", "docx", "hollow", "big"],
)
def test_files_that_are_no_table(data, reason):
    with pytest.raises(SpreadsheetError, match=reason):
        read_table(data, header=HEADER)


@pytest.mark.parametrize("as_text", [False, True])
def test_file_by_its_path(tmp_path, as_text):
    path = tmp_path / "danh sách.xlsx"
    path.write_bytes(workbook(HEADER, ["01", "An"]))
    assert values(read_table(str(path) if as_text else path, header=HEADER)) == [["01", "An"]]


def test_big_file_by_its_path(tmp_path):
    path = tmp_path / "big.csv"
    path.write_bytes(b"a" * (MAX_UPLOAD_BYTES + 1))
    with pytest.raises(SpreadsheetError, match="file is too big"):
        read_table(path, header=HEADER)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(encoding, delimiter):
    lines = [["Danh sách"], ["Họ và tên", "Số", "Mã"], ['"An ""Ba"", Bình; C"', "1.451", "007"], [], ["Lan"]]
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    data = (mark + "\r\n".join(delimiter.join(line) for line in lines)).encode(encoding)
    assert read_table(data, header=HEADER) == Table(
        "",
        ("Mã", "Họ và tên"),
        [[Cell("C3", "007"), Cell("A3", 'An "Ba", Bình; C')], [Cell("C5", None), Cell("A5", "Lan")]],
    )


def test_csv_of_one_column_keeps_commas_in_its_text():
    assert values(read_table("Tên\nXã A, huyện B\n".encode(), header=["Tên"])) == [["Xã A, huyện B"]]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Mã;Họ và tên\n01;Nguyễn".encode("cp1258", "replace"), "letters of this CSV file cannot be read"),
        ("Mã;Họ và tên\n01;A\0n".encode(), "Only Excel workbooks"),
        (b'M\xc3\xa3,"' + b"x" * 200_000, "file is damaged"),
    ],
    ids=["old encoding", "zero byte", "endless field"],
)
def test_csv_that_cannot_be_read(data, reason):
    with pytest.raises(SpreadsheetError, match=reason):
        read_table(data, header=HEADER)


@pytest.mark.parametrize("seed", range(150))
def test_spoilt_parts_end_in_a_table_or_in_our_error(seed):
    random = Random(seed)
    content = parts(workbook(HEADER, *[[f"{number:02d}", number] for number in range(5)]))
    name = random.choice(sorted(content))
    spoilt = bytearray(content[name])
    for _ in range(random.randint(1, 4)):
        spoilt[random.randrange(len(spoilt))] = random.choice(b'019<>"&/ZA=\0\xff')
    try:
        table = read_table(zipped({**content, name: bytes(spoilt)}), header=HEADER)
    except SpreadsheetError as error:
        assert error.message
    else:
        assert table.columns == ("Mã", "Họ và tên")
