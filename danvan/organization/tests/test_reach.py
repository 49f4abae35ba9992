"""What a unit reads of those it succeeded: all after a renaming or a merger, its share after a split; reads only."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType

from awards.models import Nomination
from awards.tests.factories import make_dossier, make_nomination, make_round
from danvan.access.door import reaches, rows_visible_to
from danvan.access.roles import RIGHTS, Role
from danvan.access.scope import UnitScope, reach_of
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Apportionment, Membership, Person, Reorganisation, Unit, User
from movements.models import Registration
from tests.factories import make_lead, make_person, make_registration, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


def again(user):
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def units():
    """The old unit, the one that inherits from it, and a neighbour that does not."""
    old, neighbour = make_unit(), make_unit()
    return old, make_unit(inherits=[old.pk]), neighbour


@pytest.fixture
def split():
    """The old unit and two new ones with a share each, after a split that is in effect."""
    old, first, second = make_unit(), make_unit(inherits_shares=True), make_unit(inherits_shares=True)
    event = Reorganisation.objects.create(
        kind=ReorganisationKind.SPLIT,
        decree="1659/NQ-UBTVQH15",
        effective_on=date(2025, 7, 1),
        state=ReorganisationState.IN_EFFECT,
    )
    return event, old, first, second


def give(event, row, unit):
    return Apportionment.objects.create(
        reorganisation=event,
        object_type=ContentType.objects.get_for_model(row),
        object_id=row.pk,
        successor=unit,
    )


def test_the_successor_reads_and_the_neighbour_does_not(units):
    old, new, neighbour = units
    mine, inherited, foreign = (make_registration(unit) for unit in (new, old, neighbour))
    lead = make_lead(new)
    assert set(rows_visible_to(Registration, lead)) == {mine, inherited}
    assert set(rows_visible_to(Registration, make_lead(neighbour))) == {foreign}
    assert set(rows_visible_to(Registration, make_lead(old))) == {inherited}
    assert set(rows_visible_to(Unit, lead)) == {old, new}


@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.UNIT_VIEWER])
def test_nothing_of_before_is_written(units, role):
    """Of every kind of record, every verb but reading stays with the unit itself."""
    old, new, _neighbour = units
    user = make_lead(new)
    user.memberships.update(role=role)
    user = again(user)
    for label, rights in RIGHTS.items():
        app_label, name = label.split(".")
        for verb in rights.get(role, "").split():
            reach = reach_of(user, f"{app_label}.{verb}_{name}")
            assert reach.unit_ids == ({old.pk, new.pk} if verb in ("view", "personal") else {new.pk})


def test_the_birth_of_inherited_people_is_read_like_that_of_the_own(units):
    old, new, neighbour = units
    theirs, foreign = make_person(old, birth_year=1960), make_person(neighbour)
    lead = make_lead(new)
    assert reaches(lead, theirs, "personal")
    assert not reaches(lead, theirs, "change")
    assert not reaches(lead, foreign, "personal")


def test_what_belongs_to_an_inherited_record_is_read_with_it(units):
    old, new, neighbour = units
    inherited = make_nomination(make_dossier(old))
    make_nomination(make_dossier(neighbour))
    assert list(rows_visible_to(Nomination, make_lead(new))) == [inherited]


def test_it_ends_with_the_membership(units):
    old, new, _neighbour = units
    make_registration(old)
    lead = make_lead(new)
    lead.memberships.update(valid_to=date(2020, 1, 1))
    assert not rows_visible_to(Registration, again(lead)).exists()


def test_a_share_is_read_by_the_unit_it_was_given_to_alone(split):
    event, old, first, second = split
    rows = [make_registration(old) for _ in range(3)]
    give(event, rows[0], first)
    give(event, rows[1], second)
    own = make_registration(first)
    assert set(rows_visible_to(Registration, make_lead(first))) == {own, rows[0]}
    assert set(rows_visible_to(Registration, make_lead(second))) == {rows[1]}
    assert not reaches(make_lead(first), rows[0], "change")
    assert list(rows_visible_to(Unit, make_lead(first))) == [first]


def test_the_number_of_a_share_opens_no_other_kind_of_record(split):
    event, old, first, _second = split
    registration = make_registration(old)
    people = [make_person(old) for _ in range(3)]
    give(event, registration, first)
    Person.objects.filter(pk=people[0].pk).update(version=1)
    lead = make_lead(first)
    assert not rows_visible_to(Person, lead).exists()


def test_a_shared_record_brings_what_hangs_on_it(split):
    event, old, first, second = split
    dossier, other = make_dossier(old), make_dossier(old, make_round())
    rows = [make_nomination(dossier), make_nomination(dossier)]
    make_nomination(other)
    give(event, dossier, first)
    assert set(rows_visible_to(Nomination, make_lead(first))) == set(rows)
    assert not rows_visible_to(Nomination, make_lead(second)).exists()


@pytest.mark.parametrize("state", [s for s in ReorganisationState if s != ReorganisationState.IN_EFFECT])
def test_a_share_counts_once_the_event_is_in_effect(split, state):
    event, old, first, _second = split
    row = make_registration(old)
    give(event, row, first)
    Reorganisation.objects.filter(pk=event.pk).update(state=state)
    assert not rows_visible_to(Registration, make_lead(first)).exists()


def test_the_share_of_an_inherited_unit_is_inherited(split):
    event, old, first, _second = split
    row = make_registration(old)
    give(event, row, first)
    heir = make_unit(inherits=[first.pk], inherits_shares=True)
    assert list(rows_visible_to(Registration, make_lead(heir))) == [row]


def test_units_without_a_past_cost_no_query_more(django_assert_num_queries, split):
    event, old, first, _second = split
    plain, heir = make_lead(make_unit()), make_lead(make_unit(inherits=[old.pk]))
    shared = make_lead(first)
    give(event, make_registration(old), first)
    ContentType.objects.get_for_model(Registration)
    for user, extra in ((plain, 0), (heir, 0), (shared, 1)):
        with django_assert_num_queries(1 + 2 + extra):
            list(rows_visible_to(Registration, user))
            list(rows_visible_to(Registration, user))


def test_the_ban_reads_everything_as_before(units):
    rows = {make_registration(unit) for unit in units}
    assert set(rows_visible_to(Registration, make_staff())) == rows


def test_every_way_to_a_unit_can_carry_shares():
    """The lookups of all scopes are relations one after the other, or the row itself."""
    for model in apps.get_models():
        scope = getattr(model, "access_scope", None)
        for lookup in scope.lookups if isinstance(scope, UnitScope) else ():
            step = model
            for name in [] if lookup == "pk" else lookup.split("__"):
                step = step._meta.get_field(name).related_model
            assert step is Unit


# --- acting on behalf of somebody -------------------------------------------------------------------------------------

FROM, TO = date(2026, 3, 2), date(2026, 3, 20)


def delegate(lead, unit, **fields):
    values = {"role": Role.UNIT_LEAD, "valid_from": FROM, "valid_to": TO, "on_behalf_of": lead, **fields}
    return Membership.objects.create(user=make_user(Role.UNIT_VIEWER, unit), unit=unit, **values)


@pytest.mark.parametrize(
    ("day", "holds"), [(date(2026, 3, 1), False), (FROM, True), (TO, True), (date(2026, 3, 21), False)]
)
def test_a_delegation_holds_from_its_first_to_its_last_day(day, holds):
    unit = make_unit()
    row = delegate(make_lead(unit), unit)
    assert Membership.objects.in_force(day).filter(pk=row.pk).exists() is holds


@pytest.mark.parametrize("why", ["ended", "closed", "another role", "another unit", "only delegated itself"])
def test_a_delegation_lasts_no_longer_than_what_it_stands_for(why):
    unit = make_unit()
    lead = make_lead(unit)
    row = delegate(lead, unit)
    if why == "ended":
        lead.memberships.update(valid_to=date(2026, 3, 4))
    if why == "closed":
        User.objects.filter(pk=lead.pk).update(is_active=False, session_epoch=1)
    if why == "another role":
        lead.memberships.update(role=Role.UNIT_VIEWER)
    if why == "another unit":
        lead.memberships.update(unit=make_unit())
    if why == "only delegated itself":
        lead.memberships.update(on_behalf_of=make_lead(unit), valid_from=FROM, valid_to=TO)
    assert not Membership.objects.in_force(date(2026, 3, 10)).filter(pk=row.pk).exists()
