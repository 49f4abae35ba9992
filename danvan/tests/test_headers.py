import re

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client

from tests.factories import logged_in, make_administrator, make_lead

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def assert_kept_nowhere(answer):
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 302),
        ("/admin/", 200),
        ("/admin/organization/unit/", 200),
        ("/admin/organization/unit", 301),
        ("/admin/jsi18n/", 200),
        ("/admin/password_change/", 200),
        ("/admin/organization/user/", 403),
        ("/admin/organization/unit/0/change/", 302),
        ("/admin/khong-co/", 404),
        ("/khong-co", 404),
        ("/static/khong-co.css", 404),
    ],
)
def test_no_answer_is_kept(path, status):
    answer = logged_in(make_lead()).get(path)
    assert answer.status_code == status
    assert_kept_nowhere(answer)
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/healthz"])
def test_nor_is_one_to_a_stranger(path):
    assert_kept_nowhere(Client().get(path))


def test_refusals_before_any_view_carry_the_policy():
    assert_kept_nowhere(Client().get("/admin/", HTTP_HOST="khac.example"))
    assert_kept_nowhere(Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"}))


def test_a_redirect_to_tls_carries_the_policy(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/admin/login/")
    assert answer.status_code == 301
    assert_kept_nowhere(answer)


@pytest.mark.parametrize(("error", "status"), [(OperationalError("locked"), 503), (RuntimeError("broken"), 500)])
def test_failures_carry_the_policy(error, status, monkeypatch):
    client = logged_in(make_administrator())
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("danvan.access.door.rows_visible_to", fail)
    monkeypatch.setattr("danvan.access.admin.rows_visible_to", fail)
    answer = client.get("/admin/organization/unit/")
    assert answer.status_code == status
    assert_kept_nowhere(answer)


def test_static_files_may_be_kept(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "a.css").write_text("a {}")
    answer = Client().get("/static/a.css")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=60, public"
    assert answer["Content-Security-Policy"] == POLICY


def test_cookies_are_for_this_site_and_not_for_scripts(client):
    make_lead(username="xa1")
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": "xa1", "password": "mat-khau"})
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax"), cookie.key
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= client.cookies.keys()
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""


def test_in_production_cookies_travel_over_tls_alone(client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    make_lead(username="xa1")
    client.get("/admin/login/", secure=True)
    client.post("/admin/login/", {"username": "xa1", "password": "mat-khau"}, secure=True)
    assert client.cookies and all(cookie["secure"] for cookie in client.cookies.values())


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|[\s\"']on[a-z]+\s*=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>x()</script>", True),
        ('<a onclick="x()">', True),
        ('<a href="javascript:x()">', True),
        ('<script src="/static/a.js" defer></script>', False),
        ('<form action="/x" method="post">', False),
        ('<button x-on:click="x()">', False),
    ],
)
def test_what_the_policy_forbids_is_recognised(text, found):
    assert bool(INLINE.search(text)) is found


def test_no_template_of_ours_holds_a_script():
    templates = [
        path
        for app in ("danvan", "movements", "awards")
        for path in (settings.BASE_DIR / app).rglob("templates/**/*.html")
    ]
    assert len(templates) > 30
    found = [f"{path}: {match[0]}" for path in templates for match in INLINE.finditer(path.read_text())]
    assert found == []
