"""What an account knows: the browsers and the addresses from which its owner has logged in.

It knows them by a mark that is another one after each new password and each end of all sessions: whoever had a hand in
the account before is a stranger then.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from danvan import clock
from danvan.access.origin import address_of
from danvan.organization.models import KnownPlace, User

COOKIE = "danvan_browser"
COOKIE_AGE = timedelta(days=365)
PLACE_AGE = timedelta(days=180)
ACCOUNTS_PER_BROWSER = 20
SALT = "danvan.organization.login"


def mark_of(username):
    """The mark of the account called *username*; one that nothing is known by where there is no such account."""
    user = User.objects.filter(username=username).first()
    return key_of("account", username.casefold(), user.get_session_auth_hash() if user else "")


def remember(request, response, username):
    """Let the account called *username* know the browser and the address of *request*, which has just logged in."""
    mark = mark_of(username)
    remember_browser(request, response, mark)
    remember_place(request, mark)


def key_of(*what):
    """*what* as a keyed hash: people type passwords where a login name is asked, and addresses are personal data."""
    return salted_hmac(SALT, "\0".join(what), algorithm="sha256").hexdigest()


# --- Places -----------------------------------------------------------------------------------------------------------


def remember_place(request, mark):
    """Let the account with the *mark* know the address of *request*."""
    until = clock.real_now() + PLACE_AGE
    KnownPlace.objects.update_or_create(key=_place_key(request, mark), defaults={"until": until})


def is_known_place(request, mark):
    """Whether somebody logged in to the account with the *mark* from the address of *request*."""
    known = KnownPlace.objects.filter(key=_place_key(request, mark), until__gt=clock.real_now())
    return known.exists()


def _place_key(request, mark):
    return key_of("place", mark, address_of(request))


# --- Browsers ---------------------------------------------------------------------------------------------------------


def known_browser(request, mark):
    """The id of the browser of *request* if somebody logged in to the account with the *mark* with it, else None."""
    browser, accounts = _read_cookie(request)
    return browser if _tag(mark) in accounts else None


def remember_browser(request, response, mark):
    """Let *response* tell the browser that the account with the *mark* knows it."""
    browser, accounts = _read_cookie(request)
    tag = _tag(mark)
    accounts = [tag, *(account for account in accounts if account != tag)][:ACCOUNTS_PER_BROWSER]
    value = signing.dumps([browser or secrets.token_urlsafe(16), accounts], salt=SALT)
    set_cookie(response, COOKIE, value, COOKIE_AGE)


def set_cookie(response, name, value, age):
    """Give the browser a cookie that serves the pages of logging in alone."""
    response.set_cookie(
        name,
        value,
        max_age=age,
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


def _tag(mark):
    """A short name for the account, so that the cookie tells nobody who works at this machine."""
    return key_of("tag", mark)[:16]
