"""The screens of registering, as a lead meets them."""

import pytest
from django.core.exceptions import ValidationError

from danvan.access.roles import Role
from danvan.organization.models import Membership
from danvan.workflow import ChangedMeanwhile
from movements.enums import RegistrationState
from tests.factories import logged_in, make_exemplar, make_lead, make_registration, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make_unit("Đảng ủy xã Ea Kar")


@pytest.fixture
def councillor(unit):
    """A member of the council who leads the unit."""
    user = make_user(Role.COUNCIL_MEMBER)
    Membership.objects.create(user=user, unit=unit, role=Role.UNIT_LEAD)
    return user


def rename(user, registration):
    """Type another name into the form of *registration* and return the name it has afterwards."""
    data = {
        "campaign": registration.campaign_id,
        "name": "Tên mới",
        "kind": registration.kind,
        "subject_kind": registration.subject_kind,
        "field": registration.field_id,
        "status": registration.status,
        "place": registration.place,
        "_version": registration.version,
    }
    logged_in(user).post(f"/admin/movements/registration/{registration.pk}/change/", data)
    registration.refresh_from_db()
    return registration.name


@pytest.mark.parametrize(
    ("state", "changed"), [(RegistrationState.DRAFT, True), (RegistrationState.RETURNED, True), ("submitted", False)]
)
def test_a_lead_changes_it_until_it_is_sent_whatever_else_the_lead_sees(unit, councillor, state, changed):
    for user in (make_lead(unit), councillor):
        registration = make_registration(unit, state=state)
        assert (rename(user, registration) == "Tên mới") is changed
        registration.delete()


def test_staff_mend_what_was_sent(unit):
    assert rename(make_staff(), make_registration(unit, state=RegistrationState.SUBMITTED)) == "Tên mới"


def test_it_continues_no_model_of_another_unit(unit):
    registration = make_registration(unit)
    registration.exemplar = make_exemplar(unit)
    registration.clean()
    registration.exemplar = make_exemplar(make_unit())
    with pytest.raises(ValidationError) as refused:
        registration.clean()
    assert list(refused.value.error_dict) == ["exemplar"]


def test_a_deed_that_somebody_else_did_meanwhile_leads_back_to_the_record(unit):
    """A second click, or a second officer: the record is there, its state has moved on."""
    client, registration = logged_in(make_staff()), make_registration(unit, state=RegistrationState.SUBMITTED)
    record = f"/admin/movements/registration/{registration.pk}/"
    for _ in range(2):
        assert client.post(f"{record}deed/accept/", {"reason": ""})["Location"] == f"{record}change/"
    shown = [str(message) for message in client.get(f"{record}change/").context["messages"]]
    assert str(ChangedMeanwhile()) in shown
