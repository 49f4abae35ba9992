"""Numbers from the office's book and from counters: no repeat, no gap, a void one stays."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from danvan.documents.domain.numbering import next_number, read_number, take_number, void_number
from danvan.documents.models import DocumentNumber, Letterhead, Numbering, Style
from danvan.history.models import Activity
from tests.factories import make_clerk


def make_letterhead(**fields):
    return Letterhead.objects.create(
        **{
            "superior": "TỈNH ỦY ĐẮK LẮK",
            "issuer": "BAN DÂN VẬN",
            "full_name": "Ban Dân vận Tỉnh ủy Đắk Lắk",
            "symbol": "BDVTU",
            "place": "Buôn Ma Thuột",
            **fields,
        }
    )


def take(letterhead, typed, day=date(2015, 12, 28), actor=None, **extra):
    return take_number(
        letterhead=letterhead, kind="QĐ", typed=typed, issued_on=day, actor=actor or make_clerk(), **extra
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "number", "suffix", "text"),
    [
        ("12", 12, "", "12-QĐ/BDVTU"),
        ("05", 5, "", "05-QĐ/BDVTU"),
        ("12a", 12, "a", "12a-QĐ/BDVTU"),
        ("12A", 12, "a", "12a-QĐ/BDVTU"),
        (" 12-QĐ/BDVTU ", 12, "", "12-QĐ/BDVTU"),
        ("Số 12 - QĐ/BDVTU", 12, "", "12-QĐ/BDVTU"),
    ],
)
def test_a_number_is_read_as_clerks_type_it(typed, number, suffix, text):
    entry = take(make_letterhead(), typed)
    assert (entry.number, entry.suffix, entry.text, entry.period) == (number, suffix, text, "2015")


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "0", "abc", "-3", "12b7", "12-CV/BDVTU", "12/QĐ-UBND", "1234567", "Số"])
def test_what_is_no_number_of_the_book_is_refused_at_the_field(typed):
    with pytest.raises(ValidationError) as refused:
        take(make_letterhead(), typed)
    assert list(refused.value.message_dict) == ["number"]
    assert not DocumentNumber.objects.exists()


@pytest.mark.django_db
def test_a_state_body_writes_its_numbers_its_own_way():
    letterhead = make_letterhead(style=Style.STATE, symbol="UBND")
    assert take(letterhead, "3776").text == "3776/QĐ-UBND"


@pytest.mark.django_db
def test_a_taken_number_is_refused_and_named():
    letterhead = make_letterhead()
    take(letterhead, "12")
    with pytest.raises(ValidationError) as refused:
        take(letterhead, "012", day=date(2015, 12, 31))
    assert refused.value.message_dict == {"number": ["Số 12-QĐ/BDVTU ngày 28/12/2015 đã có trong sổ."]}


@pytest.mark.django_db
def test_what_shares_a_number_only_in_part_does_not_clash():
    letterhead = make_letterhead()
    take(letterhead, "12")
    take(letterhead, "12a")
    take(letterhead, "12", day=date(2016, 1, 4))
    take(make_letterhead(symbol="VPTU"), "12")
    take_number(letterhead=letterhead, kind="TTr", typed="12", issued_on=date(2015, 12, 28), actor=make_clerk())
    assert DocumentNumber.objects.count() == 5


@pytest.mark.django_db
def test_where_numbers_follow_the_term_the_year_does_not_begin_them_again():
    letterhead = make_letterhead(numbering=Numbering.TERM, term="2015-2020")
    take(letterhead, "12")
    with pytest.raises(ValidationError):
        take(letterhead, "12", day=date(2016, 1, 4))


@pytest.mark.django_db
def test_a_void_number_stays_as_a_row_and_keeps_its_place():
    letterhead, clerk = make_letterhead(), make_clerk()
    void = {"letterhead": letterhead, "kind": "QĐ", "typed": "13", "issued_on": date(2015, 12, 28), "actor": clerk}
    with pytest.raises(ValidationError):
        void_number(**void, reason=" ")
    void_number(**void, reason="Đóng dấu nhầm")
    with pytest.raises(ValidationError, match="Số 13-QĐ/BDVTU đã hủy trong sổ: Đóng dấu nhầm"):
        take(letterhead, "13")
    assert DocumentNumber.objects.get().void_reason == "Đóng dấu nhầm"
    activity = Activity.objects.get()
    assert (activity.actor, activity.action, activity.reason) == (clerk, "documentnumber.void", "Đóng dấu nhầm")


@pytest.mark.django_db
def test_a_full_symbol_is_read_for_its_issuer_only():
    with pytest.raises(ValidationError):
        read_number("12-QĐ/BDVTU", make_letterhead(symbol="BTGDVTU"), "QĐ")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_count_without_gap_or_repeat():
    """Twenty threads, every fifth of which rolls back: the others hold 1 to 16."""
    given, lock = [], threading.Lock()

    def count(number):
        try:
            with transaction.atomic():
                value = next_number(key="so-khen-thuong/2015")
                if number % 5 == 0:
                    raise RuntimeError
            with lock:
                given.append(value)
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=count, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 17))


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_with_one_number_one_gets_it():
    letterhead, clerk = make_letterhead(), make_clerk()
    outcomes = []

    def issue():
        try:
            with transaction.atomic():
                take(letterhead, "12", actor=clerk)
            outcomes.append("taken")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "refused", "refused", "taken"]
    assert DocumentNumber.objects.count() == 1
