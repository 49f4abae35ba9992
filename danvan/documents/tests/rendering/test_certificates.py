import io
import unicodedata
from dataclasses import replace

import pytest
from pypdf import PdfReader

from danvan.documents.rendering.certificates import A3, default_layout, render_certificates
from danvan.documents.rendering.data import CertificateLayoutData, PlacedText
from danvan.documents.rendering.typesetting import FONTS, TEMPLATES, typeset
from danvan.documents.tests.rendering.samples import AWKWARD_NAMES, CERTIFICATE, pdf_pages, squeezed

MM = 72 / 25.4
BLANK = CertificateLayoutData(
    style="party",
    texts=(PlacedText(field="name", x=50, y=80, width=197, max_height=20, size=28, bold=True),),
    frame=False,
)
VIETNAMESE = "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
)
LETTERS = sorted(letter for letter in {*VIETNAMESE, *VIETNAMESE.upper(), "đ", "Đ"} if letter not in "aeiouyAEIOUY")


def print_name(name, layout=BLANK, **others):
    return render_certificates(layout, [replace(CERTIFICATE, name=name, **others)], sample=False)


def positions(content):
    """The text pieces of the first page: words, left edge and baseline in mm from the top left, size in points."""
    page = PdfReader(io.BytesIO(content)).pages[0]
    pieces = []

    def visit(text, cm, tm, _font, size):
        if text.strip():
            left, up = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append((text.strip(), left / MM, (float(page.mediabox.height) - up) / MM, size))

    page.extract_text(visitor_text=visit)
    return pieces


def test_a_batch_has_a_page_for_each_row_in_their_order():
    rows = [replace(CERTIFICATE, name=f"Cá nhân thứ {number}") for number in range(40)]

    pages = pdf_pages(render_certificates(default_layout("party", "individual"), rows, sample=False))

    assert len(pages) == 40
    assert all(f"Cá nhân thứ {number}\n" in page for number, page in enumerate(pages))


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="no certificates"):
        render_certificates(BLANK, [], sample=False)


@pytest.mark.parametrize("style", ["party", "state"])
def test_every_field_of_a_certificate_is_on_the_page(style):
    [page] = pdf_pages(render_certificates(default_layout(style, "individual"), [CERTIFICATE], sample=False))

    heading = {"party": "ĐẢNG CỘNG SẢN VIỆT NAM", "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"}[style]
    for words in (heading, "GIẤY KHEN", *vars(CERTIFICATE).values()):
        assert squeezed(words) in squeezed(page)


def test_a_blank_gets_the_words_alone():
    assert pdf_pages(print_name("Y Biêr Niê")) == ["Y Biêr Niê"]


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_name_is_printed_as_typed(name):
    [page] = pdf_pages(print_name(name))

    assert squeezed(page) == squeezed(name)


def test_a_name_in_parts_is_printed_composed():
    assert pdf_pages(print_name(unicodedata.normalize("NFD", "Nguyễn Thị Thủy"))) == ["Nguyễn Thị Thủy"]


def test_a_character_without_a_letter_form_leaves_the_others_readable():
    [page] = pdf_pages(print_name("Mai 🎉 Lan\x00\x0b"))

    assert page.startswith("Mai ")
    assert page.endswith(" Lan")
    assert "🎉" not in page


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("italic", [False, True])
def test_our_fonts_hold_every_vietnamese_letter(bold, italic):
    assert len(LETTERS) == 134
    text = "".join([*LETTERS, "₫“”‘’–…"])
    layout = replace(BLANK, texts=(replace(BLANK.texts[0], bold=bold, italic=italic),))

    [page] = pdf_pages(print_name(text, layout))

    assert squeezed(page) == text


