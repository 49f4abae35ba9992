"""Which fields are hidden from whom: by role, by the state of the row, because they are personal; and over paths."""

from itertools import product

import pytest

from awards.enums import DecisionState, DossierState, NominationState
from awards.models import Commendation, Decision, Dossier, Nomination
from awards.tests.factories import make_nomination
from danvan.access.admin import paths_of_filter
from danvan.access.roles import Role
from danvan.access.visibility import fields_on, hidden_fields, hideable_fields, is_hidden, is_path
from danvan.organization.models import Membership, Person, PersonIdentity, Unit, User
from movements.models import Report
from tests.factories import make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db

NEVER = {
    "internal_note",
    "recommendation",
    "state",
    "approved_via",
    "approved_by",
    "approved_for",
    "approved_on",
    "slip",
    "decision",
}
LATER = {"score", "refusal_reason"}
UNITS = [Role.UNIT_LEAD, Role.UNIT_VIEWER]
WITHOUT_PERSONAL_DATA = [Role.COUNCIL_MEMBER, Role.VIEWER]
BIRTH = {"birth_date", "birth_year"}


# --- by role and state ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_what_a_role_learns_of_nominations_at_large(role):
    assert hidden_fields(Nomination, make_user(role)) == (NEVER | LATER if role in UNITS else set())


@pytest.mark.parametrize("role", Role)
def test_what_a_role_learns_of_a_nomination_in_every_state(role):
    """Only that the dossier is concluded opens anything, whatever happened to the nomination and to its decision."""
    user = make_user(role)
    for dossier, state, decision in product(DossierState, NominationState, [None, *DecisionState]):
        row = Nomination(
            dossier=Dossier(state=dossier), state=state, decision=decision and Decision(state=decision), score=91
        )
        hidden = NEVER if dossier == DossierState.CONCLUDED else NEVER | LATER
        assert hidden_fields(Nomination, user, row) == (hidden if role in UNITS else set())


@pytest.mark.parametrize("nobody", [None, make_user])
def test_nobody_learns_nothing(nobody):
    assert hidden_fields(Nomination, nobody and nobody()) == NEVER | LATER
    assert hidden_fields(Person, nobody and nobody()) >= BIRTH


WITH_UNIT = {DossierState.DRAFT: "đang soạn", DossierState.RETURNED: "được trả lại để bổ sung"}


@pytest.mark.parametrize("dossier", DossierState)
@pytest.mark.parametrize("state", NominationState)
def test_the_words_of_the_result_tell_it_when_it_is_told(dossier, state):
    row = Nomination(dossier=Dossier(state=dossier), state=state)
    if dossier == DossierState.CONCLUDED or state == NominationState.COMMENDED:
        assert row.result_for_unit == state.label
    elif dossier in (DossierState.DRAFT, DossierState.RETURNED):
        assert row.result_for_unit == dossier.label
    else:
        assert row.result_for_unit == "đang xét"


# --- personal data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_reads_the_birth_of_people(role):
    user = make_user(role)
    person = make_person(user.memberships.get().unit)
    hidden = BIRTH if role in WITHOUT_PERSONAL_DATA else set()
    hidden = hidden if role.reaches_everything else {*hidden, "duplicate_of"}
    assert hidden_fields(Person, user) == hidden_fields(Person, user, person) == hidden


@pytest.mark.parametrize("role", Role)
def test_addresses_of_accounts_and_identity_numbers_are_personal(role):
    user = make_user(role)
    seen = {Role.ADMINISTRATOR, Role.STAFF, Role.LEADER}
    assert {"email", "telephone"}.isdisjoint(hidden_fields(User, user)) is (role in seen)
    assert ("search_text" in hidden_fields(User, user)) is (role not in seen)
    assert hidden_fields(PersonIdentity, user) == {"citizen_id"}


