"""The birth of people is closed to the auditor and the council on every channel, and open to who works with it."""

from datetime import date

import pytest

from awards.enums import NominationState
from awards.tests.factories import make_decision, make_dossier, make_nomination
from danvan.access.roles import Role
from danvan.history.domain import record
from tests.factories import logged_in, make_person, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

BIRTH = ("1971", "23/07", "1971-07-23")
CLOSED = (Role.VIEWER, Role.COUNCIL_MEMBER)
OPEN = (Role.CLERK, Role.LEADER, Role.STAFF, Role.ADMINISTRATOR)
PEOPLE = "/admin/organization/person/"


@pytest.fixture
def person():
    """Somebody born on 23/07/1971, with a history that says so, nominated, approved and about to be decided on."""
    person = make_person(make_unit(), "Y Biêr Niê", birth_date=date(1971, 7, 23), post="Trưởng buôn")
    make_person(person.unit, "Lê Thị Trước", birth_date=date(1950, 1, 1))
    record(
        actor=None, action="change", obj=person, changes={"birth_date": ["", "1971-07-23"], "birth_year": ["", 1971]}
    )
    row = make_nomination(make_dossier(person.unit), person=person, state=NominationState.APPROVED)
    record(actor=None, action="import", obj=row, changes={"person__birth_year": [None, 1971]})
    make_decision([row])
    return person


def pages_about(person):
    row = person.nominations.get()
    records = [person, person.unit, row, row.dossier, row.decision]
    for obj in records:
        base = f"/admin/{obj._meta.label_lower.replace('.', '/')}/"
        yield from (base, f"{base}{obj.pk}/change/", f"{base}{obj.pk}/history/", f"{base}{obj.pk}/delete/")
    yield from ("/admin/", "/admin/awards/statistics/", "/admin/awards/commendation/", "/admin/documents/storedfile/")


def read(client, address):
    return client.get(address).content.decode()


@pytest.mark.once
@pytest.mark.parametrize("role", CLOSED)
def test_no_page_tells_it(person, role):
    client = logged_in(make_user(role))
    found = [(address, word) for address in pages_about(person) for word in BIRTH if word in read(client, address)]
    assert found == []
    assert "Y Biêr Niê" in read(client, f"{PEOPLE}{person.pk}/change/")


@pytest.mark.parametrize("role", OPEN)
def test_who_works_with_people_reads_it(person, role):
    client = logged_in(make_user(role))
    assert "1971" in read(client, PEOPLE)
    assert "23/07/1971" in read(client, f"{PEOPLE}{person.pk}/change/")
    assert "23/07/1971" in read(client, f"{PEOPLE}{person.pk}/history/")


@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.UNIT_VIEWER])
def test_a_unit_reads_it_of_its_own_people(person, role):
    client = logged_in(make_user(role, person.unit))
    assert "23/07/1971" in read(client, f"{PEOPLE}{person.pk}/change/")
    stranger = logged_in(make_user(role))
    assert "1971" not in "".join(read(stranger, address) for address in pages_about(person))


@pytest.mark.parametrize("role", CLOSED)
@pytest.mark.parametrize(
    "lookup",
    ["birth_year", "birth_year__gte", "birth_date__year", "birth_date__isnull", "identity__citizen_id__startswith"],
)
def test_the_list_of_people_is_not_filtered_by_it(person, role, lookup):
    assert logged_in(make_user(role)).get(f"{PEOPLE}?{lookup}=1").status_code == 400


@pytest.mark.parametrize("role", CLOSED)
def test_the_list_of_people_is_not_sorted_by_it(person, role):
    client = logged_in(make_user(role))
    for column in range(-7, 8):
        changelist = client.get(PEOPLE, {"o": column}).context["cl"]
        assert changelist.list_display == ["full_name", "salutation", "post", "unit"]
        assert not any("birth" in str(term) for term in changelist.queryset.query.order_by)


@pytest.mark.parametrize("role", [*CLOSED, *OPEN])
def test_nobody_finds_people_by_it(person, role):
    assert not logged_in(make_user(role)).get(PEOPLE, {"q": "1971"}).context["cl"].queryset.exists()


@pytest.mark.parametrize("role", CLOSED)
def test_the_list_of_nominations_answers_no_question_about_it(person, role):
    client = logged_in(make_user(role))
    for lookup in ("person__birth_year", "person__birth_date__gte", "person__identity__citizen_id"):
        assert client.get(f"/admin/awards/nomination/?{lookup}=1971").status_code == 400
