import polib
import pytest

from tests.lint.completeness import Exemption, Outcome, Sources, check, installed_translations, read_exemptions
from tests.lint.entries import Translation
from tests.lint.extraction import Message

UNIT = Message("django", "Unit")


def catalogue_of(*entries: polib.POEntry) -> dict[str, polib.POFile]:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    return {"django": catalogue}


def outcome(places, *entries, exemptions=(), installed=None, unreadable=()):
    sources = Sources(places, files=1, unreadable=list(unreadable))
    return check(sources, list(exemptions), catalogue_of(*entries), installed or {})


def findings(*arguments, **options):
    return outcome(*arguments, **options).findings


def test_a_translated_message_passes():
    assert outcome({UNIT: ["danvan/a.py:1"]}, polib.POEntry(msgid="Unit", msgstr="Đơn vị")) == Outcome([], 1, 1, 1, 0)


def test_a_message_without_vietnamese_is_found_where_it_stands():
    assert findings({UNIT: ["danvan/a.py:1"]}) == ["danvan/a.py:1: no Vietnamese for 'Unit'"]


@pytest.mark.parametrize("other", [Message("djangojs", "Unit"), Message("django", "Unit", "army")])
def test_a_translation_for_elsewhere_does_not_count(other):
    entry = polib.POEntry(msgid="Unit", msgstr="Đơn vị")
    assert len(findings({UNIT: ["danvan/a.py:1"], other: ["danvan/a.py:2"]}, entry)) == 1


def test_what_django_says_counts_unless_we_say_otherwise():
    installed = {("django", "", "Unit", False): Translation("Unit", "Unit")}
    assert findings({UNIT: ["a.py:1"]}, installed=installed) == ["a.py:1: the Vietnamese of 'Unit' is the English"]
    assert findings({UNIT: ["a.py:1"]}, polib.POEntry(msgid="Unit", msgstr="Đơn vị"), installed=installed) == []


def test_a_plural_answers_for_its_singular_but_not_the_other_way():
    plural = Message("django", "%d unit", plural="%d units")
    singular = Message("django", "%d unit")
    both = polib.POEntry(msgid="%d unit", msgid_plural="%d units", msgstr_plural={0: "%d đơn vị"})
    one = polib.POEntry(msgid="%d unit", msgstr="%d đơn vị")
    assert findings({plural: ["a.py:1"], singular: ["a.py:2"]}, both) == []
    assert findings({plural: ["a.py:1"], singular: ["a.py:2"]}, one) == ["a.py:1: no Vietnamese for '%d unit'"]
    assert findings({singular: ["a.py:2"]}, both) == ["django.po: no source asks for the plural '%d units'"]


@pytest.mark.parametrize("text", ["PDF", "%(n)s KB", "…", "%(a)s: %(b)s", "<b>{}</b>"])
def test_what_is_the_same_in_vietnamese_may_stay(text):
    assert findings({Message("django", text): ["a.py:1"]}, polib.POEntry(msgid=text, msgstr=text)) == []


def test_fuzzy_empty_and_obsolete_entries_are_found():
    fuzzy = polib.POEntry(msgid="Unit", msgstr="Đơn vị", flags=["fuzzy"])
    empty = polib.POEntry(msgid="Area", msgstr="")
    obsolete = polib.POEntry(msgid="Old", msgstr="Cũ", obsolete=True)
    unused = polib.POEntry(msgid="Unused", msgstr="Không dùng")
    assert findings({}, fuzzy, empty, obsolete, unused) == [
        "django.po: 'Unit' is fuzzy",
        "django.po: 'Old' is obsolete",
        "django.po: 'Area' is empty",
        "django.po: no source asks for 'Unused'",
    ]


def test_other_placeholders_are_found():
    message = Message("django", "%(n)s units")
    entry = polib.POEntry(msgid="%(n)s units", msgstr="%(m)s đơn vị")
    assert findings({message: ["a.py:1"]}, entry) == [
        "a.py:1: the Vietnamese of '%(n)s units' has other placeholders: '%(m)s đơn vị'"
    ]


def test_an_exempt_text_needs_no_vietnamese():
    text, path = Exemption("Unit", True, "why"), Exemption("django/views/*", False, "why")
    assert outcome({UNIT: ["a.py:1"]}, exemptions=[text]) == Outcome([], 1, 1, 0, 1)
    assert outcome({UNIT: ["django/views/deep/a.py:1"]}, exemptions=[path]) == Outcome([], 1, 1, 0, 1)


def test_a_text_that_also_stands_elsewhere_is_shown():
    path = Exemption("django/views/*", False, "why")
    assert findings({UNIT: ["django/views/a.py:1", "danvan/a.py:1"]}, exemptions=[path]) == [
        "danvan/a.py:1: no Vietnamese for 'Unit'"
    ]


def test_an_exemption_that_matches_nothing_is_found():
    assert findings({}, exemptions=[Exemption("gone/*", False, "why"), Exemption("Gone", True, "why")]) == [
        "never_shown.txt: 'gone/*' matches nothing",
        "never_shown.txt: 'Gone' matches nothing",
    ]


def test_an_installed_package_cannot_be_exempt():
    exemption = Exemption("django/contrib/auth/*", False, "why")
    assert findings({UNIT: ["django/contrib/auth/forms.py:1"]}, exemptions=[exemption]) == [
        "never_shown.txt: 'django/contrib/auth/*' is exempt as never shown, but installed"
    ]


def test_an_unreadable_file_is_found():
    assert findings({}, unreadable=["a.html: broken"]) == ["a.html: broken"]


def test_exemptions_stand_under_their_reason():
    text = '# about\n\n[Not installed]\ndjango/a/*\n\n[Errors]\n"A \\"text\\""\n'
    assert read_exemptions(text) == [
        Exemption("django/a/*", False, "Not installed"),
        Exemption('A "text"', True, "Errors"),
    ]


def test_an_exemption_needs_a_reason():
    with pytest.raises(ValueError, match="without a reason: django/a"):
        read_exemptions("django/a/*\n")


def test_the_catalogues_of_django_are_read_as_they_are_compiled():
    installed = installed_translations()
    assert installed["django", "", "This month", False].vietnamese == "Tháng này"
    assert installed["djangojs", "", "Tomorrow", False].vietnamese == "Ngày mai"
    assert ("django", "", "Breadcrumbs", False) not in installed
