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
    "awards_nomination_changelist": {Role.STAFF: 12, Role.UNIT_LEAD: 11, Role.UNIT_VIEWER: 11, Role.VIEWER: 12},
    "awards_nomination_change": {Role.STAFF: 14, Role.UNIT_LEAD: 18, Role.UNIT_VIEWER: 11, Role.VIEWER: 12},
    "awards_nomination_history": {Role.STAFF: 8, Role.UNIT_LEAD: 8, Role.UNIT_VIEWER: 8, Role.VIEWER: 8},
    "awards_dossier_change": {Role.STAFF: 16, Role.UNIT_LEAD: 24, Role.UNIT_VIEWER: 17, Role.VIEWER: 15},
    "organization_person_changelist": {Role.STAFF: 9, Role.UNIT_LEAD: 9, Role.UNIT_VIEWER: 9, Role.VIEWER: 9},
    "organization_person_change": {Role.STAFF: 12, Role.UNIT_LEAD: 20, Role.UNIT_VIEWER: 13, Role.VIEWER: 11},
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
