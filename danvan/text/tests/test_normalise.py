import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.text.normalise import clean_line, clean_text, nfc


def test_nfc_composes():
    assert nfc(unicodedata.normalize("NFD", "Đắk Lắk")) == "Đắk Lắk"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("", ""),
        ("   ", ""),
        ("  Ban  Dân vận ", "Ban Dân vận"),
        ("Ban\u00a0Dân\u202fvận", "Ban Dân vận"),
        ("Ban\tDân\r\nvận", "Ban Dân vận"),
        ("Dân\u200b vận\ufeff", "Dân vận"),
        ("Nguy\u00adễn", "Nguyễn"),
        ("a\u202eb\u2066c", "abc"),
        ("a\x00b\x1bc\x7fd\x9ee", "abcde"),
        ("a\ud800b\uffff", "ab"),
        ("e\u200b\u0302\u200d\u0301", "ế"),
        ("01- CTr/QU", "01- CTr/QU"),
        ("LAN & mai <2> {{x}}", "LAN & mai <2> {{x}}"),
        ("hoà Uỷ", "hoà Uỷ"),
        ("🏆 giải", "🏆 giải"),
    ],
)
def test_clean_line(typed, cleaned):
    assert clean_line(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("một\r\nhai\rba\x0bbốn\u2028năm", "một\nhai\nba\nbốn\nnăm"),
        ("\n\n  một  hai \n\n ba\t\n\n", "một hai\n\nba"),
        ("\u200b\n", ""),
    ],
)
def test_clean_text_keeps_lines(typed, cleaned):
    assert clean_text(typed) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_and_both_forms_clean_alike(text):
    line = clean_line(text)
    assert clean_line(line) == line
    assert clean_line(unicodedata.normalize("NFD", text)) == line
    assert clean_text(clean_text(text)) == clean_text(text)
