import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from danvan.settings.guard import refuse_unsafe

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "k3yOf-Sixty-Four_characters.that;are:random,enough/for(a)test!!!",
    "MAIL_ENABLED": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "SQLITE_IN_PRODUCTION": False,
    "ALLOWED_HOSTS": ["danvan.daklak.example"],
    "BUSINESS_CLOCK_SHIFTABLE": False,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_SAMESITE": "Strict",
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [{"NAME": "some.Validator"}],
    "MIDDLEWARE": ["danvan.headers.BrowserPolicyMiddleware", "django.middleware.security.SecurityMiddleware"],
    "SECURE_CSP": {"script-src": ["'self'", "'unsafe-eval'"]},
    "TRUSTED_PROXIES": 1,
}
NAMED = {"EMAIL_BACKEND": "EMAIL_URL", "DATABASES": "DATABASE_URL"}
"""Where a setting comes from the environment under another name."""
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}


def test_a_proper_server_starts():
    refuse_unsafe(SAFE)
    refuse_unsafe({**SAFE, "DATABASES": SQLITE, "SQLITE_IN_PRODUCTION": True})
    refuse_unsafe({**SAFE, "MAIL_ENABLED": False, "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DEBUG", True),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + SAFE["SECRET_KEY"]),
        ("CELERY_TASK_ALWAYS_EAGER", True),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
        ("DATABASES", SQLITE),
        ("ALLOWED_HOSTS", ["*"]),
        ("ALLOWED_HOSTS", []),
        ("BUSINESS_CLOCK_SHIFTABLE", True),
        ("SESSION_COOKIE_SECURE", False),
        ("CSRF_COOKIE_SECURE", False),
        ("SESSION_COOKIE_HTTPONLY", False),
        ("CSRF_COOKIE_HTTPONLY", False),
        ("SECURE_CONTENT_TYPE_NOSNIFF", False),
        ("SECURE_HSTS_SECONDS", 0),
        ("SESSION_COOKIE_SAMESITE", "None"),
        ("CSRF_COOKIE_SAMESITE", None),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies"),
        ("PASSWORD_HASHERS", ["django.contrib.auth.hashers.MD5PasswordHasher"]),
        ("AUTH_PASSWORD_VALIDATORS", []),
        ("MIDDLEWARE", ["django.middleware.security.SecurityMiddleware", "danvan.headers.BrowserPolicyMiddleware"]),
        ("SECURE_CSP", {"script-src": ["'self'", "'unsafe-inline'"]}),
        ("SECURE_CSP", {"script-src": ["*"]}),
        ("SECURE_CSP", {"default-src": ["'self'"]}),
        ("TRUSTED_PROXIES", -1),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(setting, value):
    with pytest.raises(ImproperlyConfigured, match=NAMED.get(setting, setting)):
        refuse_unsafe({**SAFE, setting: value})


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"DEBUG": "true"}, "DEBUG is on"), ({"DATABASE_URL": "sqlite:////tmp/x"}, "DATABASE_URL names SQLite"), ({}, "")],
)
def test_a_process_with_unsafe_settings_does_not_start(changed, said, tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "danvan.settings.production",
        "SECRET_KEY": SAFE["SECRET_KEY"],
        "ALLOWED_HOSTS": "danvan.daklak.example",
        "DATABASE_URL": "postgres://u:p@127.0.0.1:1/x",
        "VAR_DIR": str(tmp_path),
        **changed,
    }
    child = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert child.returncode == (1 if said else 0), child.stderr
    assert said in child.stderr
