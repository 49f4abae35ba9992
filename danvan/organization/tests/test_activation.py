from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from danvan import clock
from danvan.access.roles import Role
from danvan.history.enums import Refusal
from danvan.history.models import Activity, RefusedAttempt
from danvan.mail.domain import rendering
from danvan.mail.models import OutgoingMail
from danvan.organization.domain.accounts import activation
from danvan.organization.enums import ActivationPurpose
from danvan.organization.models import Activation, KnownPlace, Membership, User
from tests.factories import (
    logged_in,
    make_administrator,
    make_clerk,
    make_lead,
    make_leader,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
ACTIVATE, RESET = ActivationPurpose
PASSWORD = "con trâu ba bờ rừng xanh"
TYPED = {"new_password1": PASSWORD, "new_password2": PASSWORD}
PAGE, FORGOTTEN = "/admin/login/activate/", "/admin/login/forgotten/"
REFUSED = "Đường dẫn này không dùng được"
WRONG = "Tên đăng nhập và mã không khớp nhau, hoặc mã đã hết hiệu lực."


@pytest.fixture
def travelled():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def administrator():
    return make_administrator()


def new_lead(**fields):
    """A lead whose account was never activated."""
    user = make_lead(**fields)
    user.set_unusable_password()
    user.save()
    return user


def invited(user, actor, now=None):
    return activation.invite(user=user, actor=actor, purpose=activation.purpose_of(user), now=now or clock.real_now())


def path_of(invitation):
    return reverse("admin:activation_link", args=[invitation.token])


def use(invitation, client=None, **typed):
    """Open the link, type the password; the last answer."""
    client = client or Client()
    client.get(path_of(invitation))
    return client.post(PAGE, TYPED | typed)


def redeem(invitation, now=None):
    return activation.set_password(activation=invitation.activation, password=PASSWORD, now=now or clock.real_now())


# --- The link and the code --------------------------------------------------------------------------------------------


def test_the_owner_sets_the_password_and_is_in(administrator, travelled):
    user = new_lead(username="xa1")
    client = Client()
    answer = use(invited(user, administrator), client)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert KnownPlace.objects.count() == 1
    assert "danvan_browser" in client.cookies
    made, used = Activity.objects.order_by("pk").values_list("actor", "action", "object_id")
    assert made == (administrator.pk, "invite_activate", user.pk)
    assert used == (user.pk, "set_password", user.pk)


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "no dash", "spaced"])
def test_the_short_code_goes_with_the_login_name_however_it_is_typed(administrator, travelled, typed):
    code = invited(new_lead(username="xa1"), administrator).code
    ways = {"lower": code.lower(), "no dash": code.replace("-", ""), "spaced": code.replace("-", "  ")}
    client = Client()
    answer = client.post(FORGOTTEN, {"username": "xa1", "code": ways.get(typed, typed.format(code))})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert client.post(PAGE, TYPED)["Location"] == "/admin/"


def test_codes_hold_no_signs_that_look_alike(administrator):
    signs = set(chain.from_iterable(invited(new_lead(), administrator).code for _number in range(30))) - {"-"}
    assert signs <= set(activation.CODE_SIGNS)
    for group in ("0O", "1IL", "2Z", "5S", "8B", "6G", "UV"):
        assert len(set(group) & set(activation.CODE_SIGNS)) <= 1, group
    code = invited(new_lead(), administrator).code
    assert [len(part) for part in code.split("-")] == [4, 4]


def test_links_and_codes_differ_and_the_table_holds_neither(administrator):
    made = [invited(new_lead(), administrator) for _number in range(20)]
    assert len({each.token for each in made}) == len({each.code for each in made}) == 20
    kept = str(list(Activation.objects.values()))
    assert not any(each.token in kept or each.code in kept or each.seed in kept for each in made)


def test_looking_at_the_link_uses_nothing_up(administrator):
    invitation = invited(new_lead(), administrator)
    for _bot in range(3):
        client = Client()
        assert client.get(path_of(invitation))["Location"] == PAGE
        assert client.get(PAGE).status_code == 200
    assert Activation.objects.get().used_at is None
    assert use(invitation)["Location"] == "/admin/"


def test_the_token_is_in_no_log_of_refused_attempts(administrator):
    invitation = invited(new_lead(), administrator)
    client = Client(enforce_csrf_checks=True)
    client.get(path_of(invitation))
    assert client.post(PAGE, TYPED).status_code == 403
    assert invitation.token not in str(list(RefusedAttempt.objects.values()))
    assert RefusedAttempt.objects.get().what == Refusal.CSRF


@pytest.mark.parametrize("password", ["ngan", "matkhau123456", "danvankheo2026", "123456789012"])
def test_bad_passwords_are_refused_and_use_nothing_up(administrator, password):
    invitation = invited(new_lead(), administrator)
    answer = use(invitation, new_password1=password, new_password2=password)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert use(invitation)["Location"] == "/admin/"


