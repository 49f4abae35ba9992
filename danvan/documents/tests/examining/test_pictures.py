import struct

import pytest
from django.core.exceptions import ValidationError

from danvan.documents.examining import pictures as guard
from danvan.documents.examining.pictures import check_jpeg, check_png
from danvan.documents.tests.samples import chunk, docx, jpeg, png, segment

FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 20
THUMBNAIL = segment(0xE1, b"Exif\0\0" + jpeg(30_000, 30_000))


@pytest.mark.parametrize("content", [png(), png(10_000, 10_000), png(2, 2, chunk(b"tEXt", b"Author\0An"))])
def test_png_pictures(content):
    check_png(content)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(),
        jpeg(10_000, 10_000),
        jpeg(2, 2, THUMBNAIL),
        jpeg(2, 2, b"\xff\xff\xff" + segment(0xFE, b"Zalo")),
        jpeg(frame=0xC2),
        jpeg(behind=FILM),
        jpeg(behind=jpeg()),
    ],
    ids=["plain", "as many points as may be", "thumbnail", "fill bytes", "progressive", "film behind", "two pictures"],
)
def test_jpeg_pictures(content):
    check_jpeg(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(20_000, 20_000), "20000 × 20000 điểm ảnh"),
        (png(10_000, 10_001), "quá lớn"),
        (png(2**31, 1), "quá lớn"),
        (png(0, 5), "bị hỏng"),
        (png()[:-1], "bị hỏng"),
        (png()[:20], "bị hỏng"),
        (png().replace(b"IHDR", b"IDAT"), "bị hỏng"),
        (png(2, 2, *[chunk(b"tEXt", b"")] * guard.MOST_SEGMENTS), "bị hỏng"),
        (png(2, 2, chunk(b"tEXt", b"x\0<script>alert(1)</script>")), "lẫn nội dung khác"),
        (png(behind=b"<html>"), "lẫn nội dung khác"),
        (png(behind=b"x"), "lẫn nội dung khác"),
        (png(behind=docx()), "lẫn nội dung khác"),
    ],
)
def test_png_that_is_refused(content, words):
    with pytest.raises(ValidationError, match=words):
        check_png(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (jpeg(20_000, 20_000), "20000 × 20000 điểm ảnh"),
        (jpeg(20_000, 20_000, frame=0xC2), "quá lớn"),
        (jpeg(2, 2, segment(0xC2, struct.pack(">BHHB", 8, 20_000, 20_000, 1))), "quá lớn"),
        (jpeg(5, 0), "bị hỏng"),
        (b"\xff\xd8\xff\xe0", "bị hỏng"),
        (b"\xff\xd8\xff\xd9", "bị hỏng"),
        (jpeg()[:-2], "bị hỏng"),
        (jpeg(2, 2, b"\0"), "bị hỏng"),
        (jpeg(2, 2, b"\xff" * guard.MOST_SEGMENTS), "bị hỏng"),
        (b"\xff\xd8\xff<html><script>alert(1)</script>", "lẫn nội dung khác"),
        (jpeg(2, 2, segment(0xFE, b"<ScRipt>alert(1)</script>")), "lẫn nội dung khác"),
        (jpeg(behind=b"<!DOCTYPE html>"), "lẫn nội dung khác"),
        (jpeg(behind=b"<svg onload=alert(1)>"), "lẫn nội dung khác"),
        (jpeg(behind=docx()), "lẫn nội dung khác"),
        (jpeg(2, 2, segment(0xFE, docx()[-500:])), "lẫn nội dung khác"),
    ],
)
def test_jpeg_that_is_refused(content, words):
    with pytest.raises(ValidationError, match=words):
        check_jpeg(content)
