from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record
from danvan.access.scope import BanScope
from danvan.calendar.reach import FIRST_YEAR, LAST_YEAR
from danvan.calendar.working_days import is_weekend


class Holiday(Record):
    """A day on which offices are closed, beside the weekends: public holidays, Tết, days off in lieu."""

    access_scope = BanScope()

    day = models.DateField(
        _("day"), unique=True, error_messages={"unique": _("This day is already in the list of holidays.")}
    )
    name = LineField(_("name"), max_length=120, help_text=_("For instance Tết Nguyên đán."))

    is_worked = models.BooleanField(
        _("worked instead"),
        default=False,
        help_text=_("A day of the weekend on which offices work, in exchange for a day off."),
    )
    note = LineField(_("basis"), max_length=200, blank=True, help_text=_("What fixed it."))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"

    def clean(self):
        super().clean()
        if self.day is None:
            return
        if not FIRST_YEAR <= self.day.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError({"day": _("The year lies between %(first)s and %(last)s.") % years})
        if self.is_worked and not is_weekend(self.day):
            raise ValidationError({"is_worked": _("Only a Saturday or a Sunday can be worked instead of a day off.")})
