import io
import tracemalloc
import zlib

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from danvan.documents.examining import pdf as guard
from danvan.documents.examining.pdf import check_pdf
from danvan.documents.tests.samples import docx, object_stream, pdf, stream

SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"


def written(change, **options):
    """What another program writes after *change* (pypdf here)."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pdf(),
        pdf(behind=b"\0" * 5000),
        pdf(behind=b"\r\n\x1a"),
        pdf(trailer=b"/Info<</Title(JavaScript trong Launch)>>"),
        pdf(b"<</OpenAction[3 0 R/Fit]>>"),
        pdf(b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.vn)>>>>"),
        pdf(b"<</Title/EncryptMetadata>>"),
        pdf(object_stream(b"<</Type/Font/BaseFont/Times#20New>>")),
        pdf(stream(bytes(range(256)) * 40, b"/Subtype/Image/Filter/DCTDecode")),
        pdf(stream(b"q", b"/Filter/ASCII85Decode")),
        pdf(stream(zlib.compress(b"1 0 0 1 0 0 cm"), b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>")),
        written(lambda writer: None),
    ],
)  # fmt: skip
def test_what_offices_and_scanners_make(content):
    check_pdf(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pdf(SCRIPT), "mã lệnh"),
        (pdf(b"<</OpenAction 5 0 R>>", SCRIPT), "mã lệnh"),
        (pdf(b"<</S/Java#53cript/JS(x)>>"), "mã lệnh"),
        (pdf(b"<</S/#4a#61#76#61#53#63#72#69#70#74/JS(x)>>"), "mã lệnh"),
        (pdf(b"<</S/Launch/F(cmd.exe)>>"), "mã lệnh"),
        (pdf(b"<</S/Rendition/JS(x)>>"), "mã lệnh"),
        (pdf(b"<</Subtype/RichMedia>>"), "mã lệnh"),
        (pdf(b"<</AcroForm<</XFA 9 0 R>>>>"), "mã lệnh"),
        (pdf(b"<</S/SubmitForm/F(http://example.vn)>>"), "mã lệnh"),
        (pdf(object_stream(SCRIPT)), "mã lệnh"),
        (pdf(object_stream(b"<</S/J#61vaScript/JS(x)>>")), "mã lệnh"),
        (pdf(object_stream(SCRIPT, b"/Filter/FlateDecode/Length 4 0 R")), "mã lệnh"),
        (pdf(b"(stream\n)", object_stream(SCRIPT)), "mã lệnh"),
        (pdf(stream(b"4 0 obj" + SCRIPT)), "mã lệnh"),
        (written(lambda writer: writer.add_open_action(JavaScript("app.alert(1)"))), "mã lệnh"),
        (written(lambda writer: writer.encrypt("mat-khau")), "bảo vệ"),
        (written(lambda writer: writer.encrypt("", "chu-so-huu")), "bảo vệ"),
        (pdf(trailer=b"/Encrypt 9 0 R"), "bảo vệ"),
        (written(lambda writer: writer.add_attachment("a.exe", b"MZ")), "đính kèm"),
        (pdf(b"<</Subtype/FileAttachment/FS 9 0 R>>"), "đính kèm"),
        (pdf(object_stream(SCRIPT, b"/Filter/LZWDecode")), "Không kiểm tra được"),
        (pdf(object_stream(SCRIPT, b"/Filter[/ASCIIHexDecode/FlateDecode]")), "Không kiểm tra được"),
        (pdf(object_stream(SCRIPT, b"/Filter 9 0 R", pack=lambda objects: objects)), "mã lệnh"),
        (pdf(object_stream(b"<<>>", b"/Filter 9 0 R", pack=lambda objects: objects)), "Không kiểm tra được"),
        (pdf(object_stream(SCRIPT, b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>")), "Không kiểm tra được"),
        (pdf(object_stream(SCRIPT, b"/Filter/Flate#44ecode/Foo(stream\n)")), "Không kiểm tra được"),
        (pdf(stream(zlib.compress(b"\x019 0 <<>>"), b"/Type/ObjStm/Filter/FlateDecode")), "Không kiểm tra được"),
        (pdf(stream(zlib.compress(b"9 0 <<>>")[:-3], b"/Type/ObjStm/Filter/FlateDecode")), "Không kiểm tra được"),
        (pdf(b"<<" + b"/A#41" * (guard.MOST_ESCAPES + 1) + b">>"), "Không kiểm tra được"),
        (pdf(b"stream\n" * (guard.MOST_STREAMS + 1)), "Không kiểm tra được"),
        (pdf()[:-6], "bị cụt"),
        (b"%PDF-1.7", "bị cụt"),
        (pdf(behind=b"<html><script>alert(1)</script>"), "lẫn nội dung khác"),
        (pdf(behind=b"anything else that follows"), "lẫn nội dung khác"),
        (pdf(behind=docx()), "lẫn nội dung khác"),
        (pdf(stream(docx())), "lẫn nội dung khác"),
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF", "lẫn nội dung khác"),
    ],
)  # fmt: skip
def test_what_is_refused(content, words):
    with pytest.raises(ValidationError, match=words):
        check_pdf(content)


@pytest.mark.parametrize(("size", "times"), [(guard.MOST_UNPACKED, 1), (guard.MOST_UNPACKED // 2, 3)])
def test_object_streams_unpack_no_further_than_the_limit(size, times):
    bomb = pdf(*[object_stream(bytes(size))] * times)
    tracemalloc.start()
    try:
        with pytest.raises(ValidationError, match="giải nén vượt quá"):
            check_pdf(bomb)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * guard.MOST_UNPACKED
