"""The answers that carry a file."""

import ast
import re
from email.message import Message
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.documents.download import LONGEST_NAME, attachment, disposition
from danvan.text.normalise import clean_line

PROJECT = Path(__file__).resolve().parents[3]
HEADER = re.compile(r"attachment; filename=\"([A-Za-z0-9._-]+)\"; filename\*=UTF-8''([A-Za-z0-9%._~-]+)")


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("bc.pdf", "bc.pdf", "bc.pdf"),
        ("Báo cáo 6 tháng.pdf", "Bao_cao_6_thang.pdf", "Báo cáo 6 tháng.pdf"),
        ("Đảng ủy Cư M’gar.docx", "Dang_uy_Cu_M_gar.docx", "Đảng ủy Cư M’gar.docx"),
        ("Quyết định 12/QĐ-UBND.pdf", "Quyet_dinh_12-QD-UBND.pdf", "Quyết định 12-QĐ-UBND.pdf"),
        ('a"; filename="b.exe', "a___filename__b.exe", 'a"; filename="b.exe'),
        ("a\r\nSet-Cookie: x=1.pdf", "a_Set-Cookie__x_1.pdf", "a Set-Cookie: x=1.pdf"),
        ("bc\u202efdp.exe", "bcfdp.exe", "bcfdp.exe"),
        ("..\\..\\a.pdf", "-..-a.pdf", "-..-a.pdf"),
        ("📷 lễ ra mắt.jpg", "__le_ra_mat.jpg", "📷 lễ ra mắt.jpg"),
        ("a\0b\ud800.pdf", "ab.pdf", "ab.pdf"),
        ("báo", "bao", "báo"),
        ("", "file", "file"),
        ("...", "file", "file"),
        (f"{'x' * 400}.docx", f"{'x' * 145}.docx", f"{'x' * 145}.docx"),
    ],
)
def test_names_of_downloads(name, plain, whole):
    match = HEADER.fullmatch(disposition(name))
    assert (match[1], unquote(match[2])) == (plain, whole)


@given(st.text(max_size=400))
def test_whatever_the_name_the_header_is_one_line_and_says_the_name(name):
    header = disposition(name)
    match = HEADER.fullmatch(header)
    assert match and header.isascii() and header.isprintable()
    whole = unquote(match[2], errors="strict")
    assert len(whole) <= LONGEST_NAME and clean_line(whole) == whole and not {"/", "\\"}.intersection(whole)
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert message.get_filename() == match[1]


@pytest.mark.parametrize("content", [b"PK", BytesIO(b"PK")], ids=["bytes", "an open file"])
def test_a_file_is_kept_by_the_browser_and_never_run(content):
    answer = attachment(content, filename="a.html", content_type="text/html")
    assert b"".join(answer) == b"PK"
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Accept-Ranges"] == "none"


SERVE = {"FileResponse", "StreamingHttpResponse"}


def serves_by_itself(call):
    """Whether *call* makes an answer with a file without ``attachment``."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    named = {keyword.arg for keyword in call.keywords}
    return name in SERVE or (name == "HttpResponse" and (len(call.args) > 1 or named & {"content_type", "headers"}))


def test_every_file_goes_through_attachment():
    """Another way to serve a file would have none of the headers above. A page is text and names no type."""
    found = []
    for package in ("danvan", "movements", "awards"):
        for path in (PROJECT / package).rglob("*.py"):
            if "tests" in path.parts or path.name == "download.py":
                continue
            source = path.read_text(encoding="utf-8")
            calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
            found += [f"{path}:{call.lineno}" for call in calls if serves_by_itself(call)]
            if "Content-Disposition" in source:
                found.append(str(path))
    assert found == []
