"""What kinds of reorganisation are possible: every error at the field where it is mended."""

from collections import defaultdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.roles import Role
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Membership, Succession, UnitPlacement
from danvan.organization.models.unit import under

SETTLED = (ReorganisationState.PLANNED, ReorganisationState.IN_EFFECT)


def check_event(*, reorganisation, predecessors, successors=(), handed_to=None):
    """Raise ValidationError, its messages by field, where the event cannot be with these units.

    *reorganisation* has its kind, day and superior; it need not be saved. The fields are ``predecessors``,
    ``successors``, ``handed_to``, ``superior`` and ``effective_on``.
    """
    errors = defaultdict(list)
    _check_numbers(reorganisation, predecessors, successors, handed_to, errors)
    if not errors:
        _check_predecessors(reorganisation, predecessors, errors)
        _check_successors(reorganisation, predecessors, [*successors, *filter(None, [handed_to])], errors, handed_to)
        _check_superior(reorganisation, predecessors, successors, errors)
        _check_ban(reorganisation, predecessors, successors, errors)
    if errors:
        raise ValidationError(errors)
    if reorganisation.kind != ReorganisationKind.TRANSFER:
        superior_for(
            reorganisation=reorganisation, predecessors=predecessors, successors=successors, handed_to=handed_to
        )


def superior_for(*, reorganisation, predecessors, successors, handed_to=None):
    """Under whom units without a place stand: the superior that was said, or that of the old units; None is the top.

    Raises ValidationError at ``superior`` where somebody needs one and the old units stand under several, or under one
    that ends too.
    """
    if reorganisation.superior is not None:
        return reorganisation.superior
    if not _loses_its_place(reorganisation, predecessors, successors, handed_to):
        return None
    ids = {unit.pk for unit in predecessors}
    last_day = reorganisation.effective_on - timedelta(days=1)
    placements = UnitPlacement.objects.on(last_day).filter(unit__in=ids).select_related("superior")
    superiors = {placement.superior for placement in placements if placement.superior_id not in ids}
    if len(superiors) > 1:
        names = ", ".join(sorted(str(unit or _("the top of the tree")) for unit in superiors))
        raise ValidationError(
            {"superior": _("The old units stand under different superiors (%(units)s): choose one.") % {"units": names}}
        )
    superior = superiors.pop() if superiors else None
    if superior is not None and not _exists(superior, reorganisation.effective_on):
        raise ValidationError(
            {"superior": _("Their superior, %(unit)s, ends too: choose the new superior.") % {"unit": superior}}
        )
    return superior


def _loses_its_place(event, predecessors, successors, handed_to):
    """Whether a new unit stands nowhere yet or under an old one, or somebody stands under a unit that is dissolved."""
    old = {unit.pk for unit in predecessors}
    last_day = event.effective_on - timedelta(days=1)
    if not successors:
        below = UnitPlacement.objects.on(last_day).filter(superior__in=old).exclude(unit__in=old)
        return handed_to is None and below.exists()
    standing = dict(
        UnitPlacement.objects.on(event.effective_on).filter(unit__in=successors).values_list("unit", "superior")
    )
    return any(is_without_place(event, unit, standing, old) for unit in successors)


def is_without_place(event, unit, standing, old):
    """Whether *unit* stands nowhere, under one of *old*, or at the top only because it was just made for the event.

    *standing* maps units to their superiors on the day of the event.
    """
    superior = standing.get(unit.pk)
    return unit.pk not in standing or superior in old or (superior is None and unit.valid_from == event.effective_on)


