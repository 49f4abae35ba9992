"""The sheets of paper with which accounts are activated."""

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime

from danvan.documents.rendering.activation_sheets import ActivationSheet, render_activation_sheets
from danvan.organization.enums import ActivationPurpose


def print_sheets(invitations):
    """One PDF with a sheet for each of *invitations*; their users have their memberships with the units loaded."""
    entry = settings.SITE_ADDRESS.rstrip("/") + reverse("admin:login_forgotten")
    sheets = [
        ActivationSheet(
            unit=", ".join(dict.fromkeys(str(membership.unit) for membership in each.user.memberships.all())),
            name=each.user.full_name,
            username=each.user.username,
            link=each.link,
            entry=entry.partition("://")[2],
            code=each.code,
            until=localtime(each.activation.expires_at).strftime("%H:%M, %d/%m/%Y"),
            is_new=each.activation.purpose == ActivationPurpose.ACTIVATE,
        )
        for each in invitations
    ]
    return render_activation_sheets(sheets, sample=any(each.user.is_sample for each in invitations))
