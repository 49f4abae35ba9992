import pytest

from danvan.access.roles import Role
from danvan.organization.models import User
from tests.factories import logged_in, make_administrator, make_kind, make_lead, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db


def form(unit=None, **fields):
    return {
        "full_name": "H'Hen Niê",
        "username": "hhen",
        "email": "",
        "telephone": "",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1 if unit else 0,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-unit": unit.pk if unit else "",
        "memberships-0-role": Role.UNIT_LEAD,
        **fields,
    }


def test_the_administrator_opens_an_account_with_a_membership_and_no_password():
    unit = make_unit()
    assert logged_in(make_administrator()).post("/admin/organization/user/add/", form(unit)).status_code == 302
    user = User.objects.get(username="hhen")
    assert not user.has_usable_password()
    assert user.own_units == [unit]


@pytest.mark.parametrize("make_other", [make_staff, make_lead])
def test_nobody_else_opens_accounts(make_other):
    assert logged_in(make_other()).post("/admin/organization/user/add/", form()).status_code == 403
    assert not User.objects.filter(username="hhen").exists()


def test_a_closed_account_is_out_at_the_next_request():
    user = make_user(Role.STAFF)
    client = logged_in(user)
    assert client.get("/admin/organization/unit/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/admin/organization/unit/").status_code == 302


def test_login_returns_to_where_the_user_wanted_to_go(client):
    make_staff(username="chuyenvien")
    wanted = client.get("/admin/organization/unit/")["Location"]
    assert wanted == "/admin/login/?next=/admin/organization/unit/"
    answer = client.post(wanted, {"username": "chuyenvien", "password": "mat-khau"})
    assert answer["Location"] == "/admin/organization/unit/"


def test_login_without_a_wish_goes_to_the_start_page(client):
    make_staff(username="chuyenvien")
    answer = client.post("/admin/login/", {"username": "chuyenvien", "password": "mat-khau"})
    assert answer["Location"] == "/admin/"


def test_an_account_without_membership_does_not_get_in(client):
    make_user(username="khach")
    answer = client.post("/admin/login/", {"username": "khach", "password": "mat-khau"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_logging_in_is_no_save_that_an_administrator_could_overwrite():
    user = make_lead()
    logged_in(user)
    user.refresh_from_db()
    assert (user.version, user.last_login is None) == (0, False)


@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.ADMINISTRATOR, Role.CLERK, Role.VIEWER])
def test_who_sees_every_unit_serves_at_the_ban(role):
    client = logged_in(make_administrator())
    commune, ban = make_unit(kind=make_kind()), make_unit(kind=make_kind(is_ban=True))
    page = client.post("/admin/organization/user/add/", form(commune, **{"memberships-0-role": role}))
    assert "chỉ giao tại Ban" in page.content.decode()
    assert not User.objects.filter(username="hhen").exists()
    assert client.post("/admin/organization/user/add/", form(ban, **{"memberships-0-role": role})).status_code == 302
    assert User.objects.get(username="hhen").is_of_ban


def test_no_role_is_chosen_unseen():
    page = logged_in(make_administrator()).get("/admin/organization/user/add/").content.decode()
    select = page[page.index('name="memberships-__prefix__-role"') :]
    assert select[select.index("<option") :].startswith('<option value="" selected')
