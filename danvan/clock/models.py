from django.db import models
from django.utils.translation import gettext_lazy as _


class ClockShift(models.Model):
    """How far business time is ahead of real time. At most one row, with pk 1."""

    seconds = models.BigIntegerField(_("shift in seconds"))

    class Meta:
        verbose_name = _("shift of the business clock")
        verbose_name_plural = _("shift of the business clock")

    def __str__(self):
        return str(self.seconds)
