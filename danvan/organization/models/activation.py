from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import BanScope
from danvan.organization.enums import ActivationPurpose


class ActivationQuerySet(RecordQuerySet):
    def usable(self, now):
        """Those that are neither used nor over at *now*, which is real time."""
        return self.filter(used_at=None, expires_at__gt=now)


class Activation(Record):
    """A one-use permission to set the password of an account, by a link or by a short code. In real time.

    Link and code are kept as keyed hashes: who reads the table can use neither.
    """

    access_scope = BanScope()
    secret_fields = ("link_key", "code_key")

    user = models.ForeignKey("organization.User", models.CASCADE, verbose_name=_("account"), related_name="activations")
    purpose = models.CharField(_("purpose"), max_length=10, choices=ActivationPurpose.choices)
    link_key = models.CharField(_("key of the link"), max_length=64, unique=True, editable=False)
    code_key = models.CharField(_("key of the code"), max_length=64, editable=False)
    made_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("made by"), null=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), editable=False)
    expires_at = models.DateTimeField(_("can be used until"), editable=False)
    used_at = models.DateTimeField(_("used at"), null=True, editable=False)

    objects = ActivationQuerySet.as_manager()

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["user", "expires_at"], name="activations_of_an_account")]

    def __str__(self):
        return f"{self.get_purpose_display()} – {self.user}"
