"""Somebody who sees every unit and leads one of them writes in that one only."""

import pytest

from danvan.access.roles import Role
from danvan.organization.models import Collective, Membership, Person
from tests.factories import logged_in, make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return make_unit("Đảng ủy xã Ea Kar")


@pytest.fixture
def other():
    return make_unit("Đảng ủy xã Cư Kuin")


@pytest.fixture
def councillor(own):
    """A member of the council who leads a unit."""
    user = make_user(Role.COUNCIL_MEMBER)
    Membership.objects.create(user=user, unit=own, role=Role.UNIT_LEAD)
    return user


@pytest.mark.parametrize(
    ("model", "words"), [(Person, {"full_name": "Y Biêr Niê"}), (Collective, {"name": "Tổ dân vận Buôn Tơng Jú"})]
)
def test_a_record_is_added_to_the_own_unit_only(councillor, own, other, model, words):
    add = f"/admin/organization/{model._meta.model_name}/add/"
    client = logged_in(councillor)
    refused = client.post(add, {**words, "unit": other.pk})
    assert refused.status_code == 200
    assert "unit" in refused.context["adminform"].form.errors
    assert not model.objects.exists()
    assert client.post(add, {**words, "unit": own.pk}).status_code == 302
    assert model.objects.get().unit == own


def test_the_one_unit_is_filled_in(councillor, own):
    form = logged_in(councillor).get("/admin/organization/person/add/").context["adminform"].form
    assert form.fields["unit"].initial == own.pk


def test_staff_choose_among_all_units(own, other):
    form = logged_in(make_staff()).get("/admin/organization/person/add/").context["adminform"].form
    assert {own, other} <= set(form.fields["unit"].queryset)


def test_a_lead_of_two_units_moves_nobody_between_them(own, other):
    lead, person = make_lead(own), make_person(own, "Y Biêr Niê")
    Membership.objects.create(user=lead, unit=other, role=Role.UNIT_LEAD)
    url = f"/admin/organization/person/{person.pk}/change/"
    logged_in(lead).post(url, {"full_name": "Y Biêr Niê Kđăm", "unit": other.pk, "_version": 0})
    person.refresh_from_db()
    assert (person.full_name, person.unit) == ("Y Biêr Niê Kđăm", own)
