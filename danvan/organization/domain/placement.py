"""The tree of units: the only writer of UnitPlacement."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.organization.models import UnitPlacement

SEGMENT = 8
ORDER = 6


def place(*, unit, superior=None, valid_from=None):
    """Put *unit* under *superior* (None: at the top) from *valid_from* on and return the placement.

    Call it inside a transaction. A superior that stands nowhere yet is put at the top. Raises ValidationError when the
    unit already stands somewhere, or would stand under itself.
    """
    if UnitPlacement.objects.filter(unit=unit, valid_to=None).exists():
        raise ValidationError(_("The unit already stands under a superior."))
    segment = str(unit.pk).zfill(SEGMENT)
    above, listed = "", ""
    if superior is not None:
        placement = superior.open_placement or place(unit=superior)
        above, listed = placement.path, placement.list_key
        if segment in [above[i : i + SEGMENT] for i in range(0, len(above), SEGMENT)]:
            raise ValidationError(_("A unit cannot stand under itself."))
    return UnitPlacement.objects.create(
        unit=unit,
        superior=superior,
        path=above + segment,
        list_key=listed + str(unit.order).zfill(ORDER) + segment,
        valid_from=valid_from,
    )


def settle(*, unit, superior):
    """Place *unit* under *superior* when it stands nowhere yet; where it stands already, it stays.

    Raises ValidationError when it stands under somebody else: moving is a reorganisation.
    """
    if unit.open_placement is None:
        return place(unit=unit, superior=superior, valid_from=unit.valid_from)
    if superior is not None and superior != unit.superior:
        raise ValidationError(_("The unit already stands under a superior."))
    return unit.open_placement