@pytest.mark.parametrize("role", WITHOUT_PERSONAL_DATA)
def test_who_sees_all_units_and_leads_one_reads_the_birth_of_the_own_people(role, django_assert_num_queries):
    own, other = make_unit(), make_unit()
    user = make_user(role)
    Membership.objects.create(user=user, unit=own, role=Role.UNIT_LEAD)
    mine, theirs = make_person(own), make_person(other)
    assert hidden_fields(Person, user) == BIRTH
    assert hidden_fields(Person, user, theirs) == BIRTH
    assert hidden_fields(Person, user, mine) == set()


def test_nothing_is_asked_of_the_database_for_those_who_see_everything(django_assert_num_queries):
    staff, row = make_staff(), make_nomination()
    staff.active_memberships  # noqa: B018 - read before counting
    with django_assert_num_queries(0):
        assert hidden_fields(Nomination, staff, row) == hidden_fields(Person, staff, row.person) == set()


# --- paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (Nomination, "score"),
        (Nomination, "-score"),
        (Nomination, "score__gte"),
        (Nomination, "slip_id"),
        (Nomination, "slip__number"),
        (Nomination, "decision__state"),
        (Nomination, "approved_by__full_name"),
        (Dossier, "nominations__score"),
        (Unit, "dossiers__nominations__refusal_reason__icontains"),
        (Commendation, "nomination__internal_note"),
        (Decision, "nominations"),
        (Decision, "nominations__name"),
        (User, "password"),
        (Report, "recorded_by__password"),
        (Report, "recorded_by__email"),
        (Report, "recorded_by__search_text"),
    ],
)
def test_a_path_that_leads_over_a_hidden_field_is_hidden(model, path):
    lead = make_lead()
    assert is_hidden(model, path, lead)
    assert is_hidden(model, path, make_staff()) is path.endswith("password")


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (Nomination, "name"),
        (Nomination, "round__title"),
        (Nomination, "dossier__state"),
        (Nomination, "person__birth_year"),
        (Dossier, "nominations"),
        (Dossier, "nominations__name__startswith"),
        (Nomination, "pk"),
        (Nomination, "no_such_field"),
        (Unit, "email"),
    ],
)
def test_other_paths_are_open(model, path):
    assert not is_hidden(model, path, make_lead())


@pytest.mark.parametrize("path", ["person__birth_year", "person__birth_date__gte", "person__identity__citizen_id"])
def test_birth_is_hidden_over_relations_too(path):
    assert is_hidden(Nomination, path, make_user(Role.VIEWER))
    assert is_hidden(Nomination, path, make_user(Role.COUNCIL_MEMBER))


def test_a_record_opens_its_own_fields_and_not_those_of_its_relations():
    """Of a nomination that is concluded the score is told, of the others of its dossier it is judged anew."""
    lead = make_lead()
    row = Nomination(dossier=Dossier(state=DossierState.CONCLUDED))
    assert not is_hidden(Nomination, "score", lead, row)
    assert is_hidden(Nomination, "dossier__nominations__score", lead, row)
    assert is_hidden(Commendation, "nomination__score", lead, Commendation())


def test_a_column_computed_from_a_hidden_field_is_hidden(monkeypatch):
    monkeypatch.setattr(Person, "ban_only_fields", ("post",))
    assert hidden_fields(Person, make_lead()) == {"post", "search_text"}
    assert is_hidden(Nomination, "person__search_text", make_lead())
    assert not is_hidden(Nomination, "person__sort_key", make_lead())


def test_fields_on_a_path():
    assert list(fields_on(Commendation, "nomination__dossier__state__in")) == [
        (Commendation, "nomination"),
        (Nomination, "dossier"),
        (Dossier, "state"),
    ]
    assert list(fields_on(Decision, "nominations__slip_id")) == [(Nomination, "decision"), (Nomination, "slip")]
    assert list(fields_on(Nomination, "unit_text")) == []
    assert (is_path(Nomination, "dossier__state"), is_path(Nomination, "dossier__stat")) == (True, False)
    assert hideable_fields(Nomination) == NEVER | LATER


def test_paths_of_filters():
    class Waiting:
        reads = ("state", "decision")

    assert [paths_of_filter(item) for item in ("state", ("dossier__unit", Waiting), Waiting)] == [
        ("state",),
        ("dossier__unit",),
        ("state", "decision"),
    ]
