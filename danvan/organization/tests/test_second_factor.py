from binascii import unhexlify
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from danvan import clock
from danvan.access.roles import Role
from danvan.history.enums import Refusal
from danvan.history.models import Activity, RefusedAttempt
from danvan.mail.domain import rendering
from danvan.mail.models import OutgoingMail
from danvan.organization.checks import second_factor_roles_exist
from danvan.organization.domain.accounts import activation, second_factor
from danvan.organization.domain.accounts.familiar import COOKIE
from danvan.organization.domain.accounts.login import Throttled
from danvan.organization.domain.samples import clear_samples
from danvan.organization.models import Membership, User
from tests.factories import logged_in, make_administrator, make_lead, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
LOGIN, CODE, SET_UP = "/admin/login/", "/admin/login/code/", "/admin/login/set-up/"
SECURITY, OWN_SET_UP = "/admin/security/", "/admin/security/set-up/"
LIST = "/admin/organization/unit/"
DEMANDED = ["staff", "administrator", "clerk"]


@pytest.fixture
def travelled():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def code_of(key):
    return f"{totp(unhexlify(key)):06d}"


class Telephone:
    """What the owner holds: the secret and the recovery codes."""

    def __init__(self, user):
        self.key = second_factor.new_key()
        _device, self.recovery = second_factor.switch_on(user=user, key=self.key, code=code_of(self.key))

    @property
    def code(self):
        return code_of(self.key)


@pytest.fixture
def officer():
    return make_staff(username="canbo")


@pytest.fixture
def telephone(officer, travelled):
    """Set up a minute ago."""
    made = Telephone(officer)
    travelled.shift(timedelta(minutes=1))
    return made


def log_in(client, username="canbo", password="mat-khau", path=LOGIN, **extra):
    return client.post(path, {"username": username, "password": password}, **extra)


def is_in(client):
    return client.get(LIST).status_code == 200


def guarded(telephone, client=None, **typed):
    """A client that gave the password and then a code; and the last answer."""
    client = client or Client()
    assert log_in(client)["Location"] == CODE
    return client, client.post(CODE, {"code": telephone.code, **typed})


# --- The way in -------------------------------------------------------------------------------------------------------


def test_the_password_leads_to_the_code_and_the_code_in(telephone):
    client = Client()
    answer = log_in(client, path=f"{LOGIN}?next={LIST}")
    assert answer["Location"] == CODE
    assert not is_in(client) and COOKIE not in client.cookies
    assert "Nhớ thiết bị này 30 ngày" in client.get(CODE).content.decode()
    answer = client.post(CODE, {"code": telephone.code})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert is_in(client) and COOKIE in client.cookies


def test_without_a_telephone_and_a_demand_the_password_is_enough():
    make_lead(username="xa1")
    client = Client()
    assert log_in(client, "xa1")["Location"] == "/admin/"
    assert is_in(client)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        LIST,
        f"{LIST}1/change/",
        "/admin/documents/storedfile/1/download/",
        "/admin/autocomplete/?app_label=organization&model_name=membership&field_name=unit&term=x",
        "/admin/movements/report/export/",
        "/admin/password_change/",
        SECURITY,
        OWN_SET_UP,
        "/admin/jsi18n/",
        "/admin/organization/",
    ],
)
def test_before_the_code_the_site_answers_as_to_a_stranger(telephone, address):
    client, stranger = Client(), Client()
    log_in(client)
    for method in ("get", "post"):
        answer, known = getattr(client, method)(address), getattr(stranger, method)(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, known["Location"])
        assert known["Location"].startswith(LOGIN)


@pytest.mark.parametrize("path", [CODE, SET_UP])
def test_the_second_step_has_a_first(path):
    assert Client().get(path)["Location"] == Client().post(path, {"code": "123456"})["Location"] == LOGIN
    assert logged_in(make_lead()).get(path)["Location"] == LOGIN


