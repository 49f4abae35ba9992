"""The days of what came another way. Pure."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.calendar.reach import FIRST_DAY


def require_possible_days(*, arrived_on, document_date, today):
    """Raise ValidationError at ``arrived_on`` or ``document_date`` for days on which nothing can have come."""
    if arrived_on > today:
        raise ValidationError({"arrived_on": _("The day of arrival lies in the future.")})
    if arrived_on < FIRST_DAY:
        raise ValidationError({"arrived_on": _("There is no such year.")})
    if document_date is not None and document_date > arrived_on:
        raise ValidationError({"document_date": _("The document is dated after it arrived.")})
    if document_date is not None and document_date < FIRST_DAY:
        raise ValidationError({"document_date": _("There is no such year.")})
