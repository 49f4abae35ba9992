from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client

from danvan import clock
from danvan.access.roles import Role
from danvan.history.enums import Refusal
from danvan.history.models import RefusedAttempt
from danvan.organization.domain.accounts import login
from danvan.organization.domain.accounts.familiar import COOKIE, SALT, key_of, mark_of
from danvan.organization.domain.accounts.sessions import end_sessions
from danvan.organization.models import KnownPlace, LoginCounter, User
from tests.factories import make_lead, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
OFFICE, HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7", "203.0.113.9"
TOO_MANY = "Đã thử sai quá nhiều lần. Xin thử lại sau 15 phút."


@pytest.fixture
def travelled():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def lead():
    return make_lead(username="xa1")


def log_in(client=None, username="xa1", password="mat-khau", address=OFFICE, **extra):
    client = client or Client()
    return client.post("/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address, **extra)


def guess(times, client=None, username="xa1", address=OFFICE, **extra):
    """*times* wrong passwords; return the last answer."""
    for number in range(times):
        answer = log_in(client, username, f"sai-{number}", address, **extra)
    return answer


# --- The three counters of strangers ----------------------------------------------------------------------------------


def test_one_address_has_ten_tries_of_an_account(lead, travelled):
    assert guess(10).status_code == 200
    answer = log_in()
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert TOO_MANY in answer.content.decode()
    assert log_in(address=HOME).status_code == 302


def test_all_tries_are_back_when_the_stretch_is_over(lead, travelled):
    guess(10)
    travelled.shift(timedelta(minutes=15, seconds=-1))
    assert "sau 1 phút" in log_in().content.decode()
    travelled.shift(timedelta(seconds=1))
    assert guess(10).status_code == 200
    assert log_in().status_code == 429


def test_an_account_has_thirty_tries_whatever_the_number_of_addresses(lead, travelled):
    for number in range(30):
        assert guess(1, address=f"10.0.0.{number}").status_code == 200
    assert log_in(address=HOME).status_code == 429


def test_an_address_has_a_hundred_tries_whatever_the_number_of_accounts(lead, travelled):
    for number in range(100):
        assert guess(1, username=f"khac{number}").status_code == 200
    assert log_in().status_code == 429
    assert log_in(address=HOME).status_code == 302


def test_a_throttled_try_does_not_count(lead, travelled):
    guess(40)
    for number in range(20):
        assert guess(1, address=f"10.0.0.{number}").status_code == 200
    assert guess(1, address=HOME).status_code == 429


def test_right_passwords_do_not_count(lead, travelled):
    for _number in range(3 * login.PER_PERSON):
        assert log_in().status_code == 302
        KnownPlace.objects.all().delete()
    assert set(LoginCounter.objects.values_list("tries", flat=True)) == {0}


def test_capitals_make_no_other_account(lead, travelled):
    guess(5)
    guess(5, username="XA1")
    assert log_in().status_code == 429


def test_only_the_connection_says_the_address(lead, travelled):
    for number in range(10):
        guess(1, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert log_in(HTTP_X_FORWARDED_FOR=HOME).status_code == 429


def test_behind_a_proxy_its_word_counts_and_not_the_clients(lead, travelled, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(10):
        guess(1, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, {ELSEWHERE}")
    assert log_in(HTTP_X_FORWARDED_FOR=f"{HOME}, {ELSEWHERE}").status_code == 429
    assert log_in(HTTP_X_FORWARDED_FOR=f"{ELSEWHERE}, {HOME}").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tries_get_no_more_than_the_limit():
    counter = login.Counter.of(10, "simultaneous")

    def take(_number):
        try:
            counter.take()
        except login.Throttled:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(40)))
    assert taken.count(True) == 10
    assert LoginCounter.objects.get().tries == 10


# --- What the owner knows ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(lead, travelled):
    """A client that has logged in to the account, and the account attacked from everywhere since, its place too."""
    client = Client()
    log_in(client, address=HOME)
    client.post("/admin/logout/")
    for number in range(30):
        guess(1, address=f"10.0.0.{number}")
    guess(10, address=HOME)
    return client


def test_a_known_browser_waits_for_nobody(known):
    assert log_in(Client(), address=ELSEWHERE).status_code == 429
    for address in (HOME, ELSEWHERE, "10.0.0.1"):
        assert log_in(known, address=address).status_code == 302
        known.post("/admin/logout/")


def test_a_known_browser_has_ten_tries_of_its_own(known):
    assert guess(10, known).status_code == 200
    assert log_in(known).status_code == 429


def test_a_known_browser_is_known_to_the_account_that_logged_in(known):
    make_lead(username="xa2")
    guess(10, username="xa2", address=ELSEWHERE)
    assert log_in(known, username="xa2", address=ELSEWHERE).status_code == 429
    assert log_in(known, username="xa2", address=HOME).status_code == 302
    known.post("/admin/logout/")
    assert log_in(known, username="xa2", address=ELSEWHERE).status_code == 302
    known.post("/admin/logout/")
    assert log_in(known, address=ELSEWHERE).status_code == 302


def test_a_new_browser_at_a_known_address_waits_for_nobody_elsewhere(lead, travelled):
    log_in(address=HOME)
    for number in range(30):
        guess(1, address=f"10.0.0.{number}")
    for number in range(100):
        guess(1, username=f"khac{number}", address=HOME)
    assert log_in(address=ELSEWHERE).status_code == 429
    assert log_in(address=HOME).status_code == 302
    assert guess(10, address=HOME).status_code == 200
    assert log_in(address=HOME).status_code == 429


@pytest.mark.parametrize("signed", [{"salt": "other"}, {"salt": SALT, "key": "k" * 50}, None])
def test_a_forged_cookie_is_none(lead, travelled, signed):
    guess(10)
    client = Client()
    known = ["id", [key_of("tag", mark_of("xa1"))[:16]]]
    client.cookies[COOKIE] = signing.dumps(known, **signed) if signed else "x"
    assert log_in(client).status_code == 429
    client.cookies[COOKIE] = signing.dumps(known, salt=SALT)
    assert log_in(client).status_code == 302


def test_the_cookie_serves_the_login_alone_and_tells_no_name(known):
    cookie = known.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/admin/login/", True, "Lax")
    assert "xa1" not in signing.b64_decode(cookie.value.split(":")[0].lstrip(".").encode()).decode("latin-1")


# --- What strangers learn ---------------------------------------------------------------------------------------------


def body(answer, username):
    """The page without its token and the name that was typed."""
    text = answer.content.decode().replace(username, "NAME")
    start = text.index('name="csrfmiddlewaretoken"')
    return text[:start] + text[text.index(">", start) :]


def test_no_answer_tells_which_accounts_there_are(lead, travelled):
    make_lead(username="dong1", is_active=False)
    make_user(username="khach")
    names = {"xa1": "sai", "khong-co": "sai", "dong1": "mat-khau", "khach": "mat-khau"}
    refused = {body(log_in(username=name, password=password), name) for name, password in names.items()}
    assert len(refused) == 1
    assert "Tên đăng nhập" in refused.pop()
    for name in names:
        guess(9, username=name)
    throttled = {body(log_in(username=name), name) for name in names}
    assert len(throttled) == 1
    assert TOO_MANY in throttled.pop()


@pytest.fixture
def hashed(monkeypatch):
    """One entry for each hash that is worked out: what a login costs."""
    found = []
    encode = MD5PasswordHasher.encode

    def counting(self, password, *args, **kwargs):
        found.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    return found


def test_no_login_takes_longer_than_another(lead, travelled, hashed):
    make_lead(username="dong1", is_active=False)
    make_user(username="khach")
    User.objects.create_user("chua-co")
    for name in ("xa1", "khong-co", "dong1", "khach", "chua-co"):
        hashed.clear()
        log_in(username=name, password="sai")
        assert len(hashed) == 1, name
        guess(9, username=name)
        hashed.clear()
        log_in(username=name)
        assert hashed == [], name


@pytest.mark.parametrize("password", ["sai", "mat-khau"])
def test_a_refused_login_is_recorded_once(password, travelled):
    make_user(username="khach")
    log_in(username="khach", password=password)
    row = RefusedAttempt.objects.get()
    assert (row.what, row.login_name) == (Refusal.LOGIN, "khach")


def test_throttled_logins_are_recorded(lead, travelled):
    guess(10)
    log_in()
    assert RefusedAttempt.objects.filter(what=Refusal.THROTTLED, login_name="xa1").count() == 1


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_what_is_over_is_deleted_at_the_next_login(lead, travelled):
    guess(3, username="khac", address=ELSEWHERE)
    log_in()
    travelled.shift(timedelta(days=181))
    log_in(address=HOME)
    now = clock.real_now()
    assert not LoginCounter.objects.filter(ends_at__lte=now).exists()
    assert KnownPlace.objects.count() == 1
    assert Session.objects.count() == 1


def test_no_name_and_no_address_is_kept(lead, travelled):
    guess(1, username="bi-mat-cua-toi")
    kept = str([*LoginCounter.objects.values_list("key", flat=True), *KnownPlace.objects.values_list("key", flat=True)])
    assert "bi-mat" not in kept and OFFICE not in kept


def test_the_counters_follow_real_time(lead, travelled):
    guess(10)
    clock.shift_to(datetime(2027, 1, 1, tzinfo=UTC))
    assert log_in().status_code == 429


@pytest.mark.parametrize("role", list(Role))
def test_every_role_logs_in(role, travelled):
    make_user(role, username="ai-do")
    assert log_in(username="ai-do").status_code == 302


# --- What ends what the owner knows -----------------------------------------------------------------------------------


def new_password(user):
    user.set_password("mat-khau-moi")
    user.save()


def new_epoch(user):
    end_sessions(user=user, actor=user)


@pytest.mark.parametrize("end", [new_password, new_epoch])
def test_known_browsers_and_places_end_with(end, lead, travelled):
    client = Client()
    log_in(client, address=HOME)
    client.post("/admin/logout/")
    end(User.objects.get(pk=lead.pk))
    password = "mat-khau-moi" if end is new_password else "mat-khau"
    for number in range(30):
        guess(1, address=f"10.0.0.{number}")
    assert log_in(client, password=password, address=HOME).status_code == 429
    travelled.shift(timedelta(minutes=15))
    assert log_in(client, password=password, address=HOME).status_code == 302


@pytest.mark.parametrize("path", ["/admin/password_change/", "/admin/password_change/elsewhere/"])
def test_the_place_where_the_owner_did_it_stays_known(path, lead, travelled):
    client = Client()
    log_in(client, address=HOME)
    chosen = "con trâu ba bờ rừng"
    form = {"old_password": "mat-khau", "new_password1": chosen, "new_password2": chosen}
    assert client.post(path, form, REMOTE_ADDR=HOME).status_code == 302
    for number in range(30):
        guess(1, address=f"10.0.0.{number}")
    password = chosen if User.objects.get(pk=lead.pk).check_password(chosen) else "mat-khau"
    assert log_in(password=password, address=ELSEWHERE).status_code == 429
    assert log_in(password=password, address=HOME).status_code == 302
