"""Ủy quyền xử lý: somebody hands the work of a role over to a colleague, from a day to a day.

It is a membership on behalf of its giver. It gives no more than the giver has, and lapses with it; it cannot be handed
on. What may be handed over to whom stands in ``danvan/access/roles.py``.
"""

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.roles import STAND_INS, Role
from danvan.history.domain import record
from danvan.organization.models import Membership, User
from danvan.workflow import NotAllowed, Refused

LONGEST = timedelta(days=90)

_listeners: list[Callable] = []


def on_delegated(function: Callable) -> Callable:
    """Let ``function(membership)`` run inside the transaction in which work is handed over. For higher apps."""
    _listeners.append(function)
    return function


def may_be_handed_over_by(user):
    """The memberships whose work *user* may hand over: the own ones in force, not those on behalf of somebody."""
    own = user.memberships.in_force().filter(on_behalf_of=None, role__in=list(STAND_INS), user__is_active=True)
    return own.select_related("unit")


def stand_ins_for(membership):
    """The accounts that may take over *membership*: open ones that serve at the same unit in a role that may."""
    colleagues = Membership.objects.in_force().filter(
        unit=membership.unit_id, role__in=list(STAND_INS[Role(membership.role)]), on_behalf_of=None
    )
    return User.objects.filter(pk__in=colleagues.values("user"), is_active=True).exclude(pk=membership.user_id)


@transaction.atomic
def delegate(*, membership, to, first, last, actor):
    """Hand the work of *membership*, the actor's own, over to the account *to* from *first* to *last*; return the new
    Membership. The listeners are told.

    Raises NotAllowed for what is not the actor's to hand over, and ValidationError at ``to``, ``first`` or ``last``.
    """
    if not may_be_handed_over_by(actor).filter(pk=membership.pk).exists():
        raise NotAllowed
    if not stand_ins_for(membership).filter(pk=to.pk).exists():
        words = _("Choose a colleague with an open account of the same unit who may do this work.")
        raise ValidationError({"to": words})
    _require_days(first, last, membership, to)
    delegation = Membership(
        user=to,
        unit=membership.unit,
        role=membership.role,
        on_behalf_of=actor,
        valid_from=first,
        valid_to=last,
        is_sample=membership.is_sample,
    )
    try:
        delegation.save()
    except ValidationError as error:
        raise ValidationError({"to": error.messages}) from None
    changes = {
        "role": [None, delegation.role],
        "unit": [None, delegation.unit],
        "on_behalf_of": [None, actor],
        "valid_from": [None, first],
        "valid_to": [None, last],
    }
    _record(actor, "delegate", delegation, changes)
    for function in _listeners:
        function(delegation)
    return delegation


def _require_days(first, last, membership, to):
    if first < clock.today():
        raise ValidationError({"first": _("Work is handed over from today on at the earliest.")})
    if last < first:
        raise ValidationError({"last": _("The last day lies before the first one.")})
    if last - first >= LONGEST:
        raise ValidationError({"last": _("Work is handed over for at most %(days)s days.") % {"days": LONGEST.days}})
    if last - first + timedelta(days=1) + _days_to_come(membership, to) > LONGEST:
        words = _("Work is handed over for at most %(days)s days, with those that were handed over already.")
        raise ValidationError({"last": words % {"days": LONGEST.days}})
    if membership.valid_to and last > membership.valid_to:
        words = _("Your own role ends on %(date)s.") % {"date": f"{membership.valid_to:%d/%m/%Y}"}
        raise ValidationError({"last": words})


def _days_to_come(membership, to):
    """How long *to* has the work of *membership* from today on already. Called in a transaction."""
    User.objects.select_for_update().get(
        pk=to.pk
    )  # as Membership.save does: of two at once the second counts the first
    taken = given_by(membership.user).filter(user=to, unit=membership.unit_id, role=membership.role)
    today, day = clock.today(), timedelta(days=1)
    return sum((row.valid_to - max(row.valid_from, today) + day for row in taken), timedelta())


@transaction.atomic
def end_delegation(*, membership, actor):
    """Take the work of *membership*, a delegation, back: the rights are gone at the next request.

    For who gave it, and for who may change memberships. Raises NotAllowed, or Refused when it has ended.
    """
    membership = Membership.objects.select_for_update(of=("self",)).filter(pk=membership.pk).first()
    if membership is None or membership.on_behalf_of_id is None:
        raise Refused(_("This has ended already."))
    if membership.on_behalf_of_id != actor.pk and not actor.has_perm("organization.change_membership"):
        raise NotAllowed
    yesterday = clock.today() - timedelta(days=1)
    if membership.valid_to <= yesterday:
        raise Refused(_("This has ended already."))
    _record(actor, "end_delegation", membership, {"valid_to": [membership.valid_to, yesterday]})
    if membership.valid_from <= yesterday:
        membership.valid_to = yesterday
        membership.save()
    else:
        membership.delete()


def _record(actor, action, delegation, changes):
    """On the accounts of both: the history of an account tells what it was given and what it gave."""
    changes = {f"membership {delegation.pk} {name}": values for name, values in changes.items()}
    for user in (delegation.user, delegation.on_behalf_of):
        record(actor=actor, action=action, obj=user, changes=changes)


def given_by(user, day=None):
    """What *user* handed over that has not ended by *day*, today when not given."""
    return _open(Membership.objects.filter(on_behalf_of=user), day)


def taken_by(user, day=None):
    """What was handed over to *user* that has not ended by *day*."""
    return _open(user.memberships.exclude(on_behalf_of=None), day)


def _open(rows, day):
    rows = rows.filter(valid_to__gte=day or clock.today())
    return rows.select_related("user", "unit", "on_behalf_of").order_by("valid_from", "pk")
