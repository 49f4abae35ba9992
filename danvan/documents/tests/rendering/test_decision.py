import io
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader

from danvan.documents.rendering.build_templates import decision_template
from danvan.documents.rendering.data import AnnexData, AnnexRow, SigningLine
from danvan.documents.rendering.decision import render_decision_docx
from danvan.documents.rendering.decision_pdf import render_decision_pdf
from danvan.documents.rendering.typesetting import TEMPLATES
from danvan.documents.tests.rendering.samples import AWKWARD_NAMES, PARTY, STATE, docx_text, pdf_pages, squeezed

BOTH = pytest.mark.parametrize("data", [PARTY, STATE], ids=["party", "state"])


def pdf_text(content):
    """The PDF's words without the page numbers."""
    first, *others = pdf_pages(content)
    return "\n".join([first, *(page.removeprefix(str(number)) for number, page in enumerate(others, 2))])


def printed(data):
    docx = docx_text(render_decision_docx(data, sample=False))
    pdf = pdf_text(render_decision_pdf(data, sample=False))
    return squeezed(docx), squeezed(pdf)


def with_rows(data, *names):
    rows = tuple(AnnexRow(name=name, detail=name) for name in names)
    return replace(data, annexes=(AnnexData(kind="individual", title="cá nhân", rows=rows),))


@BOTH
def test_the_pdf_holds_the_words_of_the_docx(data):
    docx, pdf = printed(data)

    assert docx == pdf
    for words in (*data.articles, *data.recipients, data.signer_name, "Ông Y Biêr Niê", "Trưởng buôn Kô Tam"):
        assert squeezed(words) in docx


@BOTH
@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_typed_text_is_printed_as_typed_wherever_it_stands(data, name):
    everywhere = replace(
        with_rows(data, name),
        abstract=name,
        place=name,
        grounds=(f"{name};",),
        articles=(f"{name}\n{name}",),
        recipients=(f"{name};",),
        signer_name=name,
    )

    docx, pdf = printed(everywhere)

    assert docx == pdf
    assert docx.count(squeezed(name)) == 9


@BOTH
def test_parts_are_composed_and_controls_dropped(data):
    name = unicodedata.normalize("NFD", "Nguyễn Thị Thủy") + "\x00\x0b\ud800"

    docx, pdf = printed(with_rows(data, name))

    assert docx == pdf
    assert squeezed("Nguyễn Thị Thủy") in docx


@BOTH
def test_an_emoji_stays_in_word_and_is_an_empty_box_in_print(data):
    docx, pdf = printed(with_rows(data, "Mai 🎉 Lan"))

    assert "Mai🎉Lan" in docx
    assert "🎉" not in pdf
    assert "Lan" in pdf


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (
            PARTY,
            (
                "TỈNH ỦY ĐẮK LẮK\nBAN DÂN VẬN\n*\nĐẢNG CỘNG SẢN VIỆT NAM",
                "Số 12-QĐ/BDVTU\nBuôn Ma Thuột, ngày 06 tháng 01 năm 2016",
                "- Căn cứ Luật Thi đua, khen thưởng;\n- Xét đề nghị của Văn phòng Ban,",
                "TRƯỞNG BAN DÂN VẬN TỈNH ỦY\nQUYẾT ĐỊNH:",
                "- Như Điều 2;\n- Lưu Văn phòng Ban.",
                "K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\nNguyễn Văn Sơn",
                "(kèm theo Quyết định số 12-QĐ/BDVTU, ngày 06/01/2016 của Ban Dân vận Tỉnh ủy Đắk Lắk)",
                "Danh sách này có 03 (ba) tập thể.",
                "Danh sách này có 02 (hai) cá nhân.",
            ),
        ),
        (
            STATE,
            (
                "TỈNH ĐẮK LẮK\nỦY BAN NHÂN DÂN XÃ EA TU",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
                "Số: 12/QĐ-UBND\nEa Tu, ngày 20 tháng 11 năm 2026",
                "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ EA TU\nCăn cứ Luật Thi đua, khen thưởng;",
                "Điều 2. Văn phòng Ban thi hành.\nCó hiệu lực từ ngày ký.",
                "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nTrần Thị Bình",
                "(Kèm theo Quyết định số 12/QĐ-UBND ngày 20 tháng 11 năm 2026 của Chủ tịch Ủy ban nhân dân xã Ea Tu)",
            ),
        ),
    ],
    ids=["party", "state"],
)
def test_each_layout_has_the_forms_of_its_rules(data, lines):
    docx, pdf = printed(data)

    for line in lines:
        assert squeezed(line) in docx
        assert squeezed(line) in pdf
    other_heading = "CỘNGHÒAXÃHỘI" if data.style == "party" else "ĐẢNGCỘNGSẢN"
    assert other_heading not in docx
    assert other_heading not in pdf


