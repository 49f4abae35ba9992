"""One-use permissions to set the password of an account: a link, and a short code that goes with the login name.

Nobody but the owner ever knows a password: whoever may invites, the owner sets it. All in real time. A permission ends
when it is used, when a newer one is made, after seven days, with the closing of the account, and with each password
that is set or session end that is asked for. What is wrong with one is told to nobody.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from danvan.access.door import permission_name
from danvan.history.domain import record, record_all
from danvan.mail.domain import Letter, enqueue_many
from danvan.organization.domain.accounts.familiar import key_of
from danvan.organization.enums import ActivationPurpose
from danvan.organization.models import Activation, User

VALID_FOR = timedelta(days=7)
CODE_SIGNS = "ACDEFHJKMNPQRTVWXY34679"
"""No two of them look alike on paper: of 0O, 1IL, 2Z, 5S, 8B, 6G and UV at most one is here."""
CODE_LENGTH = 8
SALT = "danvan.organization.activation"

ACTIVATION_LETTER = "organization.activation"
NOTICE_LETTER = "organization.account_notice"
RESET_NOTICE, SECOND_FACTOR_NOTICE = "reset", "second_factor"


class NoLongerUsable(Exception):
    """The permission is unknown, used, expired or withdrawn. Which of these is told to nobody."""


@dataclass(frozen=True)
class Invitation:
    """What the owner of an account is given. The row keeps hashes of it; who has ``seed`` and the server's key, all."""

    activation: Activation
    seed: str

    @property
    def user(self):
        return self.activation.user

    @cached_property
    def token(self):
        return base64.urlsafe_b64encode(_derived("link", self.seed)[:24]).decode()

    @property
    def link(self):
        return settings.SITE_ADDRESS.rstrip("/") + reverse("admin:activation_link", args=[self.token])

    @cached_property
    def code(self):
        """Eight signs in two groups: 36 bits."""
        number, signs = int.from_bytes(_derived("code", self.seed)), []
        for _place in range(CODE_LENGTH):
            number, sign = divmod(number, len(CODE_SIGNS))
            signs.append(CODE_SIGNS[sign])
        return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def _derived(what, seed):
    return salted_hmac(SALT, f"{what}\0{seed}", algorithm="sha256").digest()


# --- Inviting ---------------------------------------------------------------------------------------------------------


def may_invite(actor, user):
    """Whether *actor* may make a link for the account *user*.

    Who may not change accounts makes none for an account that ever had a role of the Ban: with the link in hand one
    could become an administrator.
    """
    if not user.is_active or not actor.has_perm(permission_name(User, "invite")):
        return False
    return actor.has_perm(permission_name(User, "change")) or not _was_given_everything(user)


def _was_given_everything(user):
    """Whether a membership of *user*, of whatever days, reaches every unit."""
    return any(membership.reaches_everything for membership in user.memberships.all())


def purpose_of(user):
    return ActivationPurpose.RESET if user.has_usable_password() else ActivationPurpose.ACTIVATE


def invite(*, user, actor, purpose, now):
    """Make the one link of *user* in force, for seven days from *now* (real time), and return the Invitation.

    Raises PermissionDenied when *actor* may not, ValueError when *purpose* is not what the account needs.
    """
    if purpose != purpose_of(user):
        raise ValueError(f"{user.username} needs no {purpose}")
    return invite_all(users=[user], actor=actor, now=now)[0]


@transaction.atomic
def invite_all(*, users, actor, now, by_mail=False):
    """As :func:`invite` for many, each for what its account needs; return the Invitations in the order of *users*.

    With *by_mail* the links are mailed (the caller has made sure that every account has an address). Otherwise the
    owner of an account in use is told by mail that somebody else made a link for it. The number of queries does not
    grow with *users*.
    """
    pks = [user.pk for user in users]
    found = User.objects.select_for_update().filter(pk__in=pks).prefetch_related("memberships__unit").in_bulk()
    users = [found[pk] for pk in pks]
    if not all(may_invite(actor, user) for user in users):
        raise PermissionDenied
    withdraw(users=users, now=now)
    invitations = []
    for user in users:
        made = {"purpose": purpose_of(user), "made_by": actor, "made_at": now, "expires_at": now + VALID_FOR}
        invitation = Invitation(Activation(user=user, **made), secrets.token_urlsafe(24))
        invitation.activation.link_key = key_of("link", invitation.token)
        invitation.activation.code_key = key_of("code", invitation.code)
        invitations.append(invitation)
    Activation.objects.bulk_create(invitation.activation for invitation in invitations)
    for purpose in ActivationPurpose:
        invited = [each.user for each in invitations if each.activation.purpose == purpose]
        record_all(actor=actor, action=f"invite_{purpose}", objects=invited)
    enqueue_many(_letter(each) if by_mail else _notice(each) for each in invitations if by_mail or _is_news(each))
    return invitations


