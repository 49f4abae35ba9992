"""One machine: what ``make run`` starts, with SQLite and the embedded servers unless the environment names others."""

from danvan.settings.base import *  # noqa: F403
from danvan.settings.base import VAR_DIR, env
from danvan.settings.secret import kept_secret

SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

# The demonstration offers the second step and demands it of nobody.
SECOND_FACTOR_ROLES = env.list("SECOND_FACTOR_ROLES", default=[])