def test_a_number_and_a_date_not_yet_taken_are_gaps_to_write_in():
    party = docx_text(render_decision_docx(replace(PARTY, number="", issued_on=None), sample=False))
    state = docx_text(render_decision_docx(replace(STATE, number=""), sample=False))

    assert "Số \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0-QĐ/BDVTU" in party
    assert "ngày\u00a0\u00a0\u00a0\u00a0\u00a0tháng\u00a0" in party
    assert "None" not in party
    assert "Số: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0/QĐ-UBND" in state


@pytest.mark.parametrize(("data", "line"), [(PARTY, "T/M BAN THƯỜNG VỤ"), (STATE, "TM. BAN THƯỜNG VỤ")])
def test_signing_marks_have_slashes_or_dots(data, line):
    signed = replace(data, signing=(SigningLine(mark="TM", text="Ban Thường vụ"), SigningLine(text="Bí thư")))

    assert line in docx_text(render_decision_docx(signed, sample=False))


def test_a_list_of_collectives_has_the_column_of_units_only_when_a_unit_is_named():
    annex = PARTY.annexes[0]
    named = replace(annex, rows=(*annex.rows, AnnexRow(name="Đội 254", detail="xã Ea Kao")))

    without, _ = printed(PARTY)
    with_units, pdf = printed(replace(PARTY, annexes=(named,)))

    assert "Đơnvị,địachỉ" not in without
    assert "Têntậpthể" in without
    assert "Đơnvị,địachỉ" in with_units
    assert with_units == pdf
    assert "04(bốn)tậpthể" in with_units


@BOTH
def test_a_decision_without_lists_ends_with_the_signature(data):
    docx, pdf = printed(replace(data, annexes=()))

    assert docx == pdf
    assert docx.endswith(squeezed(data.signer_name))


@BOTH
def test_pages_are_numbered_from_the_second(data):
    first, second, third = pdf_pages(render_decision_pdf(data, sample=False))

    assert not first.startswith("1")
    assert second.startswith("2\nDANH SÁCH")
    assert third.startswith("3\nDANH SÁCH")
    section = Document(io.BytesIO(render_decision_docx(data, sample=False))).sections[0]
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


@BOTH
def test_the_docx_is_set_on_a4_in_times_new_roman_and_in_vietnamese(data):
    document = Document(io.BytesIO(render_decision_docx(data, sample=False)))

    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1)) for margin in margins] == [20, 20, 30, 15]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size.pt) == ("Times New Roman", 14)
    assert 'w:lang w:val="vi-VN"' in normal.element.xml


@BOTH
def test_a_sample_says_so_on_every_page_and_a_decision_never(data):
    for sample in (True, False):
        section = Document(io.BytesIO(render_decision_docx(data, sample=sample))).sections[0]
        headers = (section.first_page_header._element.xml, section.header._element.xml)
        assert ['string="BẢN MINH HỌA"' in xml for xml in headers] == [sample, sample]
        assert all("MINH HỌA" not in xml for xml in headers) is not sample
        pages = pdf_pages(render_decision_pdf(data, sample=sample))
        assert ["BẢN MINH HỌA" in page for page in pages] == [sample] * 3


@BOTH
def test_the_pdf_uses_our_fonts_only(data):
    reader = PdfReader(io.BytesIO(render_decision_pdf(data, sample=False)))

    fonts = {font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert {font.split("+")[1] for font in fonts} <= {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}


@pytest.mark.parametrize("style", ["party", "state"])
def test_the_kept_templates_are_the_built_ones(style):
    def parts(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    kept = (TEMPLATES / f"decision_{style}.docx").read_bytes()
    assert parts(kept) == parts(decision_template(style))