def test_whoever_waits_for_the_code_cannot_replace_the_telephone(telephone):
    client = Client()
    log_in(client)
    assert client.get(SET_UP)["Location"] == CODE
    assert client.post(SET_UP, {"code": "123456"})["Location"] == CODE


def test_the_code_is_waited_for_a_quarter_of_an_hour(telephone, travelled):
    early, late = Client(), Client()
    for client in (early, late):
        log_in(client)
    travelled.shift(timedelta(minutes=15, seconds=-1))
    assert early.post(CODE, {"code": telephone.code})["Location"] == "/admin/"
    travelled.shift(timedelta(seconds=1))
    assert late.post(CODE, {"code": telephone.code})["Location"] == LOGIN


def set_password(user):
    user.set_password("mat-khau-moi-hoan-toan")
    user.save()


def end_sessions(user):
    logged_in(make_administrator()).post(f"/admin/organization/user/{user.pk}/end-sessions/")


def close(user):
    user.is_active = False
    user.save()


@pytest.mark.parametrize("end", [set_password, end_sessions, close])
def test_who_waits_is_sent_away_by(end, telephone, officer):
    client = Client()
    log_in(client)
    end(User.objects.get(pk=officer.pk))
    assert client.post(CODE, {"code": telephone.code})["Location"] == LOGIN
    assert not is_in(client)


def test_a_reset_link_does_not_replace_the_code(telephone, officer):
    user = User.objects.get(pk=officer.pk)
    made = activation.invite(user=user, actor=make_administrator(), purpose="reset", now=NOW)
    client = Client()
    client.get(f"/admin/login/activate/{made.token}/")
    typed = {"new_password1": "con trâu ba bờ rừng", "new_password2": "con trâu ba bờ rừng"}
    assert client.post("/admin/login/activate/", typed)["Location"] == CODE
    assert not is_in(client)
    assert client.post(CODE, {"code": telephone.code})["Location"] == "/admin/"


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_a_code_works_once(telephone, travelled):
    _client, answer = guarded(telephone)
    assert answer.status_code == 302
    client, answer = guarded(telephone)
    assert "Mã không đúng hoặc đã dùng rồi" in answer.content.decode()
    travelled.shift(timedelta(seconds=30))
    assert client.post(CODE, {"code": telephone.code})["Location"] == "/admin/"


def test_the_code_that_set_the_telephone_up_does_not_log_in(officer, travelled):
    telephone = Telephone(officer)
    _client, answer = guarded(telephone)
    assert answer.status_code == 200