def test_who_has_no_role_in_force_sets_the_password_and_stays_outside(administrator):
    user = make_user(username="khach")
    client = Client()
    assert use(invited(user, administrator), client)["Location"] == "/admin/login/"
    assert client.get("/admin/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


# --- What ends a permission -------------------------------------------------------------------------------------------


def test_it_is_good_for_seven_days_to_the_second(administrator, travelled):
    late, early = (invited(new_lead(), administrator) for _number in range(2))
    opened = Client()
    opened.get(path_of(late))
    travelled.shift(timedelta(days=7, seconds=-1))
    assert use(early)["Location"] == "/admin/"
    travelled.shift(timedelta(seconds=1))
    assert use(late)["Location"] == FORGOTTEN
    assert opened.post(PAGE, TYPED)["Location"] == FORGOTTEN  # the page was open since the first day
    assert not late.user.has_usable_password()


def test_the_business_clock_does_not_move_it(administrator):
    invitation = invited(new_lead(), administrator)
    clock.shift_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert use(invitation)["Location"] == "/admin/"


def test_it_works_once(administrator):
    invitation = invited(new_lead(), administrator)
    opened = Client()
    opened.get(path_of(invitation))
    use(invitation)
    for client in (opened, Client()):
        assert use(invitation, client)["Location"] == FORGOTTEN


def test_a_new_one_ends_the_older(administrator):
    user = new_lead()
    older, newer = invited(user, administrator), invited(user, administrator)
    assert use(older)["Location"] == FORGOTTEN
    assert use(newer)["Location"] == "/admin/"


def test_a_new_one_of_another_account_does_not(administrator):
    older = invited(new_lead(), administrator)
    invited(new_lead(), administrator)
    assert use(older)["Location"] == "/admin/"


def close(user):
    user.is_active = False
    user.save()


def close_and_open(user):
    close(user)
    user.is_active = True
    user.save()


def log_out_everywhere(user):
    logged_in(make_administrator()).post(f"/admin/organization/user/{user.pk}/end-sessions/")


def change_password(user):
    form = {"old_password": "mat-khau", **TYPED}
    assert logged_in(user).post("/admin/password_change/", form).status_code == 302


@pytest.mark.parametrize("end", [close, close_and_open, log_out_everywhere, change_password])
def test_it_ends_with(end, administrator):
    user = make_lead(username="xa1")
    invitation = invited(user, administrator)
    opened = Client()
    opened.get(path_of(invitation))
    end(User.objects.get(pk=user.pk))
    assert use(invitation)["Location"] == opened.post(PAGE, TYPED)["Location"] == FORGOTTEN
    assert WRONG in Client().post(FORGOTTEN, {"username": "xa1", "code": invitation.code}).content.decode()


def test_an_activation_is_over_once_there_is_a_password(administrator):
    user = new_lead()
    invitation = invited(user, administrator)
    user.set_password("mat-khau-khac-hoan-toan")
    user.save()
    assert use(invitation)["Location"] == FORGOTTEN
    with pytest.raises(activation.NoLongerUsable):
        redeem(invitation)


@pytest.mark.parametrize(("make", "purpose"), [(new_lead, RESET), (make_lead, ACTIVATE)])
def test_nobody_is_invited_for_the_wrong_purpose(make, purpose, administrator):
    with pytest.raises(ValueError, match="needs no"):
        activation.invite(user=make(), actor=administrator, purpose=purpose, now=NOW)
    assert not Activation.objects.exists()


def test_a_new_password_ends_every_session_and_every_known_browser(administrator):
    user = make_lead(username="xa1")
    inside, browser = logged_in(user), Client()
    browser.post("/admin/login/", {"username": "xa1", "password": "mat-khau"})
    before = User.objects.get(pk=user.pk).session_epoch
    use(invited(User.objects.get(pk=user.pk), administrator))
    assert inside.get("/admin/").status_code == browser.get("/admin/").status_code == 302
    assert User.objects.get(pk=user.pk).session_epoch == before + 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_it_at_once_one_gets_it():
    user = new_lead()
    invitation = invited(user, make_administrator())

    def try_it(_number):
        try:
            redeem(invitation)
        except activation.NoLongerUsable:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(try_it, range(4))).count(True) == 1
    assert Activity.objects.filter(action="set_password").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_made_at_once_one_is_in_force():
    user, administrator = new_lead(), make_administrator()

    def make(_number):
        try:
            return invited(user, administrator)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(make, range(4)))
    assert len(made) == 4
    assert Activation.objects.usable(clock.real_now()).count() == 1


# --- What strangers learn ---------------------------------------------------------------------------------------------


