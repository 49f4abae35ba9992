"""Whose rows come through the door, for every kind of scope and every way of not belonging."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from danvan import clock
from danvan.access.door import reaches
from danvan.access.roles import RIGHTS, Role, roles_granting
from danvan.notices.models import InboxMessage
from danvan.organization.models import Collective, Membership, Person, Unit, User
from movements.enums import CampaignState
from movements.models import Campaign
from tests.factories import make_campaign, make_collective, make_lead, make_person, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_units():
    own, other = make_unit("Đảng ủy xã Ea Kar"), make_unit("Đảng ủy xã Cư Kuin")
    make_person(own, "Y Biêr Niê")
    make_person(other, "Lê Thị Bí Mật")
    return own, other


def test_a_lead_sees_the_rows_of_the_own_unit_only(two_units):
    lead = make_lead(two_units[0])
    assert [p.full_name for p in Person.objects.visible_to(lead)] == ["Y Biêr Niê"]
    assert [u.name for u in Unit.objects.visible_to(lead)] == ["Đảng ủy xã Ea Kar"]


def test_a_lead_of_two_units_sees_both(two_units):
    lead = make_lead(two_units[0])
    Membership.objects.create(user=lead, unit=two_units[1], role=Role.UNIT_LEAD)
    assert Person.objects.visible_to(lead).count() == 2


def test_staff_see_every_unit(two_units):
    assert Person.objects.visible_to(make_staff()).count() == 2


@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_nobody_sees_nothing(two_units, nobody):
    assert not Person.objects.visible_to(nobody).exists()


def test_an_account_without_membership_sees_nothing(two_units):
    assert not Person.objects.visible_to(make_user()).exists()


def test_a_closed_account_sees_nothing(two_units):
    lead = make_lead(two_units[0], is_active=False)
    assert not Person.objects.visible_to(lead).exists()
    assert not lead.is_staff


@pytest.mark.parametrize(
    ("begins", "ends", "sees"),
    [(0, 0, True), (-1, 0, True), (0, 1, True), (1, 2, False), (-2, -1, False), (None, None, True)],
)
def test_a_membership_counts_on_its_first_and_last_day(two_units, begins, ends, sees):
    user = make_user()
    day = clock.today()
    Membership.objects.create(
        user=user,
        unit=two_units[0],
        role=Role.UNIT_LEAD,
        valid_from=None if begins is None else day + timedelta(begins),
        valid_to=None if ends is None else day + timedelta(ends),
    )
    assert Person.objects.visible_to(User.objects.get(pk=user.pk)).exists() is sees


def test_each_verb_has_its_own_reach(two_units):
    """A viewer of the Ban who also leads a unit sees all rows and changes the own ones."""
    user = make_user(Role.VIEWER)
    Membership.objects.create(user=user, unit=two_units[0], role=Role.UNIT_LEAD)
    assert Person.objects.visible_to(user).count() == 2
    assert [p.full_name for p in Person.objects.visible_to(user, "change")] == ["Y Biêr Niê"]
    assert not Person.objects.visible_to(user, "delete").exists()


def test_units_see_a_movement_once_it_is_launched():
    make_campaign(title="Đã phát động")
    make_campaign(title="Bản thảo", state=CampaignState.DRAFT)
    assert [c.title for c in Campaign.objects.visible_to(make_lead())] == ["Đã phát động"]
    assert Campaign.objects.visible_to(make_staff()).count() == 2


def test_units_never_see_accounts():
    lead = make_lead()
    assert not User.objects.visible_to(lead).exists()
    assert not Membership.objects.visible_to(lead).exists()


def test_an_unknown_verb_is_denied(two_units):
    assert not Collective.objects.visible_to(make_staff(), "burn").exists()


def test_a_permission_nobody_named_is_held_by_nobody():
    assert roles_granting("organization.burn_unit") == frozenset()
    assert roles_granting("nothing.view_nothing") == frozenset()


def test_every_row_of_the_role_table_names_a_model():
    from django.apps import apps  # noqa: PLC0415

    models = {model._meta.label_lower for model in apps.get_models()}
    assert set(RIGHTS) - models == set()


def test_a_collective_of_another_unit_stays_hidden(two_units):
    make_collective(two_units[1], "Tổ bí mật")
    assert not Collective.objects.visible_to(make_lead(two_units[0])).exists()


def test_a_personal_row_is_out_of_reach_even_for_those_who_reach_every_unit():
    reader, other = make_staff(), make_staff()
    message = InboxMessage.objects.create(recipient=other, title="Riêng", sent_at=clock.now())
    assert reaches(other, message, "view")
    assert not reaches(reader, message, "view")
