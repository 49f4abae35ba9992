"""What was given and nominated under one row counts for all rows of the person."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from awards.admin.forms import NominatePersonForm
from awards.domain.appraisal import earlier_of, prospects
from awards.domain.nominations import nominate_person
from awards.enums import DecisionState, NominationState
from awards.models import Nomination
from awards.tests.factories import ACHIEVEMENT, make_decision, make_dossier, make_nomination, make_round
from danvan.organization.domain.people.duplicates import merge, unmerge
from tests.factories import logged_in, make_lead, make_leader, make_person, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


@pytest.fixture
def old():
    return make_person(make_unit("Huyện ủy Ea Kar"), "Trần Thị Lan")


@pytest.fixture
def new():
    return make_person(make_unit("Đảng ủy xã Ea Kar"), "Trần Thị Lan")


@pytest.fixture
def merged(old, new):
    merge(person=old, into=new, actor=make_staff(), reason="Cùng ngày sinh.")


def nominate(person, dossier):
    return nominate_person(dossier=dossier, actor=make_staff(), person=person, achievement=ACHIEVEMENT)


@pytest.mark.parametrize("turned", [False, True])
def test_a_person_is_nominated_once_in_a_round_whatever_the_row(old, new, merged, turned):
    first, second = (new, old) if turned else (old, new)
    nominate(first, make_dossier(first.unit))
    with pytest.raises(ValidationError) as refused:
        nominate(second, make_dossier(second.unit))
    assert first.unit.name not in str(refused.value)
    assert Nomination.objects.get().person == first
    nominate(second, make_dossier(second.unit, make_round()))


def test_two_people_are_nominated_each(old, new):
    nominate(old, make_dossier(old.unit))
    nominate(new, make_dossier(new.unit))
    assert Nomination.objects.count() == 2


def test_a_commendation_under_the_other_row_warns(old, new, merged):
    first = make_nomination(make_dossier(old.unit), person=old, state=NominationState.APPROVED)
    make_decision([first], DecisionState.ISSUED)
    again = make_nomination(make_dossier(new.unit, make_round()), person=new, state=NominationState.APPRAISED)
    (prospect,) = prospects(nominations=[again], action="approve", actor=make_leader())
    assert "12-QĐ/BDVTU" in prospect.warning
    unmerge(person=old, actor=make_staff())
    assert earlier_of([again])[again.pk] == []


def test_the_page_of_a_person_shows_what_all_rows_have(old, new, merged):
    first = make_nomination(make_dossier(old.unit), person=old, state=NominationState.APPROVED)
    make_decision([first], DecisionState.ISSUED)
    for person in (old, new):
        page = reverse("admin:organization_person_change", args=[person.pk])
        assert "12-QĐ/BDVTU" in logged_in(make_staff()).get(page).content.decode()
    text = (
        logged_in(make_lead(new.unit)).get(reverse("admin:organization_person_change", args=[new.pk])).content.decode()
    )
    assert "12-QĐ/BDVTU" not in text and old.unit.name not in text


def test_a_unit_reads_of_its_nominations_what_it_may_know(new):
    nomination = make_nomination(make_dossier(new.unit), person=new, state=NominationState.APPROVED)
    page = reverse("admin:organization_person_change", args=[new.pk])
    text = logged_in(make_lead(new.unit)).get(page).content.decode()
    assert str(nomination.result_for_unit) in text and nomination.get_state_display() not in text
    assert nomination.get_state_display() in logged_in(make_staff()).get(page).content.decode()


def test_the_form_of_a_nomination_offers_the_kept_row_where_the_unit_has_it(old, new):
    lead = make_lead(new.unit)
    other = make_person(new.unit, "Trần T. Lan")
    merge(person=other, into=new, actor=make_staff(), reason="Cùng ngày sinh.")
    form = NominatePersonForm(actor=lead, dossier=make_dossier(new.unit))
    assert list(form.fields["person"].queryset) == [new]
    merge(person=old, into=new, actor=make_staff(), reason="Cùng ngày sinh.")
    form = NominatePersonForm(actor=make_lead(old.unit), dossier=make_dossier(old.unit))
    assert list(form.fields["person"].queryset) == [old]
