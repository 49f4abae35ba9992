import io
import re

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from danvan import clock
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.mail.models import OutgoingMail
from danvan.organization.domain.accounts.activation import ACTIVATION_LETTER, invite_all
from danvan.organization.domain.accounts.sheets import print_sheets
from danvan.organization.models import Activation, User
from tests.factories import logged_in, make_administrator, make_lead, make_leader, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/organization/user/"
WAYS = {"mail": "mail_links", "zalo": "copy_links", "paper": "print_sheets"}


@pytest.fixture
def officer():
    return logged_in(make_staff())


def leads(count, **fields):
    users = [make_lead(make_unit(), **fields) for _number in range(count)]
    User.objects.filter(pk__in=[user.pk for user in users]).update(password="!")
    return User.objects.filter(pk__in=[user.pk for user in users])


def page_of(user):
    return f"{LIST}{user.pk}/invite/"


def act(client, action, users):
    return client.post(LIST, {"action": action, "_selected_action": [user.pk for user in users]})


def texts(answer):
    return [text for _user, text in answer.context["letters"]]


def told(answer):
    return [str(message) for message in answer.context["messages"]]


def open_links():
    return Activation.objects.usable(clock.real_now()).count()


# --- The three ways ---------------------------------------------------------------------------------------------------


def test_letters_go_to_those_with_an_address_and_the_others_are_named(officer):
    (with_address,), (without,) = leads(1, email="xa1@example.vn"), leads(1, email="", full_name="Y Khoa Niê")
    answer = officer.get(act(officer, "mail_links", [with_address, without])["Location"])
    assert [(mail.kind, mail.to) for mail in OutgoingMail.objects.all()] == [(ACTIVATION_LETTER, "xa1@example.vn")]
    assert open_links() == 1
    assert "Chưa gửi vì không có thư điện tử: Y Khoa Niê." in told(answer)
    assert any("Đang gửi 1 thư" in words for words in told(answer))


def test_an_office_without_mail_has_the_other_two_ways(officer, settings):
    settings.MAIL_ENABLED = False
    (user,) = leads(1, email="xa1@example.vn")
    page = reverse("admin:organization_user_invite", args=[user.pk])
    assert 'value="mail"' not in officer.get(page).content.decode()
    officer.post(page, {"way": "mail"})
    act(officer, "mail_links", [user])
    assert (open_links(), OutgoingMail.objects.count()) == (0, 0)
    assert texts(officer.post(page, {"way": "zalo"})) != []
    assert open_links() == 1


def test_messages_for_zalo_are_shown_once(officer):
    users = leads(2)
    answer = act(officer, "copy_links", users)
    assert "no-store" in answer["Cache-Control"]
    first, second = texts(answer)
    for user, text in zip(users, (first, second), strict=True):
        assert user.username in text and user.full_name in text
        link = re.search(r"/admin/login/activate/\S+", text).group()
        assert Client().get(link)["Location"] == "/admin/login/activate/"
    assert "letters" not in officer.get(LIST).context
    assert not OutgoingMail.objects.exists()


def test_sheets_come_as_one_pdf(officer):
    users = leads(3)
    answer = act(officer, "print_sheets", users)
    assert answer["Content-Type"] == "application/pdf"
    assert "Phi%E1%BA%BFu%20k%C3%ADch%20ho%E1%BA%A1t" in answer["Content-Disposition"]
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 2
    text = " ".join(page.extract_text() for page in pages)
    for user in users:
        assert user.username in text and user.own_units[0].name in text
    assert open_links() == 3


def test_sheets_for_150_units_are_75_pages():
    users = list(leads(150))
    made = invite_all(users=users, actor=make_staff(), now=clock.real_now())
    pages = PdfReader(io.BytesIO(print_sheets(made))).pages
    assert len(pages) == 75
    first, last = pages[0].extract_text(), pages[-1].extract_text()
    assert made[0].code in first and made[1].code in first and made[149].code in last
    assert "BẢN MINH HỌA" not in first
    assert "PHIẾU KÍCH HOẠT TÀI KHOẢN" in first


def test_a_sheet_for_an_account_in_use_says_what_it_is_and_a_sample_that_it_is_one():
    user = make_lead()
    User.objects.filter(pk=user.pk).update(is_sample=True)
    made = invite_all(users=[user], actor=make_staff(), now=clock.real_now())
    text = PdfReader(io.BytesIO(print_sheets(made))).pages[0].extract_text()
    assert "PHIẾU ĐẶT LẠI MẬT KHẨU" in text and "BẢN MINH HỌA" in text


@pytest.mark.parametrize("way", WAYS)
def test_the_page_of_one_account_does_the_same(officer, way):
    (user,) = leads(1)
    assert officer.get(page_of(user)).status_code == 200
    answer = officer.post(page_of(user), {"way": way})
    assert answer.status_code == (302 if way == "mail" else 200)
    assert open_links() == 1


def test_looking_at_the_page_makes_nothing(officer):
    (user,) = leads(1)
    officer.get(page_of(user))
    assert officer.post(page_of(user), {"way": "khac"}).status_code == 200
    assert not Activation.objects.exists()


