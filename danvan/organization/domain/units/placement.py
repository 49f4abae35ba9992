"""The tree of units: the only writer of UnitPlacement.

One deed at a time changes the tree, so that two of them together make no circle. Each is a transaction of its own, or
a part of the caller's.
"""

from collections import defaultdict
from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from danvan.organization.domain.units import tree
from danvan.organization.domain.units.tree import FIRST, LAST, Piece
from danvan.organization.models import Unit, UnitPlacement
from danvan.organization.models.unit import under

LOCK = 0x64616E76616E01
"""The number of PostgreSQL's advisory lock. SQLite has one writer at a time anyway."""

DAY = timedelta(days=1)


@contextmanager
def the_tree_alone():
    """A transaction in which nobody else changes the tree. It ends with the outermost transaction."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def place(*, unit, superior=None, valid_from=None):
    """Put *unit* under *superior* (None: at the top) from the day *valid_from* until further notice.

    Without *valid_from* from as early as both are there; a unit that is to end stands there until its last day.
    A superior that never stood anywhere is put at the top. Returns the placement, the last of them where the superior
    itself moved meanwhile.

    Raises ValidationError when the unit stands somewhere in that time already, when unit or superior do not exist on
    that day, or when the superior stands under the unit.
    """
    with the_tree_alone():
        above = _pieces_of(superior) if superior else []
        if superior is not None and not above:
            above = [pieces_of(place(unit=superior))]
        first = valid_from or unit.valid_from or FIRST
        if valid_from is None and superior is not None:
            first = max(first, above[0].first, superior.valid_from or FIRST)
        link = Piece(first, unit.valid_to or LAST, superior and superior.pk)
        _check_days(unit, superior, first)
        own = _pieces_of(unit)
        if any(piece.first <= link.last and piece.last >= link.first for piece in own):
            raise ValidationError(_("The unit already stands under a superior."))
        write({unit.pk: own + _fitted(unit, link, superior, above)})
        return last_placement(unit)


def settle(*, unit, superior):
    """Place *unit* under *superior* when it never stood anywhere; where it stands already, it stays.

    Raises ValidationError when it stands under somebody else: moving is a reorganisation.
    """
    placement = last_placement(unit)
    if placement is None:
        return place(unit=unit, superior=superior)
    if superior is not None and superior.pk != placement.superior_id:
        raise ValidationError(_("The unit already stands under a superior."))
    return placement


def move(*, unit, superior, effective_on):
    """Let *unit* stand under *superior* (None: at the top) from the day *effective_on* on; return the open placement.

    All units under it go along: they keep their superiors and get new paths from that day on. What was before is kept.
    A unit that stands there already stays.

    Raises ValidationError when the unit stands nowhere on that day, or under its present superior only since a later
    one; when the superior does not exist on that day; or when it stands under the unit.
    """
    with the_tree_alone():
        own = _pieces_of(unit)
        present = _present(unit, own, effective_on)
        if effective_on < present.first:
            raise ValidationError(
                _("%(unit)s stands under its present superior since %(day)s: it cannot be moved on an earlier day.")
                % {"unit": unit, "day": _day(present.first)}
            )
        _check_days(unit, superior, effective_on)
        link = Piece(effective_on, present.last, superior and superior.pk)
        above = _pieces_of(superior) if superior else []
        _refit(unit, [*tree.cut(own, effective_on - DAY), *_fitted(unit, link, superior, above)])
        return last_placement(unit)


def end(*, unit, last_day):
    """Let *unit* stand nowhere after *last_day*; return its last placement.

    Raises ValidationError when it stands nowhere on that day, or under its superior only since a later one, and when
    other units still stand under it afterwards: they are moved first.
    """
    with the_tree_alone():
        own = _pieces_of(unit)
        present = _present(unit, own, last_day)
        if last_day < present.first:
            raise ValidationError(
                _("%(unit)s stands under its present superior since %(day)s: it cannot end before.")
                % {"unit": unit, "day": _day(present.first)}
            )
        left = Unit.objects.filter(
            Q(placements__valid_to=None) | Q(placements__valid_to__gt=last_day), placements__superior=unit
        ).distinct()
        if left:
            raise ValidationError(
                _("Other units still stand under %(unit)s after %(day)s: %(units)s. Move them first.")
                % {"unit": unit, "day": _day(last_day), "units": ", ".join(str(each) for each in left[:5])}
            )
        write({unit.pk: tree.cut(own, last_day)})
        return last_placement(unit)


def reorder(*, unit):
    """Bring the list keys of *unit* and of all that ever stood under it in line with its ``order``, as saved."""
    with the_tree_alone():
        order = str(Unit.objects.values_list("order", flat=True).get(pk=unit.pk)).zfill(tree.ORDER)
        for path in set(unit.placements.values_list("path", flat=True)):
            before = (len(path) // tree.SEGMENT - 1) * (tree.ORDER + tree.SEGMENT)
            UnitPlacement.objects.under(path).update(
                list_key=Concat(
                    Substr("list_key", 1, before) if before else Value(""),
                    Value(order),
                    Substr("list_key", before + tree.ORDER + 1),
                )
            )


def subordinates(*, unit, day):
    """The units that stand directly under *unit* on *day*, in the order of the list."""
    return Unit.objects.standing_under(unit, day)


def last_placement(unit):
    """Where *unit* stands until further notice, or stood last; None where it never stood anywhere."""
    return unit.placements.order_by(F("valid_from").asc(nulls_first=True)).last()


# --- what the deeds share ---------------------------------------------------------------------------------------------


def pieces_of(row):
    return Piece(row.valid_from or FIRST, row.valid_to or LAST, row.superior_id, row.path)


def _pieces_of(unit):
    return sorted(pieces_of(row) for row in UnitPlacement.objects.filter(unit=unit))


def _present(unit, own, day):
    """The last stretch of *unit* under one superior. Raises ValidationError when it is over on *day*, or none."""
    stretches = tree.links(own)
    if not stretches or stretches[-1].last < day:
        raise ValidationError(
            _("%(unit)s does not stand in the tree of units on %(day)s.") % {"unit": unit, "day": _day(day)}
        )
    return stretches[-1]


def _check_days(unit, superior, day):
    for each in filter(None, (unit, superior)):
        if (each.valid_from or FIRST) > day or day > (each.valid_to or LAST):
            raise ValidationError(_("%(unit)s does not exist on %(day)s.") % {"unit": each, "day": _day(day)})


def _fitted(unit, link, superior, above):
    """The pieces of *link* below the pieces *above*. Raises ValidationError where there is no whole line of units."""
    if any(p.first <= link.last and p.last >= link.first and unit.pk in tree.line(p.path) for p in above):
        raise ValidationError(_("%(unit)s cannot stand under itself.") % {"unit": unit})
    pieces = tree.fit(unit.pk, link, above)
    if not tree.covers(pieces, link.first, link.last):
        raise ValidationError(
            _("%(unit)s does not stand in the tree of units all the time from %(day)s on.")
            % {"unit": superior, "day": _day(link.first)}
        )
    return pieces


def _refit(unit, own):
    """Write the pieces *own* of *unit*, and those of all units that ever stood under it."""
    paths = {row.path for row in own} | set(unit.placements.values_list("path", flat=True))
    rows = UnitPlacement.objects.filter(_any_of(paths))
    links = defaultdict(list)
    for row in UnitPlacement.objects.filter(unit__in=rows.values("unit")).exclude(unit=unit):
        links[row.unit_id].append(pieces_of(row))
    links = {unit_id: tree.links(pieces) for unit_id, pieces in links.items()}
    outside = {link.superior for found in links.values() for link in found} - set(links) - {None, unit.pk}
    standing = defaultdict(list, {unit.pk: own})
    for row in UnitPlacement.objects.filter(unit__in=outside):
        standing[row.unit_id].append(pieces_of(row))
    write({unit.pk: own, **tree.fitted(links, standing)})


def _any_of(paths):
    condition = Q()
    for path in paths:
        condition |= under(path)
    return condition


def write(pieces):
    """Make the rows of each unit of *pieces* say just these. A row that begins on the same day stays the same row.

    For this module and for ``domain.units.integrity``, which both have the tree alone.
    """
    orders = dict(Unit.objects.values_list("pk", "order"))
    wanted = {(unit_id, piece.first): piece for unit_id, own in pieces.items() for piece in tree.joined(own)}
    if any(len(piece.path) > UnitPlacement._meta.get_field("path").max_length for piece in wanted.values()):
        raise ValidationError(_("There are too many units above one another."))
    changed, gone = [], []
    for row in UnitPlacement.objects.filter(unit__in=pieces):
        before = pieces_of(row)
        piece = wanted.pop((row.unit_id, before.first), None)
        if piece is None:
            gone.append(row.pk)
        elif piece != before or row.list_key != tree.list_key(piece.path, orders):
            changed.append(_filled(row, piece, orders))
    new = [_filled(UnitPlacement(unit_id=unit_id), piece, orders) for (unit_id, _first), piece in wanted.items()]
    # A unit has one open row at any moment: what ends goes before what begins.
    UnitPlacement.objects.filter(pk__in=gone).delete()
    UnitPlacement.objects.bulk_update(changed, ["superior", "path", "list_key", "valid_to"], batch_size=500)
    UnitPlacement.objects.bulk_create(new, batch_size=500)


def _filled(row, piece, orders):
    row.superior_id, row.path, row.list_key = piece.superior, piece.path, tree.list_key(piece.path, orders)
    row.valid_from = None if piece.first == FIRST else piece.first
    row.valid_to = None if piece.last == LAST else piece.last
    return row


def _day(day):
    return f"{day:%d/%m/%Y}"
