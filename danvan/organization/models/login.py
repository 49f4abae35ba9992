from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginCounter(models.Model):
    """How many passwords were tried in a stretch of real time, of one account, address or browser.

    Written by ``domain.accounts.login`` alone. ``key`` is a keyed hash (``domain.accounts.familiar.key_of``).
    """

    key = models.CharField(_("what is counted"), max_length=64, unique=True)
    tries = models.PositiveIntegerField(_("tries"))
    ends_at = models.DateTimeField(_("counts until"), db_index=True)

    class Meta:
        verbose_name = _("counter of logins")
        verbose_name_plural = _("counters of logins")

    def __str__(self):
        return f"{self.tries} – {self.ends_at}"


class KnownPlace(models.Model):
    """That somebody logged in to an account from an address; both in ``key``, a keyed hash. Kept until real time."""

    key = models.CharField(_("account and address"), max_length=64, unique=True)
    until = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("known place of logins")
        verbose_name_plural = _("known places of logins")

    def __str__(self):
        return f"{self.until}"
