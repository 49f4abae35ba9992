"""The citizen identity number: masked everywhere, in full for a reason and on record."""

import pytest
from django.urls import reverse

from danvan.access.roles import Role
from danvan.history.models import Activity, RefusedAttempt
from danvan.organization.domain.people.identity import enter_number, read_number
from danvan.organization.models import PersonIdentity
from danvan.workflow import NotAllowed, Refused
from tests.factories import logged_in, make_administrator, make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db
NUMBER = "001085012345"
MASKED = "•••••••••345"


@pytest.fixture
def person():
    person = make_person(make_unit("Đảng ủy xã Ea Kar"), "Trần Thị Lan")
    enter_number(person=person, citizen_id=NUMBER, actor=make_staff())
    return person


def address(page, person):
    return reverse(f"admin:organization_person_{page}", args=[person.pk])


def kept_of(person):
    return PersonIdentity.objects.filter(person=person).values_list("citizen_id", flat=True).first()


# --- entering ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["001085012345", "001 085 012 345", "001.085.012.345", " 001085012345 "])
def test_twelve_digits_however_spaced(typed):
    person = make_person(make_unit())
    answer = logged_in(make_lead(person.unit)).post(address("identity", person), {"citizen_id": typed})
    assert (answer.status_code, kept_of(person)) == (302, NUMBER)


@pytest.mark.parametrize("typed", ["12345", "0010850123456", "00108501234x", "٠٠١٠٨٥٠١٢٣٤٥", "001085-01234"])
def test_what_is_no_number_is_refused_at_its_field(person, typed):
    answer = logged_in(make_staff()).post(address("identity", person), {"citizen_id": typed})
    form = answer.context["form"]
    assert (answer.status_code, kept_of(person)) == (200, NUMBER)
    assert form.errors["citizen_id"] == ["Số căn cước gồm 12 chữ số."]


def test_an_empty_field_takes_the_number_away(person):
    logged_in(make_staff()).post(address("identity", person), {"citizen_id": ""})
    assert kept_of(person) is None
    assert Activity.objects.of(person).first().action == "remove_identity"


def test_the_form_never_holds_the_number_that_is_kept(person):
    assert NUMBER not in logged_in(make_staff()).get(address("identity", person)).content.decode()


def test_the_number_of_another_unit_is_taken_without_a_word(person):
    mine = make_person(make_unit())
    lead = make_lead(mine.unit)
    answer = logged_in(lead).post(address("identity", mine), {"citizen_id": NUMBER}, follow=True)
    assert kept_of(mine) == NUMBER
    text = answer.content.decode()
    assert person.full_name not in text and NUMBER not in text


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.STAFF, Role.UNIT_LEAD)]
)
def test_nobody_else_enters(person, role):
    user = make_user(role, person.unit)
    with pytest.raises(NotAllowed):
        enter_number(person=person, citizen_id="001085999999", actor=user)
    logged_in(user).post(address("identity", person), {"citizen_id": "001085999999"})
    assert kept_of(person) == NUMBER


def test_the_lead_of_another_unit_neither_enters_nor_sees(person):
    client = logged_in(make_lead(make_unit()))
    assert client.get(address("identity", person)).status_code == 302
    assert client.post(address("identity", person), {"citizen_id": "001085999999"}).status_code == 302
    assert client.post(address("reveal_identity", person), {"reason": "xem"}).status_code == 302
    assert kept_of(person) == NUMBER


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("maker", [make_administrator, make_staff])
def test_in_full_once_for_a_reason_that_is_kept(person, maker):
    user = maker()
    answer = logged_in(user).post(address("reveal_identity", person), {"reason": "Lập danh sách tặng Bằng khen"})
    assert NUMBER in answer.content.decode()
    seen = Activity.objects.of(person).first()
    assert (seen.action, seen.actor, seen.reason) == ("reveal_identity", user, "Lập danh sách tặng Bằng khen")
    for page in ("change", "history", "identity"):
        assert NUMBER not in logged_in(user).get(address(page, person)).content.decode()


def test_each_look_is_kept(person):
    client = logged_in(make_staff())
    for _ in range(2):
        client.post(address("reveal_identity", person), {"reason": "Đối chiếu"})
    assert Activity.objects.of(person).filter(action="reveal_identity").count() == 2


def test_without_a_reason_and_by_get_nothing_is_shown(person):
    client = logged_in(make_staff())
    assert client.get(address("reveal_identity", person)).status_code == 405
    for reason in ("", "   "):
        assert NUMBER not in client.post(address("reveal_identity", person), {"reason": reason}).content.decode()
    with pytest.raises(Refused):
        read_number(person=person, actor=make_staff(), reason=" ")
    assert not Activity.objects.filter(action="reveal_identity").exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.STAFF)])
def test_nobody_else_reads_it_in_full(person, role):
    user = make_user(role, person.unit)
    with pytest.raises(NotAllowed):
        read_number(person=person, actor=user, reason="xem")
    answer = logged_in(user).post(address("reveal_identity", person), {"reason": "xem"}, follow=True)
    assert NUMBER not in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.STAFF, True),
        (Role.LEADER, True),
        (Role.CLERK, True),
        (Role.UNIT_LEAD, True),
        (Role.UNIT_VIEWER, False),
        (Role.COUNCIL_MEMBER, False),
        (Role.VIEWER, False),
    ],
)
def test_masked_on_the_page_of_the_person_alone(person, role, sees):
    client = logged_in(make_user(role, person.unit))
    for page in ("change", "history"):
        text = client.get(address(page, person)).content.decode()
        assert NUMBER not in text
        if page == "change":
            assert (MASKED in text) is sees
        elif not sees or role == Role.UNIT_LEAD:
            assert MASKED not in text
    listed = client.get(reverse("admin:organization_person_changelist")).content.decode()
    assert MASKED not in listed and NUMBER not in listed


# --- elsewhere --------------------------------------------------------------------------------------------------------


def test_no_search_no_lookup_no_autocomplete_finds_it(person):
    client = logged_in(make_administrator())
    list_ = reverse("admin:organization_person_changelist")
    assert list(client.get(list_, {"q": NUMBER}).context["cl"].result_list) == []
    true, false = (
        client.get(list_, {"identity__citizen_id__startswith": start}).headers.get("Location") for start in ("0", "9")
    )
    assert true == false
    asked = {"app_label": "awards", "model_name": "nomination", "field_name": "person", "term": NUMBER}
    assert NUMBER not in client.get(reverse("admin:autocomplete"), asked).content.decode()


def test_neither_history_nor_refused_attempts_hold_it(person):
    logged_in(make_staff()).post(address("identity", person), {"citizen_id": "001085999999x"})
    logged_in(make_lead(make_unit())).post(address("identity", person), {"citizen_id": "001085999999"})
    logged_in(make_staff()).post(address("identity", person), {"citizen_id": "001085777777"})
    kept = str(list(Activity.objects.values())) + str(list(RefusedAttempt.objects.values()))
    for number in (NUMBER, "001085999999", "001085777777"):
        assert number not in kept
    assert Activity.objects.of(person).first().changes == {"identity": [MASKED, "•••••••••777"]}
