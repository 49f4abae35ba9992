import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from danvan.settings.guard import refuse_unsafe

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "k3yOf-Sixty-Four_characters.that;are:random,enough/for(a)test!!!",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "SQLITE_IN_PRODUCTION": False,
    "ALLOWED_HOSTS": ["danvan.daklak.example"],
    "BUSINESS_CLOCK_SHIFTABLE": False,
}
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}


def test_a_proper_server_starts():
    refuse_unsafe(SAFE)
    refuse_unsafe({**SAFE, "DATABASES": SQLITE, "SQLITE_IN_PRODUCTION": True})


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
    ],
)
def test_an_unsafe_setting_is_refused_by_name(setting, value):
    with pytest.raises(ImproperlyConfigured):
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
