import pytest
from django.core.exceptions import ValidationError

from awards.domain.dossiers import is_writable
from awards.domain.nominations import (
    may_change,
    may_withdraw,
    nominate_collective,
    nominate_person,
    withdraw_nomination,
)
from awards.enums import DossierState, NominationState
from awards.models import Nomination
from awards.tests.factories import ACHIEVEMENT, make_dossier, make_form, make_nomination, make_round
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.models import Collective, Membership, Person
from danvan.workflow import NotAllowed, Refused
from tests.factories import make_collective, make_exemplar, make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    return make_dossier(state=DossierState.DRAFT)


@pytest.fixture
def lead(dossier):
    return make_lead(dossier.unit)


def words(dossier, actor):
    return {"dossier": dossier, "actor": actor, "achievement": ACHIEVEMENT}


def test_a_new_person_becomes_a_person_of_the_unit(dossier, lead):
    nomination = nominate_person(
        **words(dossier, lead), full_name="  Y  Biêr Niê ", salutation="mr", birth_year=1970, post="Trưởng buôn"
    )
    person = Person.objects.get()
    assert (person.unit, person.full_name, person.birth_year, person.post) == (
        dossier.unit,
        "Y Biêr Niê",
        1970,
        "Trưởng buôn",
    )
    assert (
        nomination.person,
        nomination.name,
        nomination.salutation,
        nomination.post,
        nomination.kind,
        nomination.round,
    ) == (
        person,
        "Y Biêr Niê",
        "mr",
        "Trưởng buôn",
        "individual",
        dossier.round,
    )
    assert [a.action for a in Activity.objects.of(nomination)] == ["add"]
    assert [a.unit for a in Activity.objects.of(nomination)] == [dossier.unit]


@pytest.mark.parametrize(
    ("known", "typed", "same"),
    [(1970, 1970, True), (1970, None, True), (None, 1970, True), (1970, 1971, False)],
)
def test_the_same_name_and_year_is_the_same_person(dossier, lead, known, typed, same):
    person = make_person(dossier.unit, "Trần Thị Lan", birth_year=known)
    nomination = nominate_person(**words(dossier, lead), full_name="Trần thị Lan", birth_year=typed)
    assert (nomination.person == person) is same


def test_two_namesakes_are_not_guessed_between(dossier, lead):
    make_person(dossier.unit, "Trần Thị Lan", birth_year=1970)
    make_person(dossier.unit, "Trần Thị Lan", birth_year=1980)
    with pytest.raises(ValidationError) as refused:
        nominate_person(**words(dossier, lead), full_name="Trần Thị Lan")
    assert list(refused.value.message_dict) == ["full_name"]
    assert Person.objects.count() == 2
    assert nominate_person(**words(dossier, lead), full_name="Trần Thị Lan", birth_year=1980).person.birth_year == 1980


def test_a_namesake_of_another_unit_is_somebody_else(dossier, lead):
    stranger = make_person(make_unit(), "Trần Thị Lan", post="Bí mật")
    nomination = nominate_person(**words(dossier, lead), full_name="Trần Thị Lan")
    assert nomination.person != stranger
    assert nomination.post == ""


def test_a_person_of_another_unit_cannot_be_nominated(dossier, lead):
    stranger = make_person(make_unit())
    with pytest.raises(ValidationError):
        nominate_person(**words(dossier, lead), person=stranger)
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("blank", ["", "   "])
def test_without_a_name_nobody_is_nominated(dossier, lead, blank):
    with pytest.raises(ValidationError) as caught:
        nominate_person(**words(dossier, lead), full_name=blank)
    assert list(caught.value.message_dict) == ["full_name"]


def test_a_new_team_becomes_a_collective_of_the_unit(dossier, lead):
    nomination = nominate_collective(**words(dossier, lead), name="Tổ dân vận buôn Akõ Dhông")
    collective = Collective.objects.get()
    assert (collective.unit, nomination.collective, nomination.name) == (dossier.unit, collective, collective.name)
    assert nomination.kind == "collective"


def test_a_known_team_is_found_whatever_the_case(dossier, lead):
    team = make_collective(dossier.unit, "Tổ dân vận buôn Akõ Dhông")
    assert nominate_collective(**words(dossier, lead), name="tổ dân vận buôn akõ dhông").collective == team


def test_the_unit_itself(dossier, lead):
    nomination = nominate_collective(**words(dossier, lead), unit=dossier.unit)
    assert (nomination.nominated_unit, nomination.name, nomination.collective) == (
        dossier.unit,
        dossier.unit.name,
        None,
    )


@pytest.mark.parametrize("subject", ["unit", "collective"])
def test_another_units_collectives_cannot_be_nominated(dossier, lead, subject):
    other = make_unit()
    stranger = {"unit": other} if subject == "unit" else {"collective": make_collective(other)}
    with pytest.raises(ValidationError):
        nominate_collective(**words(dossier, lead), **stranger)
    assert not Nomination.objects.exists()


def test_a_model_of_another_unit_is_refused(dossier, lead):
    with pytest.raises(ValidationError):
        nominate_person(**words(dossier, lead), full_name="Trần Thị Lan", exemplar=make_exemplar(make_unit()))