def _is_news(invitation):
    """Whether the owner must be told: somebody else made a link for an account in use, and there is an address."""
    activation, user = invitation.activation, invitation.user
    return activation.purpose == ActivationPurpose.RESET and activation.made_by_id != user.pk and bool(user.email)


def _letter(invitation):
    activation, user = invitation.activation, invitation.user
    return Letter(
        kind=ACTIVATION_LETTER,
        ref={"activation": activation.pk, "seed": invitation.seed},
        to=user.email,
        recipient_name=user.full_name,
        dedupe_key=f"activation:{activation.link_key}",
        is_urgent=True,
    )


def _notice(invitation):
    activation = invitation.activation
    return notice(user=invitation.user, what=RESET_NOTICE, actor=activation.made_by, key=activation.link_key)


def notice(*, user, what, actor, key):
    """The Letter that tells *user* what *actor* did to the account; *key* makes it one letter for one deed."""
    return Letter(
        kind=NOTICE_LETTER,
        ref={"what": what, "user": user.pk, "actor": actor.pk},
        to=user.email,
        recipient_name=user.full_name,
        dedupe_key=f"account:{what}:{key}",
    )


def withdraw(*, users, now):
    """End the links of *users*."""
    Activation.objects.filter(user__in=users).usable(now).update(expires_at=now)


# --- Using ------------------------------------------------------------------------------------------------------------


def by_link(*, token, now):
    """The Activation that the link with *token* stands for, or None."""
    return _usable(now).filter(link_key=key_of("link", token)).first()


def by_code(*, username, code, now):
    """The Activation of the account called *username* that *code* stands for, however it was typed, or None."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    key = key_of("code", f"{signs[:4]}-{signs[4:]}")
    return _usable(now).filter(user__username=username, code_key=key).first()


def by_id(*, pk, now):
    """The Activation with this id as long as it can be used, or None."""
    return _usable(now).filter(pk=pk).first()


def _usable(now):
    """As the pages ask. Using it asks again, under a lock."""
    return Activation.objects.usable(now).filter(user__is_active=True).select_related("user")


@transaction.atomic
def set_password(*, activation, password, now):
    """Use *activation* up: give its account *password* (which was validated), end its sessions, and return the User.

    Raises NoLongerUsable. Of two who use it at once one gets it: the update asks for what it changes, and joins no
    other table, whose rows PostgreSQL would not read again after waiting for the lock.
    """
    user = User.objects.select_for_update().filter(pk=activation.user_id, is_active=True).first()
    if user is None or not _still_fits(activation, user):
        raise NoLongerUsable
    if not Activation.objects.filter(pk=activation.pk).usable(now).update(used_at=now):
        raise NoLongerUsable
    user.set_password(password)
    user.session_epoch += 1
    user.save(update_fields=["password", "session_epoch"])
    withdraw(users=[user], now=now)
    record(actor=user, action="set_password", obj=user)
    return user


def _still_fits(activation, user):
    """Whether the account still needs what *activation* is for, and was given no role since that its maker must not
    have a hand in."""
    if activation.purpose != purpose_of(user):
        return False
    maker = activation.made_by
    return not _was_given_everything(user) or bool(maker and maker.has_perm(permission_name(User, "change")))


# --- Where accounts stand ---------------------------------------------------------------------------------------------


def with_standing(users, now):
    """*users* (a queryset), each with ``has_password`` and ``invited_until`` (an instant, or None)."""
    links = Activation.objects.usable(now).filter(user=models.OuterRef("pk")).order_by("-expires_at")
    return users.annotate(
        has_password=models.Case(
            models.When(password__startswith="!", then=False), models.When(password="", then=False), default=True
        ),
        invited_until=models.Subquery(links.values("expires_at")[:1]),
    )
