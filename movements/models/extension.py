from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import ProseField
from danvan.access.models import Record
from danvan.access.scope import UnitScope


class Extension(Record):
    """A later due date given to one unit, by whom and why."""

    access_scope = UnitScope("report__unit")

    report = models.ForeignKey("movements.Report", models.PROTECT, verbose_name=_("report"), related_name="extensions")
    old_due_on = models.DateField(_("due date before"))
    new_due_on = models.DateField(_("new due date"))
    reason = ProseField(_("reason"))
    actor = models.ForeignKey("organization.User", models.PROTECT, verbose_name=_("given by"), related_name="+")
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["given_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_later"),
        ]

    def __str__(self):
        return f"{self.old_due_on:%d/%m/%Y} → {self.new_due_on:%d/%m/%Y}"
