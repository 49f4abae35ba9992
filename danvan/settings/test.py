"""The suite: the real parts, a fast password hash, and a database file that worker processes can open as well."""

from danvan.settings.base import *  # noqa: F403
from danvan.settings.base import SQLITE_URL, VAR_DIR, database, env

SECRET_KEY = "only-for-tests"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]

DATABASES = {"default": database(env("TEST_DATABASE_URL", default="") or SQLITE_URL)}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # The default test database of SQLite is in memory, which no other process sees.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "test-files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests that are about the second step demand it themselves.
SECOND_FACTOR_ROLES = []
