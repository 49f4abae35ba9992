"""What an account knows: the browsers and the addresses from which its owner has logged in."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from danvan import clock
from danvan.access.origin import address_of
from danvan.organization.models import KnownPlace

COOKIE = "danvan_browser"
COOKIE_AGE = timedelta(days=365)
PLACE_AGE = timedelta(days=180)
ACCOUNTS_PER_BROWSER = 20
SALT = "danvan.organization.login"


def remember(request, response, username):
    """Let the account called *username* know the browser and the address of *request*, which has just logged in."""
    remember_browser(request, response, username)
    until = clock.real_now() + PLACE_AGE
    KnownPlace.objects.update_or_create(key=place_key(request, username), defaults={"until": until})


# --- Places -----------------------------------------------------------------------------------------------------------


def is_known_place(request, username):
    """Whether somebody logged in to the account called *username* from the address of *request*."""
    known = KnownPlace.objects.filter(key=place_key(request, username), until__gt=clock.real_now())
    return known.exists()


def place_key(request, username):
    return key_of("place", username.casefold(), address_of(request))


def key_of(*what):
    """*what* as a keyed hash: people type passwords where a login name is asked, and addresses are personal data."""
    return salted_hmac(SALT, "\0".join(what), algorithm="sha256").hexdigest()


# --- Browsers ---------------------------------------------------------------------------------------------------------


def known_browser(request, username):
    """The id of the browser of *request* if somebody logged in to the account called *username* with it, else None."""
    browser, accounts = _read_cookie(request)
    return browser if _tag(username) in accounts else None


def remember_browser(request, response, username):
    """Let *response* tell the browser that the account called *username* knows it."""
    browser, accounts = _read_cookie(request)
    tag = _tag(username)
    accounts = [tag, *(account for account in accounts if account != tag)][:ACCOUNTS_PER_BROWSER]
    response.set_cookie(
        COOKIE,
        signing.dumps([browser or secrets.token_urlsafe(16), accounts], salt=SALT),
        max_age=COOKIE_AGE,
        path=settings.LOGIN_URL,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read_cookie(request):
    """The id of the browser (or None) and the tags of the accounts that know it; none when the cookie is not ours."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None, []


def _tag(username):
    """A short name for the account, so that the cookie tells nobody who works at this machine."""
    return key_of("tag", username.casefold())[:16]
