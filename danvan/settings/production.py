"""A server of an office. Everything that must not be guessed has to be in the environment."""

from danvan.settings.base import *  # noqa: F403
from danvan.settings.base import env
from danvan.settings.guard import refuse_unsafe

SECRET_KEY = env("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

BUSINESS_CLOCK_SHIFTABLE = False
SQLITE_IN_PRODUCTION = env.bool("SQLITE_IN_PRODUCTION", default=False)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# With this prefix browsers take the cookie from this very host over TLS only, not from a neighbour under its domain.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"

refuse_unsafe(globals())
