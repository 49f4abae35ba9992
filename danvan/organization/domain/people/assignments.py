"""Who of the Ban looks after which units: địa bàn phụ trách, and its handing over to a colleague."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches
from danvan.access.roles import Role
from danvan.history.domain import record
from danvan.organization.models import Assignment, Membership, Unit, UnitPlacement, User
from danvan.workflow import NotAllowed, Refused

OF_THE_BAN = [role for role in Role if role.is_of_the_ban]


def officers():
    """The open accounts that serve at the Ban today."""
    serving = Membership.objects.in_force().filter(role__in=OF_THE_BAN)
    return User.objects.filter(pk__in=serving.values("user"), is_active=True)


# --- which units ------------------------------------------------------------------------------------------------------


def units_in_charge_of(user, day=None):
    """The units that *user* looks after on *day*, today when not given, as officer or as stand-in.

    An area stands for all units in it and in what lies in it, a unit for itself and all under it.
    """
    condition = _condition(user, day or clock.today())
    return Unit.objects.none() if condition is None else Unit.objects.filter(condition)


def charge_of(user):
    """As :func:`units_in_charge_of` today, or None for who looks after none. Asked once for each instance of *user*.

    Only accounts of the Ban are asked for at all.
    """
    if "_charge" not in user.__dict__:
        is_asked = not user.roles.isdisjoint(OF_THE_BAN)
        user.__dict__["_charge"] = _condition(user, clock.today()) if is_asked else None
    condition = user.__dict__["_charge"]
    return None if condition is None else Unit.objects.filter(condition)


def _condition(user, day):
    """The condition on a unit that *user* looks after it on *day*, or None. One question."""
    path = UnitPlacement.objects.on(day).filter(unit=OuterRef("unit")).values("path")[:1]
    rows = Assignment.objects.in_force(day).of(user).annotate(path=Subquery(path))
    rows = list(rows.order_by().values_list("area", "unit", "path"))
    condition = Q()
    if areas := {area for area, _unit, _path in rows if area}:
        for lies_in in ("area", "area__parent", "area__parent__parent", "area__parent__parent__parent"):
            condition |= Q(**{f"{lies_in}__in": areas})
    for _area, unit, path in rows:
        if path:
            condition |= Q(pk__in=UnitPlacement.objects.on(day).under(path).values("unit"))
        elif unit:
            condition |= Q(pk=unit)
    return condition if rows else None


def officers_of(unit_ids, day=None):
    """Who looks after each of these units on *day*, today when not given: sets of accounts by the unit's id.

    The officer whose account is open and who serves at the Ban today, otherwise the stand-in. A unit with none is no
    key. Three questions, however many units: which units belong to whom is as :func:`units_in_charge_of` says.
    """
    day = day or clock.today()
    units = Unit.objects.filter(pk__in=unit_ids)
    path = UnitPlacement.objects.on(day).filter(unit=OuterRef("pk")).values("path")[:1]
    levels = ("area", "area__parent", "area__parent__parent", "area__parent__parent__parent")
    places = units.annotate(path=Subquery(path)).order_by().values_list("pk", "path", *levels)
    serving = {user.pk: user for user in officers()}
    charges = {}  # ("area", id), ("unit", id) and ("path", path) -> the accounts in charge
    above = UnitPlacement.objects.on(day).filter(unit=OuterRef("unit")).values("path")[:1]
    rows = Assignment.objects.in_force(day).annotate(path=Subquery(above)).order_by()
    for area, unit, path, officer, stand_in in rows.values_list("area", "unit", "path", "officer", "stand_in"):
        key = ("area", area) if area else ("path", path) if path else ("unit", unit)
        if in_charge := serving.get(officer) or serving.get(stand_in):
            charges.setdefault(key, set()).add(in_charge)
    found = {}
    for pk, path, *areas in places:
        keys = [("area", area) for area in areas if area] + [("unit", pk)]
        # A path is eight digits for each unit from the top down.
        keys += [("path", path[:end]) for end in range(8, len(path or "") + 1, 8)]
        if people := set().union(*(charges.get(key, ()) for key in keys)):
            found[pk] = people
    return found


# --- handing over -----------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(*, assignments, to, last_day, actor):
    """End each of *assignments* on *last_day* and open the same for the officer *to* from the next day; return these.

    All or none. A stand-in stays, unless it is *to*. Raises NotAllowed, Refused naming the assignment that does not run
    on that day or is the officer's already, ValidationError at ``to`` for who does not serve at the Ban.
    """
    if not actor.has_perm("organization.add_assignment"):
        raise NotAllowed
    if not officers().filter(pk=to.pk).exists():
        raise ValidationError({"to": _("Choose somebody who serves at the Ban.")})
    ids = [assignment.pk for assignment in assignments]
    rows = Assignment.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return [_hand_over(row, to, last_day, actor) for row in rows]


def _hand_over(row, to, last_day, actor):
    if not reaches(actor, row, "change"):
        raise NotAllowed
    if row.officer_id == to.pk:
        raise Refused(_("%(assignment)s: the same officer.") % {"assignment": row})
    begun = row.valid_from is None or row.valid_from <= last_day
    if not begun or (row.valid_to is not None and row.valid_to <= last_day):
        words = _("%(assignment)s: it does not run on %(day)s and the day after.")
        raise Refused(words % {"assignment": row, "day": f"{last_day:%d/%m/%Y}"})
    new = Assignment(
        officer=to,
        area=row.area,
        unit=row.unit,
        stand_in=None if row.stand_in_id == to.pk else row.stand_in,
        valid_from=last_day + timedelta(days=1),
        valid_to=row.valid_to,
        is_sample=row.is_sample,
    )
    new.save()
    changes = {"valid_to": [row.valid_to, last_day], "officer": [row.officer, to]}
    row.valid_to = last_day
    row.save()
    record(actor=actor, action="hand_over_assignment", obj=row, changes=changes)
    record(actor=actor, action="add", obj=new, changes={"officer": [None, to], "valid_from": [None, new.valid_from]})
    return new