def _check_numbers(event, predecessors, successors, handed_to, errors):
    kind = ReorganisationKind(event.kind)
    if not predecessors:
        errors["predecessors"].append(_("Choose at least one old unit."))
    elif kind in (ReorganisationKind.RENAME, ReorganisationKind.SPLIT) and len(predecessors) > 1:
        errors["predecessors"].append(_("Choose exactly one old unit for this kind of event."))
    if kind in (ReorganisationKind.RENAME, ReorganisationKind.MERGE) and len(successors) != 1:
        errors["successors"].append(_("Choose exactly one new unit for this kind of event."))
    elif kind == ReorganisationKind.SPLIT and len(successors) < 2:
        errors["successors"].append(_("A unit is split into at least two new units."))
    elif kind in (ReorganisationKind.DISSOLVE, ReorganisationKind.TRANSFER) and successors:
        errors["successors"].append(_("This kind of event has no new units: leave it empty."))
    if kind == ReorganisationKind.TRANSFER and event.superior is None:
        errors["superior"].append(_("Choose the unit under which they stand from that day on."))
    if handed_to is not None and kind != ReorganisationKind.DISSOLVE:
        errors["handed_to"].append(_("Only the work of a dissolved unit is handed over like this: leave it empty."))


def _check_predecessors(event, predecessors, errors):
    day, last_day = event.effective_on, event.effective_on - timedelta(days=1)
    is_transfer = event.kind == ReorganisationKind.TRANSFER
    others = Succession.objects.filter(predecessor__in=predecessors, reorganisation__state__in=SETTLED)
    others = others.exclude(reorganisation=event.pk).select_related("reorganisation")
    planned = {
        row.predecessor_id: row.reorganisation
        for row in others.filter(reorganisation__state=ReorganisationState.PLANNED)
    }
    ended = {
        row.predecessor_id: row.reorganisation
        for row in others.filter(reorganisation__state=ReorganisationState.IN_EFFECT).exclude(
            reorganisation__kind=ReorganisationKind.TRANSFER
        )
    }
    taking_over = {} if is_transfer else _events_taking_over(event, predecessors)
    for unit in predecessors:
        words = {"unit": unit, "day": _day(day)}
        if unit.pk in taking_over:
            words |= {"event": taking_over[unit.pk], "day": _day(taking_over[unit.pk].effective_on)}
            errors["effective_on"].append(
                _("%(unit)s takes over from other units on %(day)s (%(event)s): it cannot end before.") % words
            )
        elif unit.valid_from is not None and unit.valid_from >= day:
            words["first"] = _day(unit.valid_from)
            errors["effective_on"].append(
                _("%(unit)s exists from %(first)s only: an event on %(day)s would end it before it begins.") % words
            )
        elif unit.pk in ended:
            words["event"] = ended[unit.pk]
            errors["predecessors"].append(_("%(unit)s has already ended: %(event)s.") % words)
        elif unit.valid_to is not None and unit.valid_to < (day if is_transfer else last_day):
            words["last"] = _day(unit.valid_to)
            errors["predecessors"].append(_("%(unit)s has already ended on %(last)s.") % words)
        elif unit.pk in planned:
            words |= {"event": planned[unit.pk], "day": _day(planned[unit.pk].effective_on)}
            errors["predecessors"].append(
                _("%(unit)s has a planned event already: %(event)s, on %(day)s. Cancel that one first.") % words
            )


def _events_taking_over(event, predecessors):
    """By the id of a unit the settled event of the day or later by which it takes over from others."""
    rows = Succession.objects.filter(successor__in=predecessors, reorganisation__state__in=SETTLED)
    rows = rows.filter(reorganisation__effective_on__gte=event.effective_on).exclude(reorganisation=event.pk)
    return {row.successor_id: row.reorganisation for row in rows.select_related("reorganisation")}


def _check_successors(event, predecessors, successors, errors, handed_to):
    name, day = ("handed_to" if handed_to else "successors"), event.effective_on
    old = {unit.pk for unit in predecessors}
    for unit in successors:
        words = {"unit": unit, "day": _day(day)}
        if unit.pk in old:
            errors[name].append(
                _("%(unit)s is among the old units. A unit that stays is the new one alone: take it out of the old.")
                % words
            )
        elif unit.valid_from is not None and unit.valid_from > day:
            words["first"] = _day(unit.valid_from)
            errors[name].append(_("%(unit)s does not exist yet on %(day)s, only from %(first)s on.") % words)
        elif not _exists(unit, max(day, clock.today())):
            words["last"] = _day(unit.valid_to)
            errors[name].append(_("%(unit)s exists no more: it ended on %(last)s.") % words)
        elif _comes_back(event, unit, old):
            errors[name].append(
                _("%(unit)s is to become one of the old units by another event: they would succeed each other.") % words
            )
        elif planned := _ends_before(event, unit):
            words["event"] = planned
            errors[name].append(_("%(unit)s ends by a planned event before or on that day: %(event)s.") % words)