@pytest.mark.parametrize(("seconds", "opens"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_that_is_half_a_minute_off_does_no_harm(telephone, travelled, seconds, opens):
    with time_machine.travel(NOW + timedelta(minutes=5, seconds=seconds), tick=False):
        typed = telephone.code
    travelled.shift(timedelta(minutes=4))
    client = Client()
    log_in(client)
    assert (client.post(CODE, {"code": typed}).status_code == 302) is opens


@pytest.mark.parametrize(
    "text", ["", "<script>alert(1)", "a\x00b", "😀", "١٢٣٤٥٦", "-1", "9" * 20, "9" * 500, "' OR 1=1"]
)
def test_whatever_is_typed_is_refused(telephone, text):
    _client, answer = guarded(telephone, code=text)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert "<script>alert" not in answer.content.decode()


def test_codes_may_have_a_gap(telephone):
    client = Client()
    log_in(client)
    code = telephone.code
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/admin/"


def test_the_business_clock_does_not_move_codes(telephone):
    clock.shift_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert guarded(telephone)[1].status_code == 302


@pytest.mark.parametrize("way", [str, str.lower, lambda code: code.replace("-", " ")])
def test_each_recovery_code_works_once_however_it_is_typed(telephone, way):
    assert len(set(telephone.recovery)) == 10
    client, answer = guarded(telephone, code=way(telephone.recovery[3]))
    assert answer["Location"] == "/admin/" and is_in(client)
    assert guarded(telephone, code=telephone.recovery[3])[1].status_code == 200
    assert StaticToken.objects.count() == 9
    assert Activity.objects.filter(action="use_recovery_code").count() == 1


def test_a_recovery_code_may_happen_to_have_no_letter(officer, telephone):
    first = StaticToken.objects.first()
    StaticToken.objects.filter(pk=first.pk).update(token=second_factor._token_of(officer, "34679346"))
    assert second_factor.verify(user=officer, code="3467-9346") == second_factor.device_of(officer)


def test_the_table_holds_no_recovery_code(telephone):
    kept = str(list(StaticToken.objects.values()))
    assert not any(code in kept or code.replace("-", "") in kept.upper() for code in telephone.recovery)


def test_the_codes_of_another_account_open_nothing(telephone):
    other = Telephone(make_staff())
    for code in (other.code, other.recovery[0]):
        assert guarded(telephone, code=code)[1].status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["telephone", "recovery"])
def test_of_two_who_use_a_code_at_once_one_gets_in(kind):
    user = make_staff()
    with time_machine.travel(NOW, tick=False) as travelled:
        made = Telephone(user)
        travelled.shift(timedelta(minutes=1))
        code = made.code if kind == "telephone" else made.recovery[0]

        def try_it(_number):
            try:
                return second_factor.verify(user=user, code=code) is not None
            except Throttled:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(try_it, range(4))).count(True) == 1


# --- Guessing ---------------------------------------------------------------------------------------------------------


def test_waits_after_wrong_codes_grow(telephone, officer, travelled):
    for seconds in (1, 2, 4, 8):
        assert second_factor.verify(user=officer, code="000000") is None
        with pytest.raises(Throttled) as throttled:
            second_factor.verify(user=officer, code=telephone.code)
        assert throttled.value.seconds == seconds
        travelled.shift(timedelta(seconds=seconds))
    assert second_factor.verify(user=officer, code=telephone.code)


def test_a_throttled_code_is_answered_so_and_recorded(telephone):
    client, answer = guarded(telephone, code="000000")
    assert answer.status_code == 200
    answer = client.post(CODE, {"code": telephone.code})
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert set(RefusedAttempt.objects.values_list("what", "login_name")) == {
        (Refusal.LOGIN, "canbo"),
        (Refusal.THROTTLED, "canbo"),
    }


def test_an_account_has_ten_codes_a_stretch_whatever_the_number_of_browsers(telephone, travelled):
    for _number in range(10):
        assert guarded(telephone, code=telephone.recovery[0][:-1])[1].status_code in (200, 429)
        travelled.shift(timedelta(seconds=1))
    answer = guarded(telephone, code=telephone.recovery[0])[1]
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 600


# --- Remembered browsers ----------------------------------------------------------------------------------------------


@pytest.fixture
def remembered(telephone):
    """A client whose browser is not asked for the code, logged out."""
    client, answer = guarded(telephone, remember="on")
    assert answer.status_code == 302
    client.post("/admin/logout/")
    return client


def test_a_remembered_browser_is_asked_after_thirty_days(remembered, travelled):
    travelled.shift(timedelta(days=30, seconds=-1))
    assert log_in(remembered)["Location"] == "/admin/"
    remembered.post("/admin/logout/")
    travelled.shift(timedelta(seconds=2))
    assert log_in(remembered)["Location"] == CODE


def test_only_that_browser_is_remembered(remembered):
    assert log_in(Client())["Location"] == CODE


def test_nor_is_one_that_did_not_ask(telephone):
    client, _answer = guarded(telephone)
    client.post("/admin/logout/")
    assert log_in(client)["Location"] == CODE


def renew_telephone(user):
    Telephone(user)


def change_own_password(user):
    client = logged_in(user)
    form = {"old_password": "mat-khau", "new_password1": "con trâu ba bờ rừng", "new_password2": "con trâu ba bờ rừng"}
    assert client.post("/admin/password_change/", form).status_code == 302


