from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from danvan import clock
from danvan.access.models import StaleColumn
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.models import User
from tests.factories import logged_in, make_administrator, make_lead, make_staff, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/organization/unit/"


def is_in(client):
    return client.get(LIST).status_code == 200


def address_of(user):
    return f"/admin/organization/user/{user.pk}/end-sessions/"


# --- Closing ----------------------------------------------------------------------------------------------------------


def account_form(user, **fields):
    """The page of the account as the administrator sends it."""
    return {
        "full_name": user.full_name,
        "username": user.username,
        "is_active": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
        **fields,
    }


def test_an_account_that_was_closed_and_opened_again_has_no_old_sessions():
    user, administrator = make_lead(), logged_in(make_administrator())
    client = logged_in(user)
    assert is_in(client)
    page = f"/admin/organization/user/{user.pk}/change/"
    assert administrator.post(page, account_form(user, is_active="")).status_code == 302
    assert not is_in(client)
    old = logged_in(user)  # a session that sleeps while the account is closed
    assert administrator.post(page, account_form(user)).status_code == 302
    assert User.objects.get(pk=user.pk).is_active
    assert not is_in(client)
    assert not is_in(old)
    assert is_in(logged_in(User.objects.get(pk=user.pk)))


def test_a_session_that_was_never_used_while_the_account_was_closed_is_dead_too():
    user = make_lead()
    client = logged_in(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.is_active = True
    user.save(update_fields=["is_active"])
    assert not is_in(client)


def test_accounts_cannot_be_closed_in_bulk_without_ending_their_sessions():
    make_lead()
    with pytest.raises(StaleColumn):
        User.objects.update(is_active=False)


def test_saving_an_open_account_ends_no_session():
    user = make_lead()
    client = logged_in(user)
    user.full_name = "Y Khoa Niê"
    user.save()
    assert is_in(client)


# --- Log out everywhere -----------------------------------------------------------------------------------------------


def test_the_administrator_logs_somebody_out_everywhere():
    user, administrator = make_lead(), make_administrator()
    clients = [logged_in(user), logged_in(user)]
    desk = logged_in(administrator)
    page = desk.get(address_of(user))
    assert page.status_code == 200
    assert "Đăng xuất mọi nơi" in page.content.decode()
    assert all(map(is_in, clients))
    assert desk.post(address_of(user)).status_code == 302
    assert not any(map(is_in, clients))
    assert is_in(desk)
    assert is_in(logged_in(User.objects.get(pk=user.pk)))
    activity = Activity.objects.get(action="end_sessions")
    assert (activity.actor, activity.object) == (administrator, user)


@pytest.mark.parametrize("make_other", [make_staff, make_lead])
def test_nobody_else_does(make_other):
    user = make_lead()
    client, other = logged_in(user), logged_in(make_other())
    foreign, missing = other.post(address_of(user)), other.post("/admin/organization/user/0/end-sessions/")
    assert (foreign.status_code, foreign["Location"]) == (missing.status_code, missing["Location"])
    assert is_in(client)
    assert not Activity.objects.exists()


def test_the_account_page_offers_it_to_those_who_may():
    user = make_lead()
    page = f"/admin/organization/user/{user.pk}/change/"
    assert address_of(user) in logged_in(make_administrator()).get(page).content.decode()
    assert address_of(user) not in logged_in(make_staff()).get(page).content.decode()


def test_who_has_an_account_page_open_meanwhile_overwrites_nothing():
    user, desk = make_lead(), logged_in(make_administrator())
    desk.post(address_of(user))
    page = desk.post(f"/admin/organization/user/{user.pk}/change/", account_form(user, _version="0"))
    assert page.status_code == 200
    assert User.objects.get(pk=user.pk).session_epoch == 1


def test_one_logs_oneself_out_everywhere_else():
    user = make_lead()
    here, there = logged_in(user), logged_in(user)
    assert here.get("/admin/password_change/elsewhere/")["Location"] == "/admin/password_change/"
    assert is_in(there)
    assert here.post("/admin/password_change/elsewhere/")["Location"] == "/admin/password_change/"
    assert is_in(here)
    assert not is_in(there)
    assert Activity.objects.get().action == "end_sessions"


def test_a_stranger_ends_no_sessions():
    answer = Client().post("/admin/password_change/elsewhere/")
    assert answer["Location"] == "/admin/login/?next=/admin/password_change/elsewhere/"


# --- Rights -----------------------------------------------------------------------------------------------------------


def test_rights_end_with_the_membership_at_the_next_request():
    user = make_lead()
    client = logged_in(user)
    assert client.get("/admin/movements/registration/add/").status_code == 200
    membership = user.memberships.get()
    membership.valid_to = clock.today() - timedelta(days=1)
    membership.save()
    assert client.get("/admin/movements/registration/add/").status_code == 302
    assert not is_in(client)


def test_rights_follow_the_days_of_the_membership():
    user = make_user()
    unit = make_lead().own_units[0]
    user.memberships.create(unit=unit, role=Role.UNIT_LEAD, valid_from=date(2026, 11, 5), valid_to=date(2026, 11, 6))
    client = logged_in(user)
    found = []
    for day in range(4, 8):
        clock.shift_to(date(2026, 11, day))
        found.append(is_in(client))
    assert found == [False, True, True, False]


# --- The life of a session --------------------------------------------------------------------------------------------


def test_the_login_gives_a_new_key_and_logging_out_ends_it(client):
    make_lead(username="xa1")
    client.get("/admin/login/")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    client.post("/admin/login/", {"username": "xa1", "password": "mat-khau"})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != planted.session_key
    client.post("/admin/logout/")
    for old in (key, planted.session_key):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = old
        assert not is_in(thief)


def test_a_session_ends_after_twelve_hours_however_busy(client):
    make_lead(username="xa1")
    with time_machine.travel(datetime(2026, 11, 5, 1, 0, tzinfo=UTC), tick=False) as travelled:
        client.post("/admin/login/", {"username": "xa1", "password": "mat-khau"})
        for _hour in range(11):
            travelled.shift(timedelta(hours=1))
            assert is_in(client)
        travelled.shift(timedelta(minutes=59, seconds=59))
        assert is_in(client)
        travelled.shift(timedelta(seconds=1))
        assert not is_in(client)


def test_logging_out_is_no_link():
    client = logged_in(make_lead())
    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)
