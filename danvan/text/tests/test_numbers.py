from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.text.errors import TextError
from danvan.text.numbers import count_in_words, format_int, parse_decimal, parse_int, two_digits


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (17, "17"), (998, "998"), (1451, "1.451")]
)
def test_two_digits(number, text):
    assert two_digits(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.000"), (9247, "9.247"), (1234567, "1.234.567"), (-1451, "-1.451")],
)
def test_format_int(number, text):
    assert format_int(number) == text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (40, "bốn mươi"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (1015, "một nghìn không trăm mười lăm"),
        (1451, "một nghìn bốn trăm năm mươi mốt"),
        (10_698, "mười nghìn sáu trăm chín mươi tám"),
        (21_000, "hai mươi mốt nghìn"),
        (1_000_000, "một triệu"),
        (1_000_005, "một triệu không trăm linh năm"),
        (2_340_000, "hai triệu ba trăm bốn mươi nghìn"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
        (999_999_999, "chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
    ],
)
def test_count_in_words(number, words):
    assert count_in_words(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000_000])
def test_no_words_outside_the_range(number):
    with pytest.raises(ValueError, match="no words"):
        count_in_words(number)


@given(st.sets(st.integers(0, 999_999_999), min_size=2, max_size=2))
def test_different_numbers_have_different_words(numbers):
    one, other = numbers
    assert count_in_words(one) != count_in_words(other)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1451", 1451),
        ("1.451", 1451),
        (" 1.234.567 ", 1234567),
        ("0", 0),
        ("007", 7),
        ("-5", -5),
        (12, 12),
        (1451.0, 1451),
    ],
)
def test_parse_int(typed, number):
    assert parse_int(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "1,451",
        "1.45",
        "1.4511",
        "0.123",
        "12.34.567",
        "1e3",
        "1 451",
        "+84",
        "một",
        "１２",
        "9" * 31,
        5.5,
        True,
    ]
    + [float("nan"), float("inf"), "=1+1", "1.451."],
)
def test_parse_int_refuses(typed):
    with pytest.raises(TextError, match="1.451"):
        parse_int(typed)


@given(st.integers(-(10**15), 10**15))
def test_parse_int_reads_what_format_int_writes(number):
    assert parse_int(format_int(number)) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("0,15", "0.15"),
        ("1.234", "1234"),
        ("-2,5", "-2.5"),
        (" 7 ", "7"),
        (3, "3"),
        (0.3, "0.3"),
        (Decimal("2.50"), "2.50"),
    ],
)
def test_parse_decimal(typed, number):
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1,234.5",
        "1.5",
        "0.15",
        "0.123",
        "1,",
        ",5",
        "1,2,3",
        "1.234.5",
        "5%",
        "NaN",
        "Infinity",
        "1e5",
        "--1",
        "9" * 31,
    ]
    + [True, float("nan"), float("-inf"), Decimal("NaN")],
)
def test_parse_decimal_refuses(typed):
    with pytest.raises(TextError, match="1.234,5"):
        parse_decimal(typed)


@pytest.mark.parametrize("typed", ["1.451", "1.234,5"])
def test_a_ratio_takes_no_dot_at_all(typed):
    with pytest.raises(TextError, match="1.234,5"):
        parse_decimal(typed, thousands=False)
    assert parse_decimal("1,451", thousands=False) == Decimal("1.451")