def test_twice_in_one_round_is_refused_in_neutral_words(dossier, lead):
    person = make_person(dossier.unit, "Trần Thị Lan")
    nominate_person(**words(dossier, lead), person=person)
    with pytest.raises(ValidationError) as caught:
        nominate_person(**words(dossier, lead), person=person)
    assert caught.value.messages == ["Không thể đề nghị thêm “Trần Thị Lan” trong đợt này."]
    assert Nomination.objects.count() == 1


def test_the_same_unit_from_two_dossiers_is_refused_without_naming_the_other(dossier, lead):
    other = make_dossier(round=dossier.round, unit=make_unit("Ban Bí mật"))
    nominate_collective(**words(other, make_staff()), unit=dossier.unit)
    with pytest.raises(ValidationError) as caught:
        nominate_collective(**words(dossier, lead), unit=dossier.unit)
    assert "Bí mật" not in str(caught.value)


def test_again_in_another_round_is_fine(dossier, lead):
    person = make_person(dossier.unit)
    nominate_person(**words(dossier, lead), person=person)
    later = make_dossier(dossier.unit, round=make_round(), state=DossierState.DRAFT)
    assert nominate_person(**words(later, lead), person=person).pk


@pytest.mark.parametrize(("for_collectives", "for_individuals"), [(True, False), (False, True)])
def test_a_form_may_be_for_one_kind_only(for_collectives, for_individuals):
    form = make_form(for_collectives=for_collectives, for_individuals=for_individuals)
    dossier = make_dossier(round=make_round(form=form))
    done = 0
    for deed, subject in ((nominate_collective, {"name": "Tổ"}), (nominate_person, {"full_name": "Lan"})):
        try:
            deed(**words(dossier, make_staff()), **subject)
            done += 1
        except ValidationError:
            pass
    assert done == 1
    assert Nomination.objects.get().kind == ("collective" if for_collectives else "individual")


@pytest.mark.parametrize("state", [DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.CONCLUDED])
def test_a_unit_adds_nothing_to_what_it_has_sent(state):
    dossier = make_dossier(state=state)
    with pytest.raises(Refused):
        nominate_person(**words(dossier, make_lead(dossier.unit)), full_name="Lan")
    assert not Person.objects.exists()


def test_a_lead_adds_nothing_to_another_units_dossier(dossier):
    with pytest.raises(NotAllowed):
        nominate_person(**words(dossier, make_lead(make_unit())), full_name="Lan")
    assert not Person.objects.exists()


def test_the_ban_enters_what_came_on_paper_until_the_dossier_is_concluded():
    dossier = make_dossier(state=DossierState.RECEIVED)
    assert nominate_person(**words(dossier, make_staff()), full_name="Lan").pk
    with pytest.raises(Refused):
        nominate_person(**words(make_dossier(state=DossierState.CONCLUDED), make_staff()), full_name="Lan")


def test_samples_stay_samples():
    dossier = make_dossier(state=DossierState.DRAFT, is_sample=True)
    nomination = nominate_person(**words(dossier, make_staff()), full_name="Lan")
    assert (nomination.is_sample, nomination.person.is_sample) == (True, True)


# --- withdrawing ------------------------------------------------------------------------------------------------------


def test_a_unit_withdraws_until_it_has_sent(dossier, lead):
    nomination = make_nomination(dossier)
    withdraw_nomination(nomination=nomination, actor=lead)
    assert not Nomination.objects.exists()
    assert Activity.objects.filter(action="delete", object_text=nomination.name).count() == 1


def test_a_unit_withdraws_nothing_afterwards():
    nomination = make_nomination(make_dossier(state=DossierState.SUBMITTED))
    with pytest.raises(Refused):
        withdraw_nomination(nomination=nomination, actor=make_lead(nomination.dossier.unit))
    with pytest.raises(NotAllowed):
        withdraw_nomination(nomination=nomination, actor=make_lead(make_unit()))
    assert Nomination.objects.count() == 1


@pytest.mark.parametrize("state", [NominationState.APPRAISED, NominationState.APPROVED, NominationState.REFUSED])
def test_what_was_appraised_stays(state):
    nomination = make_nomination(state=state)
    with pytest.raises(Refused):
        withdraw_nomination(nomination=nomination, actor=make_staff())


def test_a_lead_who_sees_every_unit_is_a_lead_still(dossier):
    """The council's members lead units: what was sent is as closed to them as to any lead."""
    councillor = make_user(Role.COUNCIL_MEMBER)
    Membership.objects.create(user=councillor, unit=dossier.unit, role=Role.UNIT_LEAD)
    nomination = make_nomination(dossier)
    rights = [
        lambda: is_writable(dossier=dossier, actor=councillor),
        lambda: may_change(nomination=nomination, actor=councillor),
        lambda: may_withdraw(nomination=nomination, actor=councillor),
    ]
    assert all(right() for right in rights)
    dossier.state = DossierState.SUBMITTED
    assert not any(right() for right in rights)
    with pytest.raises(Refused):
        nominate_collective(**words(dossier, councillor), name="Tổ dân vận thôn 3")


def test_a_lead_who_sees_every_unit_nominates_no_other_unit(dossier):
    councillor = make_user(Role.COUNCIL_MEMBER)
    Membership.objects.create(user=councillor, unit=dossier.unit, role=Role.UNIT_LEAD)
    with pytest.raises(ValidationError):
        nominate_collective(**words(dossier, councillor), unit=make_unit())