def log_out_elsewhere(user):
    logged_in(user).post("/admin/password_change/elsewhere/")


@pytest.mark.parametrize("end", [set_password, end_sessions, change_own_password, log_out_elsewhere, renew_telephone])
def test_a_browser_is_forgotten_by(end, remembered, officer):
    end(User.objects.get(pk=officer.pk))
    user = User.objects.get(pk=officer.pk)
    password = next(
        word for word in ("mat-khau", "mat-khau-moi-hoan-toan", "con trâu ba bờ rừng") if user.check_password(word)
    )
    assert log_in(remembered, password=password)["Location"] == CODE


def test_a_forged_cookie_remembers_nobody(remembered, officer):
    other = make_staff(username="khac")
    theirs = Telephone(other)
    (name,) = [name for name in remembered.cookies if name.startswith("danvan_device_")]
    client = Client()
    client.cookies[name] = signing.dumps("x" * 64, salt="danvan.organization.entrance")
    assert log_in(client)["Location"] == CODE
    client.cookies[name] = "x"
    assert log_in(client)["Location"] == CODE
    assert log_in(remembered, "khac")["Location"] == CODE and theirs


def test_the_cookie_serves_the_login_alone(remembered):
    (cookie,) = [cookie for name, cookie in remembered.cookies.items() if name.startswith("danvan_device_")]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (LOGIN, True, "Lax")
    assert cookie["max-age"] == 30 * 24 * 3600


# --- Demanded ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def demanded(settings):
    settings.SECOND_FACTOR_ROLES = DEMANDED


@pytest.mark.parametrize("role", list(Role))
def test_it_is_demanded_of_the_roles_that_the_setting_names(role, demanded):
    make_user(role, username="ai-do")
    client = Client()
    asked = log_in(client, "ai-do")["Location"] == SET_UP
    assert asked is (role in DEMANDED)
    assert is_in(client) is not asked


def test_who_must_sets_it_up_and_is_in(demanded, officer, travelled):
    client = Client()
    log_in(client, path=f"{LOGIN}?next={LIST}")
    page = client.get(SET_UP)
    form = page.context["form"]
    assert form.secret in page.content.decode() and "<svg" in page.content.decode()
    assert all(len(group) == 4 for group in form.secret.split())
    typed = {"key": form.sealed_key, "code": code_of(form.key)}
    answer = client.post(SET_UP, typed)
    assert answer.status_code == 200 and len(answer.context["codes"]) == 10
    assert f'href="{LIST}"' in answer.content.decode()
    assert is_in(client)
    assert TOTPDevice.objects.get().user == officer
    assert Activity.objects.get().action == "switch_on_second_factor"
    travelled.shift(timedelta(minutes=1))
    again = Client()
    assert log_in(again)["Location"] == CODE
    assert again.post(CODE, {"code": code_of(form.key)})["Location"] == "/admin/"


def test_a_wrong_code_sets_nothing_up_and_keeps_the_picture(demanded, officer):
    client = Client()
    log_in(client)
    form = client.get(SET_UP).context["form"]
    answer = client.post(SET_UP, {"key": form.sealed_key, "code": "000000"})
    assert answer.context["form"].key == form.key
    assert "Mã không đúng" in answer.content.decode()
    assert not is_in(client) and not TOTPDevice.objects.exists()


def sealed_for_another(user, key):
    return second_factor.sealed(make_staff(), key)


def sealed_long_ago(user, key):
    with time_machine.travel(NOW - timedelta(hours=2), tick=False):
        return second_factor.sealed(user, key)


@pytest.mark.parametrize("seal", [lambda user, key: key, lambda user, key: "", sealed_for_another, sealed_long_ago])
def test_a_secret_from_elsewhere_is_not_taken(seal, demanded, officer, travelled):
    client, key = Client(), second_factor.new_key()
    log_in(client)
    answer = client.post(SET_UP, {"key": seal(officer, key), "code": code_of(key)})
    assert answer.context["form"].key != key
    assert "Trang mở quá lâu" in answer.content.decode()
    assert not TOTPDevice.objects.exists()


