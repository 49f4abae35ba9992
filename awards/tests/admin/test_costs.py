"""What the pages of nominations cost: hiding what is hidden asks the database nothing."""

from datetime import date

import pytest
from django.urls import reverse

from awards.enums import NominationState
from awards.tests.factories import make_dossier, make_nomination
from danvan.access.roles import Role
from tests.factories import logged_in, make_person, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

COSTS = {
    "awards_nomination_changelist": {Role.STAFF: 11, Role.UNIT_LEAD: 10, Role.UNIT_VIEWER: 10, Role.VIEWER: 11},
    "awards_nomination_change": {Role.STAFF: 13, Role.UNIT_LEAD: 17, Role.UNIT_VIEWER: 10, Role.VIEWER: 11},
    "awards_nomination_history": {Role.STAFF: 7, Role.UNIT_LEAD: 7, Role.UNIT_VIEWER: 7, Role.VIEWER: 7},
    "awards_dossier_change": {Role.STAFF: 15, Role.UNIT_LEAD: 23, Role.UNIT_VIEWER: 16, Role.VIEWER: 14},
    "organization_person_changelist": {Role.STAFF: 8, Role.UNIT_LEAD: 8, Role.UNIT_VIEWER: 8, Role.VIEWER: 8},
    "organization_person_change": {Role.STAFF: 11, Role.UNIT_LEAD: 19, Role.UNIT_VIEWER: 12, Role.VIEWER: 10},
}


@pytest.mark.parametrize(("page", "role"), [(page, role) for page, costs in COSTS.items() for role in costs])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_whatever_is_hidden(page, role, rows, django_assert_num_queries):
    unit = make_unit()
    person = make_person(unit, birth_date=date(1971, 7, 23))
    dossier = make_dossier(unit)
    row = make_nomination(dossier, person=person, state=NominationState.REFUSED)
    for _ in range(rows - 1):
        make_nomination(dossier, state=NominationState.APPRAISED)
    client = logged_in(make_user(role, unit))
    keys = {"awards_nomination": row.pk, "awards_dossier": dossier.pk, "organization_person": person.pk}
    args = [] if page.endswith("changelist") else [keys[page.rpartition("_")[0]]]
    address = reverse(f"admin:{page}", args=args)
    client.get(address)
    with django_assert_num_queries(COSTS[page][role]):
        assert client.get(address).status_code == 200
