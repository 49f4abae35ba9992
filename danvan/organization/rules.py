"""Rules about units. Pure: given data, they never ask the database."""

from django.utils.translation import gettext as _


def unit_has_ended(unit, today):
    """Why nothing can be asked of *unit* any more, or None while it exists."""
    if not unit.has_ended(today):
        return None
    words = {"unit": unit, "day": f"{unit.valid_to:%d/%m/%Y}"}
    return _("%(unit)s ended on %(day)s: nobody is there to do it.") % words
