"""Until when a unit completes what was returned to it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan import clock
from danvan.calendar.reach import LAST_DAY
from danvan.calendar.working_days import add_working_days
from danvan.notices.domain.holidays import calendar_around


def usual_day():
    """The day that is proposed: as many working days from today as the office gives (``RETURN_WORKING_DAYS``)."""
    today = clock.today()
    return add_working_days(today, settings.RETURN_WORKING_DAYS, calendar_around(today))


def chosen_day(day):
    """*day*, or the usual one where none was chosen. ValidationError for a day that is over, or that never comes."""
    if day is None:
        return usual_day()
    if day < clock.today():
        raise ValidationError({"complete_by": _("This day is over.")})
    if day > LAST_DAY:
        raise ValidationError({"complete_by": _("There is no such year.")})
    return day