def _comes_back(event, unit, old):
    """Whether what *unit* becomes by settled events is one of *old*."""
    seen, frontier = set(), {unit.pk}
    while frontier:
        seen |= frontier
        rows = Succession.objects.filter(predecessor__in=frontier, reorganisation__state__in=SETTLED)
        heirs = set(rows.exclude(reorganisation=event.pk).exclude(successor=None).values_list("successor", flat=True))
        if heirs & old:
            return True
        frontier = heirs - seen
    return False


def _ends_before(event, unit):
    """The planned event by which *unit* is gone on the day of *event*, or None."""
    rows = Succession.objects.filter(predecessor=unit, reorganisation__state=ReorganisationState.PLANNED)
    rows = rows.filter(reorganisation__effective_on__lte=event.effective_on).exclude(reorganisation=event.pk)
    row = rows.exclude(reorganisation__kind=ReorganisationKind.TRANSFER).select_related("reorganisation").first()
    return row and row.reorganisation


def _check_superior(event, predecessors, successors, errors):
    superior, day = event.superior, event.effective_on
    if superior is None:
        return
    words = {"unit": superior, "day": _day(day)}
    is_transfer = event.kind == ReorganisationKind.TRANSFER
    if superior in predecessors and not is_transfer:
        errors["superior"].append(_("%(unit)s is one of the old units and ends.") % words)
    elif superior in successors:
        errors["superior"].append(_("%(unit)s cannot stand under itself.") % words)
    elif not _exists(superior, day):
        errors["superior"].append(_("%(unit)s does not exist on %(day)s.") % words)
    elif is_transfer:
        for unit in predecessors:
            words["below"] = unit
            if superior == unit:
                errors["superior"].append(_("%(unit)s cannot stand under itself.") % words)
            elif _stands_below(superior, unit, day):
                errors["superior"].append(
                    _("%(unit)s stands under %(below)s itself: the two cannot change places like this.") % words
                )
            elif UnitPlacement.objects.on(day).filter(unit=unit, superior=superior).exists():
                errors["superior"].append(_("%(below)s stands under %(unit)s already.") % words)


def _stands_below(unit, superior, day):
    placement = UnitPlacement.objects.on(day).filter(unit=superior).first()
    return placement is not None and UnitPlacement.objects.on(day).filter(under(placement.path), unit=unit).exists()


def _check_ban(event, predecessors, successors, errors):
    """The roles that see every unit are held at the Ban alone, and somebody must be left to hold them."""
    if event.kind == ReorganisationKind.TRANSFER or not _are_of_the_ban(predecessors):
        return
    if successors and not all(unit.kind.is_ban for unit in successors):
        errors["successors"].append(_("The Ban is succeeded by units of its own kind alone: its roles see every unit."))
    elif not successors:
        left = Membership.objects.in_force().filter(role=Role.ADMINISTRATOR, user__is_active=True)
        if not left.exclude(unit__in=predecessors).exists():
            errors["predecessors"].append(_("The Ban itself cannot be dissolved: no administrator would be left."))


def _are_of_the_ban(units):
    """Whether one of *units* is the Ban by its kind, or by who serves there: the kind alone is changed in a moment."""
    if any(unit.kind.is_ban for unit in units):
        return True
    roles = [role for role in Role if role.is_of_the_ban]
    return Membership.objects.in_force().filter(unit__in=units, role__in=roles).exists()


def _exists(unit, day):
    return (unit.valid_from or date.min) <= day <= (unit.valid_to or date.max)


def _day(day):
    return f"{day:%d/%m/%Y}"
