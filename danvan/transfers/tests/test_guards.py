"""Each guard of the resources by itself: taken away, its test here turns red."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from awards.resources.nomination import NominationResource
from awards.tests.factories import make_dossier, make_nomination
from danvan.access.roles import Role
from danvan.organization.models import Person
from danvan.transfers.columns import Column
from danvan.transfers.tests.samples import PersonResource
from danvan.transfers.widgets import TextWidget
from tests.factories import make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


def test_an_import_finds_rows_of_the_own_unit_alone(own, other):
    mine, _theirs = make_person(own, "Y Biêr Niê"), make_person(other, "Y Biêr Niê")
    assert list(PersonResource(make_lead(own)).get_queryset()) == [mine]
    assert PersonResource(make_staff()).get_queryset().count() == 2
    assert not PersonResource(make_user()).get_queryset().exists()


@pytest.mark.parametrize("verb", ["view", "change", "add"])
def test_reached_are_the_rows_of_the_own_unit_alone(own, other, verb):
    mine, theirs = make_person(own), make_person(other)
    assert PersonResource(make_lead(own)).reached(verb, [mine.pk, theirs.pk]) == {mine.pk}


@pytest.mark.parametrize("role", Role)
def test_no_column_holds_what_is_hidden(role):
    columns = NominationResource(make_user(role)).fields
    assert ("result" in columns) is ("refusal_reason" in columns) is (role not in (Role.UNIT_LEAD, Role.UNIT_VIEWER))
    assert ("birth_year" in columns) is (role not in (Role.COUNCIL_MEMBER, Role.VIEWER))


def test_a_column_that_reads_no_field_says_what_it_reads():
    with pytest.raises(ImproperlyConfigured):
        Column("Tuổi", "age", TextWidget()).bind(user=make_staff(), model=Person)
    Column("Tuổi", "age", TextWidget(), reads=("birth_date",)).bind(user=make_staff(), model=Person)
    with pytest.raises(ImproperlyConfigured):
        Column("Tuổi", "age", TextWidget(), reads=("birth_dat",)).bind(user=make_staff(), model=Person)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_year_of_birth_is_read_with_the_rows(rows, django_assert_num_queries):
    for _ in range(rows):
        make_nomination()
    resource = NominationResource(make_staff())
    with django_assert_num_queries(1):
        assert len(list(resource.export_rows(resource.get_queryset()))) == rows


@pytest.mark.parametrize("year", [None, 1971])
def test_the_year_of_birth_is_the_one_of_the_person(year):
    unit = make_unit()
    row = make_nomination(make_dossier(unit), person=make_person(unit, birth_year=year))
    assert NominationResource(make_staff()).fields["birth_year"].export(row) == year
    team = make_nomination(make_dossier(make_unit()), team="Tổ dân vận")
    assert NominationResource(make_staff()).fields["birth_year"].export(team) is None
