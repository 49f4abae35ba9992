import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.text.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Dân vận khéo", "dan van kheo"),
        ("DÂN  VẬN\u00a0KHÉO", "dan van kheo"),
        ("Đắk Lắk", "dak lak"),
        ("Ðắk Lắk", "dak lak"),
        ("Ɖak Lak", "dak lak"),
        ("đðɖ ĐÐƉ", "ddd ddd"),
        ("Cư M’gar", "cu m'gar"),
        ("2021–2025", "2021-2025"),
        ("ỨNG HÒA", "ung hoa"),
        ("150-CTr/BCSĐUBND-BDVTU", "150-ctr/bcsdubnd-bdvtu"),
        ("H'Hen Niê", "h'hen nie"),
        ("", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("Uỷ", "Ủy"), ("thuý", "thúy"), ("Quý", "Qúy")])
def test_both_places_of_a_tone_mark_fold_alike(one, other):
    assert fold(one) == fold(other)


def test_marks_that_are_letters_elsewhere_stay():
    assert fold("ກີ") == "ກີ"


@given(st.text())
def test_folding_is_stable(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(unicodedata.normalize("NFC", text)) == folded
