"""The first account of an office, from which all others are made."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access.roles import Role
from danvan.organization.domain.units.placement import settle
from danvan.organization.models import Membership, Unit, UnitKind, User

KIND_OF_BAN = "BAN"


@transaction.atomic
def make_first_administrator(*, username, full_name, password, unit_code, unit_name):
    """Make the Ban's own unit, unless one has *unit_code*, and an administrator in it; return the User.

    Raises ValidationError when the office has an administrator, who makes the other accounts.
    """
    if Membership.objects.in_force().filter(role=Role.ADMINISTRATOR, user__is_active=True).exists():
        raise ValidationError(_("There is an administrator already."))
    kind, _is_new = UnitKind.objects.get_or_create(
        code=KIND_OF_BAN, defaults={"name": "Ban đảng Tỉnh ủy", "is_party": True, "is_ban": True}
    )
    unit, _is_new = Unit.objects.get_or_create(code=unit_code, defaults={"name": unit_name, "kind": kind})
    settle(unit=unit, superior=None)
    user = User(username=username, full_name=full_name)
    user.set_password(password)
    user.full_clean()
    user.save()
    Membership.objects.create(user=user, unit=unit, role=Role.ADMINISTRATOR)
    return user