def test_a_new_account_leads_to_the_ways():
    desk, unit = logged_in(make_administrator()), make_unit()
    form = {
        "full_name": "H'Hen Niê",
        "username": "hhen",
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-unit": unit.pk,
        "memberships-0-role": Role.UNIT_LEAD,
    }
    form |= {f"{name}-{part}_FORMS": 0 for name in ("delegations", "memberships-2") for part in ("TOTAL", "INITIAL")}
    answer = desk.post(f"{LIST}add/", form)
    user = User.objects.get(username="hhen")
    assert answer["Location"] == page_of(user)
    page = desk.get(page_of(user)).content.decode()
    assert "Sao chép tin nhắn Zalo" in page and "chưa có thư điện tử" in page and "changepassword" not in page


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_an_officer_reaches_no_account_of_the_ban_by_any_way(officer, way):
    boss = make_administrator(full_name="Nguyễn Thanh Bình")
    missing, closed = officer.post(f"{LIST}0/invite/", {"way": way}), officer.post(page_of(boss), {"way": way})
    assert (closed.status_code, closed["Location"]) == (missing.status_code, missing["Location"])
    (user,) = leads(1)
    answer = act(officer, WAYS[way], [boss, user])
    if answer.status_code == 302:
        answer = officer.get(answer["Location"])
    assert list(Activation.objects.values_list("user", flat=True)) == [user.pk]
    if way != "paper":
        assert any("Nguyễn Thanh Bình" in words for words in told(answer))


@pytest.mark.parametrize("make", [make_leader, make_lead])
@pytest.mark.parametrize("action", WAYS.values())
def test_nobody_else_has_the_actions(make, action):
    client, (user,) = logged_in(make()), leads(1)
    act(client, action, [user])
    client.post(page_of(user), {"way": "zalo"})
    assert not Activation.objects.exists()


def test_the_account_page_offers_it_to_those_who_may(officer):
    (user,), boss = leads(1), make_administrator()
    change = f"{LIST}%d/change/"
    assert page_of(user) in officer.get(change % user.pk).content.decode()
    assert page_of(boss) not in officer.get(change % boss.pk).content.decode()
    assert page_of(user) not in logged_in(make_leader()).get(change % user.pk).content.decode()


def test_a_closed_account_is_named_and_gets_none(officer):
    (user,) = leads(1, full_name="Y Khoa Niê")
    user.is_active = False
    user.save()
    answer = officer.get(act(officer, "copy_links", [user])["Location"])
    assert any("Y Khoa Niê" in words for words in told(answer))
    assert not Activation.objects.exists()


def test_it_is_in_the_history_of_each_account(officer):
    users = [*leads(2), make_lead()]
    act(officer, "copy_links", users)
    rows = Activity.objects.order_by("pk").values_list("object_id", "action")
    assert sorted(rows) == sorted(
        [(users[0].pk, "invite_activate"), (users[1].pk, "invite_activate"), (users[2].pk, "invite_reset")]
    )


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", WAYS.values())
def test_an_action_costs_the_same_for_one_account_and_for_three(officer, action):
    act(officer, action, leads(1))  # fills the process's caches

    def queries(count):
        users = list(leads(count))
        with CaptureQueriesContext(connection) as captured:
            assert act(officer, action, users).status_code in (200, 302)
        return len(captured)

    assert queries(1) == queries(3)


# --- Where accounts stand ---------------------------------------------------------------------------------------------


@pytest.fixture
def stand():
    """One account of each kind, by what the list says of it."""
    (new,), (invited,) = leads(1, full_name="Chưa Kích Hoạt"), leads(1, full_name="Đã Được Mời")
    active, renewed = make_lead(full_name="Đang Dùng"), make_lead(full_name="Đặt Lại")
    invite_all(users=[invited, renewed], actor=make_staff(), now=clock.real_now())
    return {"new": [new], "invited": [invited], "active": [active, renewed]}


def test_the_list_says_where_accounts_stand_and_filters_by_it(stand):
    client = logged_in(make_administrator(full_name="Quản Trị"))
    page = client.get(LIST).content.decode()
    assert page.count("đã mời, đến") == 1 and page.count("chờ đặt lại mật khẩu, đến") == 1
    everybody = {user.pk for users in stand.values() for user in users}
    for value, users in stand.items():
        shown = {user.pk for user in client.get(LIST, {"standing": value}).context["cl"].result_list}
        assert shown & everybody == {user.pk for user in users}, value


def test_an_expired_link_is_none(stand):
    Activation.objects.update(expires_at=clock.real_now())
    client = logged_in(make_administrator())
    assert not client.get(LIST, {"standing": "invited"}).context["cl"].result_list
    assert len(client.get(LIST, {"standing": "new"}).context["cl"].result_list) == 2


def test_the_address_of_the_link_is_the_sites(settings):
    settings.SITE_ADDRESS = "https://danvankheo.example.vn/"
    (made,) = invite_all(users=leads(1), actor=make_staff(), now=clock.real_now())
    assert made.link == f"https://danvankheo.example.vn{reverse('admin:activation_link', args=[made.token])}"
    assert segno.make_qr(made.link, error="m").version <= 8, "a longer address makes a code that old telephones miss"


def test_somebody_without_a_unit_gets_a_sheet_too():
    user = make_user()
    made = invite_all(users=[user], actor=make_administrator(), now=clock.real_now())
    assert user.username in PdfReader(io.BytesIO(print_sheets(made))).pages[0].extract_text()