def shown(answer):
    """The page without its token and what was typed."""
    text = answer.content.decode()
    start = text.index('name="csrfmiddlewaretoken"')
    text = text[:start] + text[text.index(">", start) :]
    return text.replace(answer.wsgi_request.POST.get("username", "\0"), "").replace(
        answer.wsgi_request.POST.get("code", "\0"), ""
    )


def test_every_link_that_cannot_be_used_is_answered_alike(administrator, travelled):
    used, replaced, closed, expired = (invited(new_lead(), administrator) for _number in range(4))
    use(used)
    invited(replaced.user, administrator)
    close(closed.user)
    Activation.objects.filter(pk=expired.activation.pk).update(expires_at=NOW)
    paths = [path_of(each) for each in (used, replaced, closed, expired)] + [f"{PAGE}khong-co/", f"{PAGE}{'x' * 32}/"]
    pages = {shown(Client().get(path, follow=True)) for path in paths}
    assert len(pages) == 1
    assert REFUSED in pages.pop()


def test_who_guesses_links_leaves_no_sessions(administrator):
    client = Client()
    for token in ("x", "A" * 32):
        client.get(f"/admin/login/activate/{token}/", follow=True)
    assert Session.objects.count() == 0
    client.get(invited(new_lead(), administrator).link)
    client.get("/admin/login/activate/x/")
    assert client.get("/admin/login/activate/").status_code == 302


def test_every_code_that_cannot_be_used_is_answered_alike(administrator, travelled):
    names = {}
    for name in ("dung-roi", "thay-moi", "dong-roi", "het-han", "sai"):
        names[name] = invited(new_lead(username=name), administrator)
    use(names["dung-roi"])
    invited(names["thay-moi"].user, administrator)
    close(names["dong-roi"].user)
    Activation.objects.filter(pk=names["het-han"].activation.pk).update(expires_at=NOW)
    codes = {name: each.code for name, each in names.items()} | {"sai": "AAAA-AAAA", "khong-co": names["sai"].code}
    make_lead(username="chua-moi")
    codes |= {"chua-moi": "AAAA-AAAA"}
    pages = {shown(Client().post(FORGOTTEN, {"username": name, "code": code})) for name, code in codes.items()}
    assert len(pages) == 1
    assert WRONG in pages.pop()


def test_the_code_of_another_account_opens_nothing(administrator):
    own, other = (invited(new_lead(username=name), administrator) for name in ("xa1", "xa2"))
    assert WRONG in Client().post(FORGOTTEN, {"username": "xa1", "code": other.code}).content.decode()
    assert Client().post(FORGOTTEN, {"username": "xa1", "code": own.code})["Location"] == PAGE


def test_the_page_of_the_password_does_not_open_by_itself():
    assert Client().get(PAGE)["Location"] == FORGOTTEN
    assert Client().post(PAGE, TYPED)["Location"] == FORGOTTEN


def test_guessing_codes_is_slow_and_the_link_still_works(administrator, travelled):
    invitation = invited(new_lead(username="xa1"), administrator)
    client = Client()
    for _number in range(10):
        assert client.post(FORGOTTEN, {"username": "xa1", "code": "AAAA-AAAA"}).status_code == 200
    answer = client.post(FORGOTTEN, {"username": "xa1", "code": invitation.code})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert RefusedAttempt.objects.filter(what=Refusal.THROTTLED).count() == 1
    assert use(invitation, client)["Location"] == "/admin/"


