"""Writes the mails about accounts, and the same words for Zalo, at the moment they are sent."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from danvan import clock
from danvan.mail.domain import Message
from danvan.organization.domain.accounts.activation import RESET_NOTICE, SECOND_FACTOR_NOTICE, Invitation, by_id
from danvan.organization.enums import ActivationPurpose
from danvan.organization.models import User


def activation_letter(mail):
    """The letter with the link of *mail*, or None when the link is no longer in force or the address has changed.

    The link is worked out anew for every attempt and kept nowhere.
    """
    activation = by_id(pk=mail.ref["activation"], now=clock.real_now())
    if activation is None or activation.user.email != mail.to:
        return None
    if activation.purpose == ActivationPurpose.ACTIVATE:
        subject = _("Your account in the program for the movement “Skilful mass mobilisation”")
    else:
        subject = _("A new password for your account in the program “Skilful mass mobilisation”")
    return Message(subject=subject, text=invitation_text(Invitation(activation, mail.ref["seed"])), confidential=True)


def invitation_text(invitation):
    """What the owner of the account is told: the link, the code, until when, and what to do."""
    activation = invitation.activation
    context = {
        "invitation": invitation,
        "user": activation.user,
        "is_new": activation.purpose == ActivationPurpose.ACTIVATE,
        "until": localtime(activation.expires_at),
    }
    return render_to_string("organization/activation_letter.txt", context).strip() + "\n"


def account_notice(mail):
    """The letter that tells the owner of an account what somebody else did to it, or None where it is closed."""
    user = User.objects.filter(pk=mail.ref["user"], is_active=True, email=mail.to).first()
    if user is None:
        return None
    subject = {
        RESET_NOTICE: _("Somebody made a link for a new password of your account"),
        SECOND_FACTOR_NOTICE: _("The second step of logging in to your account was taken away"),
    }[mail.ref["what"]]
    context = {
        "user": user,
        "what": mail.ref["what"],
        "actor": User.objects.filter(pk=mail.ref["actor"]).first(),
        "at": localtime(mail.created_at),
        "site": settings.SITE_ADDRESS,
    }
    return Message(subject=subject, text=render_to_string("organization/account_notice.txt", context).strip() + "\n")
