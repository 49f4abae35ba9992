"""Computed columns are right after every way of writing, and text is NFC whatever door it came through."""

import unicodedata

import pytest

from danvan.access.models import StaleColumn
from danvan.organization.models import Person, Unit
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db


def test_a_save_computes_the_columns():
    unit = make_unit("Đảng ủy phường Buôn Ma Thuột")
    assert Unit.objects.search("buon ma thuot").get() == unit
    unit.name = "Đảng ủy phường Tân An"
    unit.save(update_fields=["name"])
    assert Unit.objects.search("tan an").get() == unit
    assert not Unit.objects.search("buon ma thuot").exists()


def test_bulk_create_computes_the_columns():
    unit = make_unit()
    Person.objects.bulk_create(
        [Person(unit=unit, full_name="Nguyễn Thị Ánh"), Person(unit=unit, full_name="Lê Văn An")]
    )
    assert [p.full_name for p in Person.objects.all()] == ["Lê Văn An", "Nguyễn Thị Ánh"]
    assert Person.objects.search("anh").get().full_name == "Nguyễn Thị Ánh"


def test_update_of_a_source_is_refused():
    person = make_person(make_unit())
    with pytest.raises(StaleColumn):
        Person.objects.filter(pk=person.pk).update(full_name="Khác")
    with pytest.raises(StaleColumn):
        Person.objects.bulk_update([person], ["full_name"])
    assert Person.objects.filter(pk=person.pk).update(birth_year=1980) == 1


def test_text_is_stored_composed():
    decomposed = unicodedata.normalize("NFD", "Đảng ủy xã Krông Pắc")
    unit = make_unit(decomposed)
    assert Unit.objects.get(pk=unit.pk).name == "Đảng ủy xã Krông Pắc"
    assert Unit.objects.filter(name=decomposed).exists()


def test_each_save_counts_the_version():
    unit = make_unit()
    assert unit.version == 0
    unit.save()
    unit.save(update_fields=["telephone"])
    assert Unit.objects.get(pk=unit.pk).version == 2


@pytest.mark.parametrize("typed", ["KRÔNG PẮC", "krong pac", "Krông  Pắc", unicodedata.normalize("NFD", "Krông Pắc")])
def test_search_ignores_accents_case_and_spaces(typed):
    unit = make_unit("Huyện ủy Krông Pắc")
    make_unit("Huyện ủy Krông Búk")
    assert list(Unit.objects.search(typed)) == [unit]


def test_people_stand_in_the_order_of_given_names():
    unit = make_unit()
    for name in ("Trần Văn Đức", "Y Biêr Niê", "Lê Thị Dung", "Phạm Thị Ánh", "Nguyễn Văn An", "H'Hen Niê"):
        make_person(unit, name, given_name="Biêr" if name.startswith("Y ") else "")
    assert [p.full_name for p in Person.objects.all()] == [
        "Nguyễn Văn An",
        "Phạm Thị Ánh",
        "Y Biêr Niê",
        "Lê Thị Dung",
        "Trần Văn Đức",
        "H'Hen Niê",
    ]
