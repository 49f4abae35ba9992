import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from danvan.documents.examining.names import LONGEST_NAME, check_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Báo cáo 6 tháng.pdf", "Báo cáo 6 tháng.pdf"),
        ("  Tờ   trình.docx ", "Tờ trình.docx"),
        ("Tờ trình.pdf", "Tờ trình.pdf"),
        ("BC 12.2026.pdf", "BC 12.2026.pdf"),
        ("Q.Tân Bình – v1.0.docx.pdf", "Q.Tân Bình – v1.0.docx.pdf"),
        ("C:\\Users\\An\\bc.pdf", "bc.pdf"),
        ("../../etc/bc.pdf", "bc.pdf"),
        ("👨\u200d👩\u200d👧.png", "👨👩👧.png"),
        (f"{'a' * (LONGEST_NAME - 4)}.pdf", f"{'a' * (LONGEST_NAME - 4)}.pdf"),
        ("khong-duoi", "khong-duoi"),
    ],
)
def test_names_that_are_taken(typed, kept):
    assert check_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a\0.pdf", "ký tự ẩn"),
        ("a\n.pdf", "ký tự ẩn"),
        ("a\x1b[0m.pdf", "ký tự ẩn"),
        ("bao cao\u202efdp.exe.pdf", "ký tự ẩn"),
        ("a\u2066b.pdf", "ký tự ẩn"),
        ("a\u200b.pdf", "ký tự ẩn"),
        ("a\u2028.pdf", "ký tự ẩn"),
        ("a\ud800.pdf", "ký tự ẩn"),
        (f"{'a' * (LONGEST_NAME - 3)}.pdf", "dài quá 200"),
        ("bc.exe.pdf", "“.exe”"),
        ("bc.EXE .pdf", "“.exe”"),
        ("bc.pdf.js.docx", "“.js”"),
        ("bc.html.png", "“.html”"),
        ("bc.xlsm.xlsx", "“.xlsm”"),
        ("bc.zip.docx", "“.zip”"),
    ],
)
def test_names_that_are_refused(name, words):
    with pytest.raises(ValidationError, match=words):
        check_name(name)


@given(st.text())
def test_a_name_that_is_taken_stays_what_it_is(text):
    try:
        name = check_name(text)
    except ValidationError:
        return
    assert check_name(name) == name
    assert len(name) <= LONGEST_NAME and "/" not in name and "\\" not in name
