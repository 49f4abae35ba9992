import stat
import tracemalloc
import zipfile

import pytest

from danvan.spreadsheets.errors import SpreadsheetError
from danvan.spreadsheets.guards import MAX_CELLS, MAX_ENTRIES, MAX_UNPACKED_BYTES, check_workbook
from danvan.spreadsheets.reading import read_table
from danvan.spreadsheets.tests.files import FILLER, lying, parts, with_parts, with_sheet, workbook, zipped

pytestmark = pytest.mark.usefixtures("english")

TOO_BIG = "file is too big"
DAMAGED = "file is damaged"
UNKNOWN = "Only Excel workbooks"
PROTECTED = "protected by a password"
FAR_OUT = "far outside the table"
SHEET = "xl/worksheets/sheet1.xml"


def encrypted(data: bytes) -> bytes:
    """Set the flag of encryption in the directory entry of every part."""
    entries = data.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([entries[0]] + [entry[:4] + b"\x01" + entry[5:] for entry in entries[1:]])


def symlink(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def refused(data: bytes, reason: str) -> SpreadsheetError:
    """Check that *data* is refused for *reason* by the reader too, and without unpacking it into memory."""
    tracemalloc.start()
    try:
        with pytest.raises(SpreadsheetError, match=reason) as caught:
            read_table(data, header=["Mã"])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(data) + 12 * 2**20
    return caught.value


def test_good_workbook_passes():
    check_workbook(workbook(["Mã", "Tên"], ["01", "Một"]))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(lambda: with_parts({"xl/media/a.bin": FILLER * 40}), TOO_BIG, id="40 MB in 40 kB"),
        pytest.param(
            lambda: with_parts({f"xl/media/{n}.bin": FILLER for n in range(MAX_UNPACKED_BYTES // 2**20)}),
            TOO_BIG,
            id="many parts",
        ),
        pytest.param(lambda: with_parts({f"{n}.xml": b"" for n in range(MAX_ENTRIES)}), TOO_BIG, id="many entries"),
        pytest.param(lambda: zipped({f"{n}": b"" for n in range(100_000)}), TOO_BIG, id="100 000 entries"),
        pytest.param(lambda: lying(with_parts({SHEET: FILLER * 8}), SHEET, 100), DAMAGED, id="says it is smaller"),
        pytest.param(lambda: lying(with_parts({}), SHEET, 2**20), DAMAGED, id="says it is bigger"),
        pytest.param(lambda: lying(with_parts({}), SHEET, 2**31), TOO_BIG, id="says it is huge"),
        pytest.param(lambda: zipped({"inner.xlsx": workbook(["Mã"])}), UNKNOWN, id="archive in an archive"),
        pytest.param(lambda: with_parts({"../evil.xml": b""}), DAMAGED, id="path upwards"),
        pytest.param(lambda: with_parts({"/etc/evil": b""}), DAMAGED, id="absolute path"),
        pytest.param(lambda: with_parts({"xl\\..\\..\\evil": b""}), DAMAGED, id="windows path upwards"),
        pytest.param(lambda: with_parts({symlink("xl/link"): b"/etc/passwd"}), DAMAGED, id="symbolic link"),
        pytest.param(lambda: encrypted(with_parts({})), PROTECTED, id="encrypted parts"),
        pytest.param(lambda: with_parts({"xl/workbook.bin": b""}), UNKNOWN, id="two kinds in one"),
        pytest.param(lambda: with_parts({"Content.xml": b""}), UNKNOWN, id="two kinds in one, ods"),
        pytest.param(lambda: with_parts({})[:-200], DAMAGED, id="cut off"),
        pytest.param(lambda: b"PK\x03\x04" + b"\0" * 100, DAMAGED, id="not an archive"),
    ],
)
def test_archives_that_are_refused(data, reason):
    refused(data(), reason)


@pytest.mark.parametrize(
    ("prolog", "value"),
    [
        ('<!DOCTYPE w [<!ENTITY a "5">]>', "&a;"),
        ('<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
        ('<!DOCTYPE w SYSTEM "http://127.0.0.1/w.dtd">', "5"),
        ("", "&a;"),
    ],
)
def test_declared_entities_are_refused(prolog, value):
    refused(with_sheet(f'<row r="1"><c r="A1"><v>{value}</v></c></row>', prolog), DAMAGED)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "docProps/core.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_no_part_may_declare_a_document_type(part, encoding):
    refused(with_parts({part: '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode(encoding)}), DAMAGED)


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>', "A1048576"),
        (f'<row r="{MAX_CELLS + 1}"><c r="A{MAX_CELLS + 1}" t="inlineStr"><is><t>x</t></is></c></row>', "A1000001"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row><row r="99"><c r="a99"><f>1</f></c></row>', "A99"),
        ('<x:row xmlns:x="u" r="9999999"><x:c><x:v>1</x:v></x:c></x:row>', "A9999999"),
        ("<row r='9'><c r='&#65;&#49;048576'><v>1</v></c></row>", "A1048576"),
    ],
)
def test_values_far_out_are_refused_at_their_cell(rows, cell):
    assert refused(with_sheet(rows), FAR_OUT).cell == cell


def test_a_sheet_is_found_under_any_name():
    content = parts(with_sheet('<row r="1048576"><c r="B1048576"><v>1</v></c></row>'))
    content["xl/media/photo.png"] = content.pop(SHEET)
    relations = "xl/_rels/workbook.xml.rels"
    content[relations] = content[relations].replace(b"worksheets/sheet1.xml", b"media/photo.png")
    refused(zipped(content), FAR_OUT)


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="{MAX_CELLS}"><c r="A{MAX_CELLS}"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>',
    ],
    ids=["last cell that is taken", "far out but empty"],
)
def test_what_is_not_too_far_passes(rows):
    check_workbook(with_sheet(rows))


@pytest.mark.parametrize("address", ["", "A", "1", "A1B", "AAAA1", "A-1", "A99999999", "$A$1"])
def test_addresses_that_are_none_are_refused(address):
    refused(with_sheet(f'<row r="1"><c r="{address}"><v>1</v></c></row>'), DAMAGED)
