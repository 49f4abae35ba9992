"""Every list of the app: for whom it opens, what it shows, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.domain.layouts import make_default_layouts
from awards.enums import DecisionState, NominationState
from awards.models import CommendationTally
from awards.tests.factories import issue, make_decision, make_dossier, make_form, make_nomination, make_round
from danvan.access.roles import RIGHTS, Role
from tests.factories import logged_in, make_lead, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

LISTS = [
    "awardform",
    "awardround",
    "dossier",
    "nomination",
    "decision",
    "commendation",
    "commendationtally",
    "certificatelayout",
]


def address(name, query=""):
    return reverse(f"admin:awards_{name}_changelist") + query


def make_row(name, index):
    """One more row in the list called *name*."""
    form = make_form(name=f"Giấy khen {index}")
    if name == "awardround":
        make_round(form=form)
    elif name == "dossier":
        make_nomination(make_dossier())
    elif name == "nomination":
        make_nomination(state=NominationState.APPRAISED)
    elif name == "decision":
        make_decision([make_nomination(state=NominationState.APPROVED)])
    elif name == "commendation":
        state = DecisionState.AWAITING_NUMBER
        decision = make_decision([make_nomination(state=NominationState.APPROVED)], state)
        issue(decision, str(index))
    elif name == "commendationtally":
        CommendationTally.objects.create(year=2015, occasion=f"Dịp {index}", form=form, issuer="Ban", source="Báo")
    elif name == "certificatelayout":
        make_default_layouts(form=form)


@pytest.mark.once
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", Role)
def test_a_list_opens_for_whom_the_role_table_says(name, role):
    make_row(name, 1)
    status = logged_in(make_user(role)).get(address(name)).status_code
    allowed = "view" in RIGHTS[f"awards.{name}"].get(role, "").split()
    assert status == (200 if allowed else 403)


@pytest.mark.parametrize("name", LISTS)
def test_one_row_and_three_rows_cost_the_same(name):
    client = logged_in(make_user(Role.ADMINISTRATOR))
    costs = []
    make_row(name, 1)
    for rows in (0, 2):
        for index in range(rows):
            make_row(name, index + 2)
        client.get(address(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(name)).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("name", ["dossier", "nomination", "commendation"])
def test_a_lead_sees_the_rows_of_the_own_unit(name):
    make_row(name, 1)
    dossier = make_dossier()
    own = make_nomination(dossier, "Chính Mình", NominationState.APPROVED)
    if name == "commendation":
        issue(make_decision([own], DecisionState.AWAITING_NUMBER), "99")
    lead = logged_in(make_lead(dossier.unit))
    assert lead.get(address(name)).context["cl"].queryset.count() == 1
    staff = logged_in(make_staff())
    assert staff.get(address(name)).context["cl"].queryset.count() == 2


@pytest.mark.parametrize(
    "query",
    [
        "?state__exact=appraised",
        "?recommendation__exact=yes",
        "?waiting=approval",
        "?score__gte=50",
        "?internal_note__contains=a",
        "?slip__number=1",
        "?round__nominations__score__gte=95",
        "?dossier__unit__dossiers__nominations__score__gte=95",
        "?o=6",
    ],
)
def test_a_lead_cannot_ask_for_what_is_hidden(query):
    nomination = make_nomination(state=NominationState.APPRAISED)
    client = logged_in(make_lead(nomination.dossier.unit))
    plain = client.get(address("nomination")).content.decode()
    response = client.get(address("nomination", query))
    if response.status_code == 200:
        assert response.context["cl"].queryset.count() == 1
        assert "đã thẩm định" not in response.content.decode()
    else:
        assert response.status_code in {302, 400}
    assert "đã thẩm định" not in plain
    assert "đang xét" in plain.lower()


@pytest.mark.parametrize(("query", "count"), [("?q=chinh+minh", 1), ("?q=CHÍNH", 1), ("?q=khac", 0)])
def test_found_without_accents(query, count):
    make_nomination(full_name="Chính Mình")
    assert logged_in(make_staff()).get(address("nomination", query)).context["cl"].queryset.count() == count


def test_unknown_counts_are_shown_as_unknown():
    CommendationTally.objects.create(
        year=2015, occasion="Dịp", form=make_form(), issuer="Ban", source="Báo", collectives=None, individuals=0
    )
    html = logged_in(make_staff()).get(address("commendationtally")).content.decode()
    assert html.count("chưa rõ") == 1


@pytest.mark.parametrize("name", LISTS)
def test_every_add_form_opens_where_it_may(name):
    if name == "decision":
        make_nomination(state=NominationState.APPROVED)
    client = logged_in(make_staff())
    status = client.get(reverse(f"admin:awards_{name}_add")).status_code
    may = "add" in RIGHTS[f"awards.{name}"].get(Role.STAFF, "").split() and name != "nomination"
    assert status == (200 if may else 403)
