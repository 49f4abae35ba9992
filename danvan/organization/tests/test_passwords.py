import unicodedata

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from danvan.history.models import Activity
from danvan.organization.models import User
from tests.crawl.addresses import patterns
from tests.factories import logged_in, make_administrator, make_lead, make_unit

pytestmark = pytest.mark.django_db

PAGE = "/admin/password_change/"
GOOD = "Mưa tháng bảy gãy cành trám"


@pytest.fixture
def lead():
    return make_lead(
        make_unit("Đảng ủy xã Ea Kar", code="X-EKAR", email="eakar@daklak.example"),
        username="hhen1990",
        full_name="H'Hen Niê Kđăm",
        email="hhen.nie@example.vn",
        telephone="0905123456",
    )


def problems(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {each.code or each.message for each in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "x7#Kq9!vLw2$",
        "Con trâu đi trước cái cày theo sau " * 4,
        "🌾🌾 lúa chín vàng đồng 🌾🌾",
        "đoàn kết toàn dân trong thi đua",
        "một câu dài để đăng nhập",
        "Mot-mat-khau-minh-hoa",
        "а́еёжзклмнопр",
    ],
)
def test_long_sentences_in_any_letters_are_passwords(password, lead):
    assert problems(password, lead) == set()


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123456",
        "Mật khẩu 2026!",
        "M@tKhau@123456789",
        "M4tkh4u12345",
        "danvankheo2026",
        "Dân vận khéo 2026",
        "DANVANKHEO!!!!",
        "vietnam123456",
        "Việt Nam 1975-2026",
        "tuyengiaodanvan",
        "bantuyengiao@2026",
        "buonmathuot2026",
        "daklak20262026",
        "admin@123456",
        "Password2026!",
        "P@ssw0rd@2026",
        "qwertyuiop123",
        "anhyeuem123456",
        "aaaaaaaaaaaaaaa",
        "ababababababab",
        "123abc123abc123",
    ],
)
def test_what_one_would_try_first_is_refused(password):
    assert problems(password)


@pytest.mark.parametrize(
    "password",
    [
        "hhen1990hhen",
        "H'Hen Niê Kđăm 90",
        "kdam19901990!",
        "eakar2026eakar",
        "Xã Ea Kar 2026",
        "hhen.nie@example",
        "0905123456aa",
    ],
)
def test_the_words_of_the_own_account_are_refused(password, lead):
    assert problems(password, lead)


@pytest.mark.parametrize(
    ("password", "refused"), [("x7#Kq9!vLw2", True), ("x7#Kq9!vLw2$", False), ("738291047362", True)]
)
def test_twelve_signs_not_all_digits(password, refused):
    assert bool(problems(password)) is refused


def test_a_password_is_the_same_however_its_letters_are_sent(lead):
    lead.set_password(unicodedata.normalize("NFC", GOOD))
    assert lead.check_password(unicodedata.normalize("NFD", GOOD))
    lead.set_password(unicodedata.normalize("NFD", GOOD))
    assert lead.check_password(unicodedata.normalize("NFC", GOOD))
    assert not lead.check_password(GOOD.lower())


def test_no_password_is_cut_short(lead):
    lead.set_password("dài " * 100)
    assert not lead.check_password("dài " * 99)


# --- One's own --------------------------------------------------------------------------------------------------------


def change(client, old="mat-khau", new=GOOD, again=None):
    return client.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_one_changes_ones_own_password(lead):
    here, there = logged_in(lead), logged_in(lead)
    answer = change(here)
    assert answer["Location"] == "/admin/password_change/done/"
    assert "Đã đổi mật khẩu" in here.get(answer["Location"]).content.decode()
    assert there.get("/admin/").status_code == 302
    lead.refresh_from_db()
    assert lead.check_password(GOOD)
    activity = Activity.objects.get()
    assert (activity.actor, activity.action, activity.changes) == (lead, "change_password", {})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"old": "sai"}, "Mật khẩu cũ chưa đúng"),
        ({"again": GOOD + "x"}, "Hai lần nhập mật khẩu không giống nhau"),
        ({"new": "ngắn-quá"}, "Mật khẩu quá ngắn"),
        ({"new": "danvankheo2026"}, "Mật khẩu này dễ đoán"),
    ],
)
def test_a_refused_change_says_why(lead, typed, words):
    page = change(logged_in(lead), **typed)
    assert page.status_code == 200
    assert words in page.content.decode()
    lead.refresh_from_db()
    assert lead.check_password("mat-khau")
    assert not Activity.objects.exists()


def test_an_open_screen_is_no_place_to_guess(lead):
    client = logged_in(lead)
    for number in range(10):
        change(client, old=f"sai-{number}")
    assert "Đã thử sai quá nhiều lần" in change(client).content.decode()
    lead.refresh_from_db()
    assert lead.check_password("mat-khau")


# --- Another's --------------------------------------------------------------------------------------------------------


def test_there_is_no_address_for_anothers_password(lead):
    assert {name for name, _pattern in patterns() if "password" in name} == {
        "admin:password_change",
        "admin:password_change_done",
    }
    client = logged_in(make_administrator())
    for path in (f"/admin/organization/user/{lead.pk}/password/", f"/admin/auth/user/{lead.pk}/password/"):
        for answer in (client.get(path), client.post(path, {"password1": GOOD, "password2": GOOD})):
            assert answer.status_code in (302, 404)
    lead.refresh_from_db()
    assert lead.check_password("mat-khau")


def test_no_form_has_a_field_for_it(lead):
    client = logged_in(make_administrator())
    for path in ("add/", f"{lead.pk}/change/"):
        names = client.get(f"/admin/organization/user/{path}").context["adminform"].form.fields.keys()
        assert names == {"full_name", "username", "email", "telephone", "is_active"}


@pytest.mark.parametrize("name", ["password", "password1", "new_password1", "usable_password", "session_epoch"])
def test_a_smuggled_password_changes_nothing(name, lead):
    before = lead.password
    client = logged_in(make_administrator())
    form = {
        "full_name": "Tên mới",
        "username": lead.username,
        "is_active": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
        name: "md5$a$b",
    }
    assert client.post(f"/admin/organization/user/{lead.pk}/change/", form).status_code == 302
    assert client.post("/admin/organization/user/add/", form | {"username": "moi"}).status_code == 302
    lead.refresh_from_db()
    assert (lead.full_name, lead.password, lead.session_epoch) == ("Tên mới", before, 0)
    assert not User.objects.get(username="moi").has_usable_password()


def test_nobody_reads_it(lead):
    client = logged_in(make_administrator())
    for path in ("", f"{lead.pk}/change/", f"{lead.pk}/history/", "?password__startswith=md5", "?o=password"):
        assert lead.password not in client.get(f"/admin/organization/user/{path}").content.decode()
    assert client.get("/admin/organization/user/?password__startswith=md5").status_code in (302, 400)
