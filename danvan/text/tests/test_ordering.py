import random
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from danvan.text.ordering import MAX_LENGTH, person_sort_key, sort_key

VIETNAMESE = st.text(alphabet="aăâbdđeêioôơuưyáàảãạấầậếềớờợứừựíìỳý AĂĐ'-0129", max_size=20)
WORD = st.text(alphabet="aăâbdđeêioôơuưyáàảãạấầậếềớờợứừựíìỳýAĂĐ", min_size=1, max_size=8)

# By hand, from the first to the last.
WORDS = """
1 | 2 | 3a | a | à | ả | ã | á | ạ | a b | á b | ai | az | ă | ằ | ẳ | ẵ | ắ | ặ | ăn | â | ầ | ẩ | ẫ | ấ | ậ | b
d | dz | đ | e | ẹ | ê | ề | ệ | g | h | i | ị | o | ọ | oz | ô | ộ | ôz | ơ | ợ | u | uz | ư | ự | v | x | y | ỷ | z
"""
UNITS = """
Buôn Đôn | Buôn Hồ | Buôn Ma Thuột | Cư Kuin | Cư M'gar | Ea H'leo | Ea Kar | Ea Súp | Krông Ana | Krông Bông
Krông Búk | Krông Năng | Krông Pắc | Lắk | M'Đrắk
"""

# Given name, family name, what is between; the given name of the second item where it is not the last word.
PEOPLE = [
    ("Nguyễn Thị An", ""),
    ("Phạm An", ""),
    ("Phạm Văn An", ""),
    ("Phan An", ""),
    ("Trần Văn An", ""),
    ("Lê Thị Ánh", ""),
    ("Nguyễn Bá Ánh", ""),
    ("Hoàng Ân", ""),
    ("Đỗ Văn Ba", ""),
    ("Dương Thị Bà", ""),
    ("Bùi Văn Bá", ""),
    ("Y Biêr Niê", "Biêr"),
    ("Lê Văn Bình", ""),
    ("Nguyễn Thị Bình", ""),
    ("Nguyễn Văn Bình", ""),
    ("Trần Văn Bính", ""),
    ("Võ Thị Cúc", ""),
    ("Nguyễn Thị Diệu", ""),
    ("Lê Dũng", ""),
    ("Trần Đan", ""),
    ("Lê Hải Đăng", ""),
    ("Nguyễn Đức", ""),
    ("H'Hen Niê", "H'Hen"),
    ("Vũ Thị Hà", ""),
    ("Đinh Thị Hạ", ""),
    ("Phan Minh Hải", ""),
    ("Lê Thị Hoa", ""),
    ("Lê Thị Hoà", ""),
    ("Mai Thị Hòa", ""),
    ("Lê Thị Hóa", ""),
    ("Hồ Thị Lan", ""),
    ("Lâm Lân", ""),
    ("Y Bhiông Niê", ""),
    ("Y Thanh Hà Niê", ""),
    ("Trần Oanh", ""),
    ("Đặng Ổn", ""),
    ("Lý Quý", ""),
    ("Trần Thị Thảo", ""),
    ("Nguyễn Thị Thảo", "Thị Thảo"),
    ("Lê Văn Tú", ""),
    ("Lê Văn Tư", ""),
    ("Lê Ý", ""),
]


@pytest.mark.parametrize("expected", [WORDS, UNITS], ids=["letters", "units"])
def test_order_of_texts(expected):
    ordered = re.split(r" \| |\n", expected.strip())
    shuffled = random.Random(7).sample(ordered, len(ordered))
    assert sorted(shuffled, key=sort_key) == ordered


def test_letters_count_before_tones():
    assert sorted(["Bá An", "Ba Bình", "Bà An"], key=sort_key) == ["Bà An", "Bá An", "Ba Bình"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("Đăng", "đăng"), ("Ðăng", "Đăng"), ("Cư M'gar", "Cư M’gar"), (" An  Bình", "An Bình.")],
)
def test_what_does_not_count(one, other):
    assert sort_key(one) == sort_key(other)


def test_hand_made_list_of_people():
    shuffled = random.Random(3).sample(PEOPLE, len(PEOPLE))
    ordered = sorted(shuffled, key=lambda person: person_sort_key(*person))
    assert ordered == PEOPLE


def test_given_name_in_front_counts_in_any_case():
    assert person_sort_key("Y BIÊR NIÊ", "Biêr") == person_sort_key("Y Niê Biêr")


def test_given_name_that_is_no_word_of_the_name_still_leads():
    assert person_sort_key("Y Biêr Niê", "Amí").startswith(sort_key("Amí"))


@pytest.mark.parametrize("name", ["", " ", "🏆", "!", "An"])
def test_short_names_have_a_key(name):
    assert re.fullmatch("[0-9a-z]+", person_sort_key(name))


@given(st.text())
def test_key_is_safe_bounded_and_the_same_for_both_unicode_forms(text):
    key = sort_key(text)
    assert re.fullmatch("[0-9a-z]+", key)
    assert len(key) <= MAX_LENGTH
    assert sort_key(unicodedata.normalize("NFD", text)) == key
    assert person_sort_key(unicodedata.normalize("NFD", text)) == person_sort_key(text)


def test_long_text_is_cut():
    assert len(sort_key("Ưu " * 500)) == MAX_LENGTH


@given(VIETNAMESE, VIETNAMESE)
def test_adding_a_word_never_moves_a_text_before_itself(text, more):
    assert sort_key(text) <= sort_key(f"{text} {more}")


@given(WORD, WORD, VIETNAMESE, VIETNAMESE)
def test_given_name_decides_before_the_family_name(one, other, family, other_family):
    assume(sort_key(one) < sort_key(other))
    assert person_sort_key(f"{family} {one}") < person_sort_key(f"{other_family} {other}")