def test_guessing_codes_keeps_a_known_browser_from_nothing(administrator, travelled):
    make_lead(username="xa1")
    known = Client()
    form = {"username": "xa1", "password": "mat-khau"}
    known.post("/admin/login/", form)
    known.post("/admin/logout/")
    for number in range(40):
        typed = {"username": "xa1", "code": "AAAA-AAAA"}
        Client().post(FORGOTTEN, typed, REMOTE_ADDR=f"10.0.0.{number}")
    assert Client().post("/admin/login/", form, REMOTE_ADDR="192.0.2.7").status_code == 429
    assert known.post("/admin/login/", form, REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.parametrize(
    "text", ["<script>alert(1)", "a\x00b", "😀" * 9, "\u202eabc", "' OR 1=1 --", "١٢٣٤-٥٦٧٨", "x" * 500]
)
def test_whatever_is_typed_is_refused_in_vietnamese(text):
    answer = Client().post(FORGOTTEN, {"username": text, "code": text})
    page = answer.content.decode()
    assert answer.status_code == 200 and answer.context["form"].errors
    assert "<script>alert" not in page
    assert Client().get(f"{PAGE}{quote(text, safe='')}/")["Location"] == PAGE


@pytest.mark.parametrize("typed", [{}, {"username": "xa1"}, {"code": "AAAA-AAAA"}, {"username": "x" * 61, "code": "x"}])
def test_half_a_form_counts_as_no_try(typed):
    answer = Client().post(FORGOTTEN, typed)
    assert (answer.status_code, answer.context["form"].is_valid()) == (200, False)


# --- Who may invite ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_leader, make_clerk, make_lead])
def test_who_may_not_invite(make):
    user = new_lead()
    assert not activation.may_invite(make(), user)
    with pytest.raises(PermissionDenied):
        invited(user, make())
    assert not Activation.objects.exists()


OF_THE_BAN = [role for role in Role if role.reaches_everything]


@pytest.mark.parametrize("role", OF_THE_BAN)
def test_officers_invite_nobody_of_the_ban_and_administrators_do(role):
    user = make_user(role)
    assert not activation.may_invite(make_staff(), user)
    assert activation.may_invite(make_administrator(), user)
    with pytest.raises(PermissionDenied):
        invited(user, make_staff())


@pytest.mark.parametrize("days", [{"valid_to": "2020-01-01"}, {"valid_from": "2099-01-01"}])
def test_nor_anybody_who_was_or_will_be_of_the_ban(days):
    user = new_lead()
    Membership.objects.create(user=user, unit=make_unit(), role=Role.ADMINISTRATOR, **days)
    assert not activation.may_invite(make_staff(), User.objects.get(pk=user.pk))


def test_officers_invite_people_of_units():
    officer, user = make_staff(), new_lead()
    assert activation.may_invite(officer, user)
    assert use(invited(user, officer))["Location"] == "/admin/"


def test_nobody_invites_to_a_closed_account(administrator):
    user = new_lead(is_active=False)
    with pytest.raises(PermissionDenied):
        invited(user, administrator)


def test_the_link_of_an_officer_is_over_when_its_account_rises():
    user = new_lead()
    of_officer = invited(user, make_staff())
    Membership.objects.create(user=user, unit=make_unit(), role=Role.ADMINISTRATOR)
    assert use(of_officer)["Location"] == FORGOTTEN
    assert use(invited(user, make_administrator()))["Location"] == "/admin/"


def test_the_link_of_an_officer_who_left_still_works():
    officer, user = make_staff(), new_lead()
    invitation = invited(user, officer)
    close(officer)
    assert use(invitation)["Location"] == "/admin/"


def test_one_refused_among_many_stops_all(administrator):
    users = [new_lead(), make_leader()]
    with pytest.raises(PermissionDenied):
        activation.invite_all(users=users, actor=make_staff(), now=NOW)
    assert not Activation.objects.exists()
    assert not Activity.objects.exists()


# --- Mails ------------------------------------------------------------------------------------------------------------


def mails():
    return [(mail.kind, mail.to) for mail in OutgoingMail.objects.order_by("pk")]


def test_the_owner_is_told_when_somebody_else_makes_a_reset(administrator, travelled):
    user = make_lead(username="xa1", email="xa1@example.vn")
    invited(user, administrator)
    assert mails() == [(activation.NOTICE_LETTER, "xa1@example.vn")]
    message = rendering.render(OutgoingMail.objects.get())
    assert str(administrator) in message.text and "08:00 05/11/2026" in message.text and "xa1" in message.text


def test_no_notice_for_a_first_activation_or_without_an_address_or_of_ones_own(administrator):
    invited(new_lead(email="xa1@example.vn"), administrator)
    invited(make_lead(email=""), administrator)
    invited(administrator, administrator)
    assert mails() == []


def test_the_letter_holds_the_link_and_is_not_kept(administrator):
    user = new_lead(email="xa1@example.vn")
    (invitation,) = activation.invite_all(users=[user], actor=administrator, now=clock.real_now(), by_mail=True)
    mail = OutgoingMail.objects.get()
    assert invitation.token not in str(mail.ref)
    first, again = rendering.render(mail), rendering.render(mail)
    assert first == again and first.confidential
    assert invitation.link in first.text and invitation.code in first.text and user.username in first.text


def test_a_letter_whose_link_is_over_is_not_sent(administrator):
    user = new_lead(email="xa1@example.vn")
    activation.invite_all(users=[user], actor=administrator, now=clock.real_now(), by_mail=True)
    mail = OutgoingMail.objects.get()
    User.objects.filter(pk=user.pk).update(email="moi@example.vn", search_text="")
    assert rendering.render(mail) is None
    User.objects.filter(pk=user.pk).update(email="xa1@example.vn", search_text="")
    assert rendering.render(mail) is not None
    invited(User.objects.get(pk=user.pk), administrator)
    assert rendering.render(mail) is None


def test_a_notice_to_a_closed_account_is_not_sent(administrator):
    user = make_lead(email="xa1@example.vn")
    invited(user, administrator)
    close(User.objects.get(pk=user.pk))
    assert rendering.render(OutgoingMail.objects.get()) is None
