import unicodedata
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from danvan.documents.rendering.data import SigningLine
from danvan.documents.rendering.urging import LateDuty, UrgingData, render_urging_docx, render_urging_pdf
from danvan.documents.tests.rendering.samples import AWKWARD_NAMES, docx_text, pdf_pages, squeezed

REPORT = "Báo cáo công tác dân vận tháng 10/2026"
PARTY = UrgingData(
    style="party",
    superior="Tỉnh ủy Đắk Lắk",
    issuer="Ban Tuyên giáo và Dân vận",
    full_name="Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk",
    symbol="BTGDVTU",
    place="Đắk Lắk",
    number="45",
    issued_on=date(2026, 11, 2),
    as_of=date(2026, 11, 2),
    send_by=date(2026, 11, 10),
    rows=(
        LateDuty(unit="Đảng ủy xã Ea Kao", title=REPORT, due_on=date(2026, 10, 25)),
        LateDuty(unit="Đảng ủy phường Tân An", title=REPORT, due_on=date(2026, 10, 25)),
    ),
    recipients=("Như trên", "Lưu Văn phòng"),
    signing=(SigningLine(mark="KT", text="Trưởng Ban"), SigningLine(text="Phó Trưởng Ban")),
    signer_name="Nguyễn Văn Sơn",
)
STATE = replace(
    PARTY,
    style="state",
    superior="Tỉnh Đắk Lắk",
    issuer="Sở Nội vụ",
    full_name="Sở Nội vụ tỉnh Đắk Lắk",
    symbol="SNV-TĐKT",
)
BOTH = pytest.mark.parametrize("data", [PARTY, STATE], ids=["party", "state"])


def with_units(data, count):
    rows = tuple(replace(data.rows[0], unit=f"Đảng ủy xã số {number}") for number in range(1, count + 1))
    return replace(data, rows=rows)


def printed(data):
    """The words of both forms, which are the same, without spaces and page numbers."""
    first, *others = pdf_pages(render_urging_pdf(data, sample=False))
    pdf = "\n".join([first, *(page.removeprefix(str(number)) for number, page in enumerate(others, 2))])
    docx = squeezed(docx_text(render_urging_docx(data, sample=False)))
    assert squeezed(pdf) == docx
    return docx


@pytest.mark.parametrize(
    ("data", "lines", "other"),
    [
        (
            PARTY,
            (
                "TỈNH ỦY ĐẮK LẮK\nBAN TUYÊN GIÁO VÀ DÂN VẬN\n*\nĐẢNG CỘNG SẢN VIỆT NAM",
                f"Số 45-CV/BTGDVTU\nV/v đôn đốc gửi {REPORT}\nĐắk Lắk, ngày 02 tháng 11 năm 2026",
                "Kính gửi:\n- Đảng ủy xã Ea Kao;\n- Đảng ủy phường Tân An.",
                "phối hợp thực hiện.\nNơi nhận:\n- Như trên;\n- Lưu Văn phòng.",
                "K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\nNguyễn Văn Sơn",
            ),
            "CỘNG HÒA XÃ HỘI",
        ),
        (
            STATE,
            (
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
                f"Số: 45/SNV-TĐKT\nV/v đôn đốc gửi {REPORT}",
                "phối hợp thực hiện./.\nNơi nhận:",
                "KT. TRƯỞNG BAN",
            ),
            "ĐẢNG CỘNG SẢN",
        ),
    ],
    ids=["party", "state"],
)
def test_each_layout_has_the_forms_of_its_rules(data, lines, other):
    words = printed(data)

    for line in lines:
        assert squeezed(line) in words
    assert squeezed(other) not in words


def test_it_says_what_is_late_by_how_much_and_the_new_deadline():
    words = printed(PARTY)

    assert squeezed("đến ngày 02/11/2026, Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk chưa nhận được") in words
    assert squeezed(f"{REPORT} (hạn gửi ngày 25/10/2026) của các đơn vị sau:") in words
    assert squeezed("- Đảng ủy xã Ea Kao (quá hạn 08 ngày);\n- Đảng ủy phường Tân An (quá hạn 08 ngày).") in words
    assert squeezed("gửi trước ngày 10/11/2026.") in words


def test_different_duties_are_named_one_by_one():
    other = replace(PARTY.rows[1], title="Đăng ký mô hình năm 2027", due_on=date(2026, 11, 2))
    words = printed(replace(PARTY, rows=(PARTY.rows[0], other)))

    assert squeezed("V/v đôn đốc gửi báo cáo, hồ sơ") in words
    assert squeezed(f"- Đảng ủy xã Ea Kao: {REPORT}, hạn gửi ngày 25/10/2026 (quá hạn 08 ngày);") in words
    assert squeezed("Đăng ký mô hình năm 2027, hạn gửi ngày 02/11/2026 (chưa quá hạn).") in words


def test_a_single_unit_is_addressed_in_one_line():
    words = printed(with_units(STATE, 1))

    assert squeezed("Kính gửi: Đảng ủy xã số 1.") in words
    assert squeezed("của Đảng ủy xã số 1, quá hạn 08 ngày.\nĐể bảo đảm") in words
    assert "cácđơnvị" not in words


@BOTH
def test_a_number_and_a_day_not_yet_taken_are_gaps_to_write_in(data):
    words = docx_text(render_urging_docx(replace(data, number="", issued_on=None), sample=False))

    gap = "\u00a0" * 8
    assert (f"Số {gap}-CV/BTGDVTU" if data.style == "party" else f"Số: {gap}/SNV-TĐKT") in words
    assert "None" not in words


@BOTH
def test_a_long_list_goes_with_the_letter_and_repeats_its_head(data):
    data = with_units(data, 150)
    words = printed_but_for_heads(data)

    assert squeezed("Kính gửi: Các đơn vị có tên trong danh sách kèm theo.") in words
    assert squeezed("của 150 (một trăm năm mươi) đơn vị có tên trong danh sách kèm theo.") in words
    assert squeezed("Danh sách này có 150 (một trăm năm mươi) đơn vị.") in words
    pages = pdf_pages(render_urging_pdf(data, sample=False))
    assert len(pages) > 3
    assert all("Quá hạn" in " ".join(page.split()) for page in pages[1:])
    table = Document(BytesIO(render_urging_docx(data, sample=False))).tables[-1]
    assert len(table.rows) == 151
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")


def printed_but_for_heads(data):
    """The words of the .docx; those of the PDF are the same but for the head that stands on every page of its list."""
    docx = squeezed(docx_text(render_urging_docx(data, sample=False)))
    first, second, *others = pdf_pages(render_urging_pdf(data, sample=False))
    head = squeezed("STT Đơn vị Nội dung Hạn gửi Quá hạn (ngày)")
    pages = [squeezed(page.removeprefix(str(number))) for number, page in enumerate([second, *others], 2)]
    assert squeezed(first) + pages[0] + "".join(page.removeprefix(head) for page in pages[1:]) == docx
    return docx


@BOTH
def test_typed_text_is_printed_as_typed(data):
    for few in (AWKWARD_NAMES[:5], AWKWARD_NAMES[5:]):
        words = printed(replace(data, rows=tuple(replace(data.rows[0], unit=name, title=name) for name in few)))

        for name in few:
            assert words.count(squeezed(name)) == 3


def test_parts_are_composed():
    name = unicodedata.normalize("NFD", "Đảng ủy xã Thủy Nguyên")
    words = printed(replace(PARTY, rows=(replace(PARTY.rows[0], unit=name),)))

    assert squeezed("Kính gửi: Đảng ủy xã Thủy Nguyên.") in words