def test_no_other_font_is_ever_used():
    reader = PdfReader(io.BytesIO(print_name("Chữ Việt 漢字 🎉 العربية", default_layout("state", "individual"))))

    fonts = {font.get_object()["/BaseFont"].split("+")[1] for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert fonts <= {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert {path.stem for path in FONTS.glob("*.ttf")} == {
        "Tinos-Regular",
        "Tinos-Bold",
        "Tinos-Italic",
        "Tinos-BoldItalic",
    }
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


@pytest.mark.parametrize("kind", ["collective", "individual"])
@pytest.mark.parametrize(
    "long",
    [*AWKWARD_NAMES, "W" * 24 + " " + "W" * 24, "Đội công tác " * 60, "Dòng\n" * 9, "Ẫ" * 600],
    ids=lambda text: text[:12],
)
def test_a_long_text_stays_inside_its_box(kind, long):
    """Every piece of a field begins inside the field's box; centred, it cannot then reach out on the right either."""
    layout = replace(default_layout("party", kind), frame=False)
    for box in layout.texts:
        only = replace(layout, texts=(box,))
        pieces = positions(render_certificates(only, [replace(CERTIFICATE, **{box.field: long})], sample=False))
        assert pieces
        for text, left, baseline, size in pieces:
            assert left >= box.x - 0.1, (box.field, text)
            assert box.y < baseline <= box.y + box.max_height, (box.field, text)
            assert size <= box.size + 0.01


def test_the_boxes_of_the_default_layouts_do_not_overlap_and_lie_on_the_sheet():
    for kind in ("collective", "individual"):
        layout = default_layout("party", kind)
        for box in layout.texts:
            assert 0 < box.x < box.x + box.width < layout.width
            assert 0 < box.y < box.y + box.max_height < layout.height
        for one in layout.texts:
            for other in layout.texts:
                apart = (
                    one.x + one.width <= other.x
                    or other.x + other.width <= one.x
                    or one.y + one.max_height <= other.y
                    or other.y + other.max_height <= one.y
                )
                assert one is other or apart, (kind, one.field, other.field)


def test_a_short_text_keeps_the_size_of_the_layout_and_a_longer_one_is_set_smaller():
    [(_, _, _, short)] = positions(print_name("Y Biêr Niê"))
    pieces = positions(print_name("Ban Chỉ đạo phong trào thi đua Dân vận khéo huyện Krông Năng, tỉnh Đắk Lắk " * 2))

    assert short == pytest.approx(28)
    assert 10 < pieces[0][3] < 28


@pytest.mark.parametrize(("x", "y"), [(3.5, 0), (0, -2), (-4, 7)])
def test_the_offset_moves_the_words_by_millimetres(x, y):
    [(_, left, baseline, _)] = positions(print_name("Y Biêr Niê"))
    [(_, moved_left, moved_baseline, _)] = positions(print_name("Y Biêr Niê", replace(BLANK, offset_x=x, offset_y=y)))

    assert moved_left - left == pytest.approx(x, abs=0.01)
    assert moved_baseline - baseline == pytest.approx(y, abs=0.01)


@pytest.mark.parametrize(("sheet", "size"), [((297, 210), (297, 210)), (A3, (420, 297))])
def test_the_sheet_has_the_size_of_the_layout(sheet, size):
    box = PdfReader(io.BytesIO(print_name("Mai", default_layout(sheet=sheet)))).pages[0].mediabox

    assert (float(box.width) / MM, float(box.height) / MM) == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize("frame", [True, False])
def test_a_sample_says_so_on_every_page_and_a_certificate_never(frame):
    layout = replace(default_layout(), frame=frame)

    samples = pdf_pages(render_certificates(layout, [CERTIFICATE] * 3, sample=True))
    certificates = pdf_pages(render_certificates(layout, [CERTIFICATE] * 3, sample=False))

    assert ["BẢN MINH HỌA" in page for page in samples] == [True] * 3
    assert ["MINH HỌA" in page for page in certificates] == [False] * 3


def test_the_same_data_give_the_same_bytes():
    layout = default_layout()

    assert render_certificates(layout, [CERTIFICATE], sample=False) == render_certificates(
        layout, [CERTIFICATE], sample=False
    )


def test_an_empty_field_leaves_its_place_empty():
    [page] = pdf_pages(render_certificates(default_layout(), [replace(CERTIFICATE, post_and_unit="")], sample=False))

    assert "Trưởng buôn" not in page
    assert "Y Biêr Niê" in page


@pytest.mark.parametrize("wrong", [{"field": "unknown"}, {"width": 0}, {"max_height": -1}, {"size": 0}])
def test_a_placed_text_that_cannot_be_printed_is_refused(wrong):
    with pytest.raises(ValueError):
        PlacedText(**{"field": "name", "x": 1, "y": 1, "width": 50, "max_height": 10, "size": 12} | wrong)


def test_the_kept_frame_is_the_drawn_one():
    assert (TEMPLATES / "frame.pdf").read_bytes() == typeset("frame.typ", {}, tagged=False)
