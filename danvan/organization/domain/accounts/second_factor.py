"""The second step of logging in: six digits from the owner's telephone, or one of ten recovery codes.

The tables and the arithmetic are django-otp's (RFC 6238: thirty seconds, one step of tolerance, a code once, growing
waits after wrong ones). Recovery codes are kept as keyed hashes. Whom it is demanded of ``SECOND_FACTOR_ROLES`` says.
"""

import secrets
from base64 import b32encode
from binascii import unhexlify
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from danvan import clock
from danvan.documents.rendering.qr import qr_svg
from danvan.history.domain import record
from danvan.mail.domain import enqueue_many
from danvan.organization.domain.accounts.activation import CODE_LENGTH, CODE_SIGNS, SECOND_FACTOR_NOTICE, notice
from danvan.organization.domain.accounts.familiar import key_of
from danvan.organization.domain.accounts.login import Throttled
from danvan.organization.domain.accounts.sessions import begin_new_epoch
from danvan.organization.models import User

RECOVERY_CODES = 10
NAME_OF_DEVICES = "danvan"
KEY_AGE = timedelta(hours=1)
SALT = "danvan.organization.second_factor"


def is_demanded_of(user):
    """Whether a role of *user* in force today must not come in without the second step."""
    return not user.roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def device_of(user):
    """The telephone of *user* that makes the codes, or None."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


# --- Setting up -------------------------------------------------------------------------------------------------------


def new_key():
    """A new secret of 160 bits, in hexadecimal digits."""
    return random_hex(20)


def sealed(user, key):
    """*key* as the page of setting up gives it away and gets it back: for *user* alone, for an hour."""
    return signing.dumps([user.pk, key], salt=SALT)


def unsealed(user, text):
    """The key in *text*, or None when it is not ours, another's or too old."""
    try:
        pk, key = signing.loads(text, salt=SALT, max_age=KEY_AGE)
    except signing.BadSignature:
        return None
    return key if pk == user.pk else None


def secret_in_groups(key):
    """The secret as it is typed into a telephone that has no camera."""
    text = b32encode(unhexlify(key)).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def qr_of(user, key):
    """The picture that a telephone reads the secret from, as inline SVG."""
    return qr_svg(TOTPDevice(user=user, key=key).config_url)


@transaction.atomic
def switch_on(*, user, key, code):
    """Let the telephone with the secret *key* guard *user*, if *code* is its present one; end all sessions of the user.

    Returns the device and ten new recovery codes, which nobody can show again. A telephone of before guards no more.
    Raises ValidationError when the code is wrong.
    """
    row = _locked(user)
    device = TOTPDevice(user=row, key=key, name=NAME_OF_DEVICES)
    _forget_devices(row)
    if not device.verify_token(_signs_of(code)):
        raise ValidationError(_("The code is wrong. Type the six digits that the telephone shows now."), code="wrong")
    codes = _make_recovery_codes(row)
    begin_new_epoch(row=row, user=user)
    record(actor=user, action="switch_on_second_factor", obj=row)
    return device, codes


@transaction.atomic
def renew_recovery_codes(*, user):
    """Replace the recovery codes of *user* and return the ten new ones."""
    row = _locked(user)
    codes = _make_recovery_codes(row)
    record(actor=user, action="renew_recovery_codes", obj=row)
    return codes


@transaction.atomic
def switch_off(*, user):
    """Take the second step away from the own account. Raises ValidationError where it is demanded."""
    if is_demanded_of(user):
        raise ValidationError(_("Your role asks for the second step: it cannot be switched off."))
    row = _locked(user)
    _forget_devices(row)
    record(actor=user, action="switch_off_second_factor", obj=row)


@transaction.atomic
def reset(*, user, actor, reason):
    """Take the second step away from *user*, who lost the telephone: the next login sets it up anew where it is
    demanded. Ends all sessions, and tells the owner by mail. The caller has made sure that *actor* may.
    """
    row = _locked(user)
    _forget_devices(row)
    begin_new_epoch(row=row, user=user)
    activity = record(actor=actor, action="reset_second_factor", obj=row, reason=reason)
    if row.email and row.pk != actor.pk:
        enqueue_many([notice(user=row, what=SECOND_FACTOR_NOTICE, actor=actor, key=activity.pk)])


def _locked(user):
    return User.objects.select_for_update().get(pk=user.pk)


def _forget_devices(user):
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _make_recovery_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME_OF_DEVICES)
    signs = ["".join(secrets.choice(CODE_SIGNS) for _place in range(CODE_LENGTH)) for _code in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_token_of(user, code)) for code in signs)
    return [f"{code[:4]}-{code[4:]}" for code in signs]


def _token_of(user, code):
    """What is kept of a recovery code: as much of its keyed hash as the column holds, 64 bits."""
    return key_of("recovery", str(user.pk), code)[:16]


# --- Verifying --------------------------------------------------------------------------------------------------------


@transaction.atomic
def verify(*, user, code):
    """The telephone of *user* if *code* is its present one or a recovery code that was not used; else None.

    Uses the code up. Raises Throttled while the wait after wrong codes lasts.
    """
    signs = _signs_of(code)
    is_recovery = len(signs) == CODE_LENGTH  # it may happen to have no letter; a code of the telephone is shorter
    model, token = (StaticDevice, _token_of(user, signs)) if is_recovery else (TOTPDevice, signs)
    device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return None
    is_allowed, why = device.verify_is_allowed()
    if not is_allowed:
        raise Throttled((why["locked_until"] - clock.real_now()).total_seconds())
    if not device.verify_token(token):
        return None
    if is_recovery:
        record(actor=user, action="use_recovery_code", obj=user)
    return device_of(user)


def _signs_of(code):
    """*code* without the gaps that people type."""
    return "".join(sign for sign in code.upper() if sign.isalnum())
