from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Record
from danvan.access.scope import OwnScope


class CalendarFeed(Record):
    """The secret address under which a person's calendar program reads the person's duties. Times are real."""

    access_scope = OwnScope("user")
    secret_fields = ("token_hash",)

    user = models.OneToOneField(
        "organization.User", models.CASCADE, verbose_name=_("account"), related_name="calendar_feed"
    )
    token_hash = models.CharField(_("hash of the token"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self):
        return str(self.user)
