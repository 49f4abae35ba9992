"""Between the password and the session: who waits there for the second step is logged in nowhere yet."""

from datetime import timedelta

from django.contrib.auth import login as start_session
from django.contrib.auth import update_session_auth_hash
from django.core import signing
from django.utils.crypto import constant_time_compare

from danvan import clock
from danvan.organization.domain.accounts import familiar, second_factor
from danvan.organization.domain.accounts.login import forget_old
from danvan.organization.models import User

WAITING = "waiting_for_second_factor"
VERIFIED = "second_factor"
PATIENCE = timedelta(minutes=15)
REMEMBERED_FOR = timedelta(days=30)
SALT = "danvan.organization.entrance"


def is_complete(request):
    """Whether the session of *request* came in as far as the roles of its user ask today."""
    return VERIFIED in request.session or not second_factor.is_demanded_of(request.user)


# --- Waiting ----------------------------------------------------------------------------------------------------------


def next_step(request, user):
    """The page that *user*, who has just proved the password, must see before coming in: "code", "set_up" or None."""
    device = second_factor.device_of(user)
    if device is None:
        return "set_up" if second_factor.is_demanded_of(user) else None
    return None if _is_remembered(request, user, device) else "code"


def wait(request, user, wanted):
    """Remember in the session that *user* has proved the password and wants to go to the address *wanted*."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": (clock.real_now() + PATIENCE).timestamp(),
        "wanted": wanted,
    }


def who_waits(request):
    """The user who waits for the second step, and the address wanted; (None, "") when nobody does, or no longer."""
    waiting = request.session.get(WAITING)
    if not waiting or waiting["until"] <= clock.real_now().timestamp():
        return None, ""
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    if user is None or not constant_time_compare(waiting["hash"], user.get_session_auth_hash()):
        return None, ""
    return user, waiting["wanted"]


# --- Coming in --------------------------------------------------------------------------------------------------------


def come_in(request, response, user, *, device=None, is_to_be_remembered=False):
    """Start the session of *user*, whose browser and place are known from now on; *device* has verified it (or None).

    A browser that is to be remembered is not asked for the second step for 30 days, or until the account has another
    password, device, or epoch.
    """
    request.session.pop(WAITING, None)
    start_session(request, user)
    if device is not None or second_factor.device_of(user) is not None:
        request.session[VERIFIED] = True
    familiar.remember(request, response, user.get_username())
    if device is not None and is_to_be_remembered:
        familiar.set_cookie(response, _cookie_of(user), _token(user, device), REMEMBERED_FOR)
    forget_old()


def stay_in(request):
    """Keep the session at hand of the user who has just set up a telephone, which ended all sessions."""
    update_session_auth_hash(request, request.user)
    request.session[VERIFIED] = True


def _is_remembered(request, user, device):
    try:
        token = signing.loads(request.COOKIES.get(_cookie_of(user), ""), salt=SALT, max_age=REMEMBERED_FOR)
    except signing.BadSignature:
        return False
    return constant_time_compare(token, _tied_to(user, device))


def _token(user, device):
    return signing.dumps(_tied_to(user, device), salt=SALT)


def _tied_to(user, device):
    return familiar.key_of("remembered", str(user.pk), str(device.pk), user.get_session_auth_hash())


def _cookie_of(user):
    """One cookie for each account of the browser; its name tells nobody whose."""
    return f"danvan_device_{familiar.key_of('device', str(user.pk))[:12]}"
