from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record
from danvan.access.scope import BanScope
from danvan.notices.enums import Audience
from danvan.notices.placeholders import known_placeholders_only


class ExtraReminder(Record):
    """A reminder that staff sent by hand: its words, by whom and when. The ledger's rows point here."""

    access_scope = BanScope()

    subject = LineField(_("subject"), max_length=150, validators=[known_placeholders_only])
    text = ProseField(_("text"), max_length=3000, validators=[known_placeholders_only])
    sent_by = models.ForeignKey("organization.User", models.PROTECT, verbose_name=_("sent by"), related_name="+")
    asked_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("reminder by hand")
        verbose_name_plural = _("reminders by hand")
        ordering = ["-asked_at", "-pk"]

    def __str__(self):
        return self.subject

    @property
    def audience(self):
        return Audience.UNIT_LEADS

    @property
    def tells_in_lists(self):
        return False
