from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Record
from danvan.access.scope import BanScope


class Reconciliation(Record):
    """One comparison of what was due with what was delivered, made apart from the code that sends.

    ``due`` = ``delivered`` + ``waiting`` + ``settled`` + ``unreachable`` + ``missing``; ``differences`` names what is
    missing, at most a few hundred.
    """

    access_scope = BanScope()

    ran_at = models.DateTimeField(_("made at"))
    due = models.PositiveIntegerField(_("reminders due"))
    delivered = models.PositiveIntegerField(_("delivered"))
    waiting = models.PositiveIntegerField(_("on their way"))
    settled = models.PositiveIntegerField(_("not needed any more"))
    unreachable = models.PositiveIntegerField(_("could not be delivered"))
    missing = models.PositiveIntegerField(_("missing"))
    differences = models.JSONField(_("differences"), default=list)

    class Meta:
        verbose_name = _("check of the reminders")
        verbose_name_plural = _("checks of the reminders")
        ordering = ["-ran_at", "-pk"]
        get_latest_by = ["ran_at", "pk"]

    def __str__(self):
        return f"{timezone.localtime(self.ran_at):%d/%m/%Y %H:%M}"
