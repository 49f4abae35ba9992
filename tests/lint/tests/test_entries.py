import unicodedata

import pytest

from tests.lint.entries import Translation, parse, placeholders


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("Unit", "Đơn vị", Translation("Unit", "Đơn vị")),
        ("verb\u0004Close", "Đóng", Translation("Close", "Đóng", context="verb")),
        ("%d unit|%d units", "%d đơn vị", Translation("%d unit", "%d đơn vị", plural="%d units")),
        ("%d unit", {"plural": "%d units", "vi": "%d đơn vị"}, Translation("%d unit", "%d đơn vị", plural="%d units")),
        ("c\u0004a|b", "ab", Translation("a", "ab", context="c", plural="b")),
        ("|", "|", Translation("|", "|")),
        ("| x", "| x", Translation("| x", "| x")),
    ],
)
def test_an_item_is_read_in_each_of_its_forms(key, value, expected):
    assert parse(key, value) == expected


def test_the_vietnamese_becomes_nfc():
    assert parse("Unit", unicodedata.normalize("NFD", "Đơn vị")).vietnamese == "Đơn vị"


@pytest.mark.parametrize(
    "value", [{"plural": "x"}, {"plural": "x", "vi": "y", "more": "z"}, 7, {"plural": "x", "vi": 7}]
)
def test_anything_else_is_no_translation(value):
    with pytest.raises(ValueError, match="'Unit'"):
        parse("Unit", value)


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("%(a)s of %(b)d", "%(b)d, %(a)s"),
        ("%(a)s", "%(a)s và %(a)s"),
        ("%s of %d", "%s trên %d"),
        ("{} new, {} old", "mới {}, cũ {}"),
        ("{name} “{object}”", "“{object}” {name}"),
        ("100%", "100 phần trăm"),
        ("100%% of %(n)s", "%(n)s là 100%%"),
    ],
)
def test_placeholders_may_be_said_otherwise_where_it_does_not_matter(english, vietnamese):
    assert list(Translation(english, vietnamese).problems()) == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("%(a)s", "%(b)s"),
        ("%(a)s", "a"),
        ("a", "%(a)s"),
        ("%(a)d", "%(a)s"),
        ("%s of %d", "%d trên %s"),
        ("{} new, {} old", "mới {}"),
        ("{name}", "{Name}"),
        ("{0}", "{}"),
    ],
)
def test_other_placeholders_are_refused(english, vietnamese):
    assert list(Translation(english, vietnamese).problems()) == [f"has other placeholders: {vietnamese!r}"]


def test_a_plural_is_held_to_its_plural_form():
    assert list(Translation("One unit", "%(n)s đơn vị", plural="%(n)s units").problems()) == []
    assert list(Translation("One unit", "Đơn vị", plural="%(n)s units").problems()) != []


@pytest.mark.parametrize(
    ("vietnamese", "problem"),
    [
        (" ", "is empty"),
        ("Đơn vị\n", "must begin and end with a new line exactly where the English does"),
        (unicodedata.normalize("NFD", "Đơn vị"), "is not NFC"),
    ],
)
def test_what_is_always_wrong_is_told(vietnamese, problem):
    assert list(Translation("Unit", vietnamese).problems()) == [problem]


def test_a_percent_sign_before_a_word_is_no_placeholder():
    assert placeholders("50% sure") == placeholders("chắc một nửa")