def test_a_session_of_before_the_demand_is_asked_to_log_in_again(settings, officer):
    client = logged_in(officer)
    assert is_in(client)
    settings.SECOND_FACTOR_ROLES = DEMANDED
    assert client.get(LIST)["Location"] == f"{LOGIN}?next={LIST}"
    assert client.get(LOGIN).status_code == 200
    assert client.post("/admin/logout/").status_code == 200
    assert log_in(client)["Location"] == SET_UP


def test_a_role_that_is_given_asks_for_it_at_the_next_request(demanded):
    user = make_lead()
    client = logged_in(user)
    assert is_in(client)
    Membership.objects.create(user=user, unit=make_unit(), role=Role.STAFF)
    assert not is_in(client)


@pytest.mark.parametrize("roles", [[], DEMANDED])
def test_the_demand_costs_no_query(roles, settings, telephone, django_assert_num_queries):
    client, _answer = guarded(telephone)
    settings.SECOND_FACTOR_ROLES = roles
    with django_assert_num_queries(4):  # the clock, the session, the account, its memberships
        assert client.get("/admin/jsi18n/").status_code == 200


@pytest.mark.parametrize(("roles", "errors"), [([], 0), (DEMANDED, 0), (["Staff"], 1), (["staff", "chuyenvien"], 1)])
def test_a_misspelt_role_is_found(settings, roles, errors):
    settings.SECOND_FACTOR_ROLES = roles
    assert len(second_factor_roles_exist(None)) == errors


# --- The own page -----------------------------------------------------------------------------------------------------


def test_a_lead_sets_it_up_and_all_other_sessions_end(travelled):
    user = make_lead(username="xa1")
    here, there = logged_in(user), logged_in(user)
    assert "đang tắt" in here.get(SECURITY).content.decode()
    form = here.get(OWN_SET_UP).context["form"]
    answer = here.post(OWN_SET_UP, {"key": form.sealed_key, "code": code_of(form.key)})
    assert len(answer.context["codes"]) == 10
    assert is_in(here) and not is_in(there)
    page = here.get(SECURITY).content.decode()
    assert "đang bật" in page and "Còn 10 mã dự phòng." in page
    assert log_in(Client(), "xa1")["Location"] == CODE


@pytest.fixture
def own_page(telephone):
    return guarded(telephone)[0]


def test_new_recovery_codes_end_the_old_ones(own_page, telephone, travelled):
    answer = own_page.post(SECURITY, {"deed": "codes", "password": "mat-khau"})
    codes = answer.context["codes"]
    assert len(codes) == 10 and not set(codes) & set(telephone.recovery)
    assert guarded(telephone, code=telephone.recovery[0])[1].status_code == 200
    travelled.shift(timedelta(minutes=1))
    assert guarded(telephone, code=codes[0])[1].status_code == 302
    assert Activity.objects.filter(action="renew_recovery_codes").count() == 1


def test_it_is_switched_off_with_the_password(own_page):
    assert own_page.post(SECURITY, {"deed": "off", "password": "mat-khau"})["Location"] == SECURITY
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert log_in(Client())["Location"] == "/admin/"
    assert Activity.objects.filter(action="switch_off_second_factor").count() == 1


def test_not_where_it_is_demanded(own_page, demanded):
    answer = own_page.post(SECURITY, {"deed": "off", "password": "mat-khau"})
    assert "không tắt được" in answer.content.decode()
    assert TOTPDevice.objects.exists()
    assert 'value="off"' not in own_page.get(SECURITY).content.decode()
    with pytest.raises(ValidationError):
        second_factor.switch_off(user=TOTPDevice.objects.get().user)


