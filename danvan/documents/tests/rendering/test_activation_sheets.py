import io
import re

import pytest
import zxingcpp
from pypdf import PdfReader

from danvan.documents.rendering.activation_sheets import ActivationSheet, render_activation_sheets
from danvan.documents.rendering.qr import qr_svg

LINK = "https://danvankheo.example.vn/admin/login/activate/JwZtyTdTYuDpKA1LsvQuPmkhYQEyrlJ9/"


def sheet(**fields):
    values = {
        "unit": "Đảng ủy xã Ea Kar",
        "name": "H’Hen Niê",
        "username": "xa1",
        "link": LINK,
        "entry": "danvankheo.example.vn/admin/login/forgotten/",
        "code": "K6YE-EHPK",
        "until": "13:45, 29/11/2026",
    }
    return ActivationSheet(**values | fields)


def drawn(svg):
    """The modules of *svg* as a grey picture, 8 pixels a module: each stroke "M x y h n" and "m dx dy h n" is black."""
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))
    rows = [bytearray(b"\xff" * size) for _row in range(size)]
    x = y = 0
    path = re.search(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)" stroke="#000"', svg)
    for kind, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path.group(1) or path.group(2)):
        if kind == "h":
            rows[y][x : x + int(first)] = bytes(int(first))
            x += int(first)
        elif kind == "M":
            x, y = int(float(first)), int(float(second))
        else:
            x, y = x + int(float(first)), y + int(float(second))
    pixels = b"".join(bytes(value for value in row for _pixel in range(8)) * 8 for row in rows)
    return memoryview(pixels).cast("B", (size * 8, size * 8))


@pytest.mark.parametrize("text", [LINK, "otpauth://totp/D%C3%A2n:xa1?secret=AAAA", "Đắk Lắk"])
def test_a_reader_finds_the_text_in_the_picture(text):
    assert [found.text for found in zxingcpp.read_barcodes(drawn(qr_svg(text)))] == [text]


def test_two_sheets_stand_on_a_page_with_all_that_is_needed():
    pages = PdfReader(
        io.BytesIO(render_activation_sheets([sheet(), sheet(username="xa2"), sheet()], sample=False))
    ).pages
    assert len(pages) == 2
    words = " ".join(pages[0].extract_text().split())
    for expected in ("Đảng ủy xã Ea Kar", "H’Hen Niê", "xa1", "xa2", "K6YE-EHPK", "13:45, 29/11/2026"):
        assert expected in words
    assert "Dùng máy ảnh của điện thoại quét mã QR" in words and "một câu dễ nhớ, từ 12 ký tự trở lên" in words


def test_long_names_keep_to_their_half(tmp_path):
    long = sheet(unit="Ủy ban Mặt trận Tổ quốc Việt Nam " * 6, name="Nguyễn Phúc Bảo Quỳnh Anh " * 3, username="x" * 60)
    assert len(PdfReader(io.BytesIO(render_activation_sheets([long] * 2, sample=True))).pages) == 1


def test_typed_text_is_not_evaluated():
    pages = PdfReader(io.BytesIO(render_activation_sheets([sheet(name="#panic() *x* $y$")], sample=False))).pages
    assert "#panic() *x* $y$" in pages[0].extract_text()


def test_no_sheets_make_no_pdf():
    with pytest.raises(ValueError, match="no sheets"):
        render_activation_sheets([], sample=False)