@pytest.mark.parametrize("deed", ["codes", "off"])
def test_nothing_without_the_password(own_page, telephone, deed):
    for _number in range(10):
        assert own_page.post(SECURITY, {"deed": deed, "password": "sai"}).status_code == 200
    assert "quá nhiều lần" in own_page.post(SECURITY, {"deed": deed, "password": "mat-khau"}).content.decode()
    assert TOTPDevice.objects.exists() and StaticToken.objects.count() == 10
    assert RefusedAttempt.objects.filter(what=Refusal.LOGIN).exists()


def test_another_telephone_needs_the_password_and_replaces_the_first(own_page, telephone, travelled):
    form = own_page.get(OWN_SET_UP).context["form"]
    typed = {"key": form.sealed_key, "code": code_of(form.key)}
    assert own_page.post(OWN_SET_UP, typed).context["password_form"].errors
    assert own_page.post(OWN_SET_UP, typed | {"password": "mat-khau"}).context["codes"]
    assert is_in(own_page)
    travelled.shift(timedelta(minutes=1))
    assert guarded(telephone)[1].status_code == 200
    travelled.shift(timedelta(minutes=1))
    assert guarded(telephone, code=code_of(form.key))[1].status_code == 302


def test_looking_changes_nothing(own_page):
    before = list(TOTPDevice.objects.values()), list(StaticToken.objects.values())
    own_page.get(SECURITY)
    own_page.get(OWN_SET_UP)
    assert before == (list(TOTPDevice.objects.values()), list(StaticToken.objects.values()))


# --- Taken away by the administrator ----------------------------------------------------------------------------------


def reset_page(user):
    return f"/admin/organization/user/{user.pk}/reset-second-factor/"


def test_the_administrator_takes_it_away_and_the_owner_is_told(telephone, officer, own_page):
    administrator = make_administrator(full_name="Nguyễn Thanh Bình")
    desk = logged_in(administrator)
    change = f"/admin/organization/user/{officer.pk}/change/"
    assert reset_page(officer) in desk.get(change).content.decode()
    assert "Lý do" in desk.get(reset_page(officer)).content.decode()
    assert desk.post(reset_page(officer), {"reason": " "}).status_code == 200
    assert TOTPDevice.objects.exists()
    assert desk.post(reset_page(officer), {"reason": "Mất điện thoại"})["Location"] == change
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()
    assert not is_in(own_page)
    assert log_in(Client())["Location"] == "/admin/"
    row = Activity.objects.get(action="reset_second_factor")
    assert (row.actor, row.object, row.reason) == (administrator, officer, "Mất điện thoại")
    message = rendering.render(OutgoingMail.objects.get(kind=activation.NOTICE_LETTER, to=officer.email))
    assert "Nguyễn Thanh Bình" in message.text and "gỡ xác thực hai lớp" in message.text
    assert reset_page(officer) not in desk.get(change).content.decode()


@pytest.mark.parametrize("make_other", [make_staff, make_lead])
def test_nobody_else_does(make_other, telephone, officer):
    other = logged_in(make_other())
    foreign = other.post(reset_page(officer), {"reason": "x"})
    missing = other.post("/admin/organization/user/0/reset-second-factor/", {"reason": "x"})
    assert (foreign.status_code, foreign["Location"]) == (missing.status_code, missing["Location"])
    assert TOTPDevice.objects.exists()


# --- The tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["otp_totp/totpdevice/", "otp_static/staticdevice/", "otp_totp/", "otp_static/"])
def test_the_tables_have_no_pages(path):
    client = logged_in(make_administrator())
    assert client.get(f"/admin/{path}").status_code == 404


def test_clearing_samples_takes_the_telephones_of_samples_along(telephone, officer):
    real = Telephone(make_lead())
    User.objects.filter(pk=officer.pk).update(is_sample=True)
    clear_samples()
    assert TOTPDevice.objects.count() == 1 and real.recovery
    assert StaticToken.objects.count() == 10
