import uuid
from datetime import timedelta
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, text_of
from danvan.access.scope import BanScope
from danvan.mail.enums import MailState, Trouble
from danvan.text.folding import fold


def new_message_id():
    """A Message-ID that no other mail of the world has."""
    return f"<{uuid.uuid4().hex}@{_domain_of(settings.DEFAULT_FROM_EMAIL)}>"


@lru_cache(maxsize=4)
def _domain_of(sender):
    return punycode(parseaddr(sender)[1].rpartition("@")[2])


class OutgoingMailQuerySet(RecordQuerySet):
    def due(self):
        """Mails to be handed over now, urgent ones before the others, of each the longest waiting first. The index
        ``mail_to_drain`` answers this."""
        overdue = models.Q(expires_at__isnull=False, expires_at__lte=clock.now())
        early = models.Q(not_before__isnull=False, not_before__gt=clock.now())
        return self.filter(~overdue, ~early, next_attempt_at__lte=clock.real_now()).order_by(
            "-is_urgent", "next_attempt_at", "pk"
        )

    def in_flight(self):
        return self.filter(state=MailState.IN_FLIGHT)

    def abandoned(self):
        """Mails whose worker has not come back within its lease."""
        return self.in_flight().filter(lease_until__lt=clock.real_now())

    def attempted_after(self, instant):
        """Mails with which the mail server had to do after *instant* (real time)."""
        return self.filter(attempted_at__gt=instant)

    def of_days(self, days):
        """Mails made in the last so many business days, today among them."""
        return self.filter(created_at__gte=clock.start_of_day(clock.today() - timedelta(days=days - 1)))

    def held_up(self, minutes):
        """Mails that should have left so many minutes ago and wait for a server that cannot be used."""
        since = clock.now() - timedelta(minutes=minutes)
        return self.filter(state=MailState.WAITING, trouble__in=Trouble.OF_THE_SERVER, created_at__lte=since).exclude(
            not_before__isnull=False, not_before__gt=since
        )

    def overdue(self):
        """Mails that wait and have lost their sense."""
        return self.filter(state__in=MailState.DUE, expires_at__lte=clock.now())


class OutgoingMail(Record):
    """One mail to one recipient. ``domain.queue`` makes the row, ``domain.delivery`` writes its state.

    ``kind`` names the renderer and ``ref`` what it needs; the texts are computed when the mail is sent and kept as they
    were last sent. ``next_attempt_at``, ``attempted_at`` and ``lease_until`` are real time; ``created_at``,
    ``sent_at``, ``not_before`` and ``expires_at`` are business time.
    """

    access_scope = BanScope()
    computed_columns = {"search_text": ("recipient_name", "to")}

    to = models.EmailField(_("address"))
    recipient_name = LineField(_("recipient"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=60)
    ref = models.JSONField(_("what it is about"), default=dict)
    dedupe_key = models.CharField(
        _("key against duplicates"), max_length=200, help_text=_("The same key never makes a second mail.")
    )
    message_id = models.CharField(
        _("Message-ID"),
        max_length=200,
        default=new_message_id,
        editable=False,
        help_text=_("The same at every attempt."),
    )

    subject = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("text as HTML"), blank=True)

    is_urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("Goes before all others: somebody waits for it, as for a password.")
    )
    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    trouble = models.CharField(_("trouble"), max_length=20, choices=Trouble.choices, blank=True)
    trouble_detail = models.TextField(_("answer of the mail server"), blank=True, help_text=_("For the technician."))
    maybe_duplicate = models.BooleanField(
        _("may have arrived twice"),
        default=False,
        help_text=_("An earlier attempt ended without an answer, so the same mail may have arrived before."),
    )

    created_at = models.DateTimeField(_("made at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    not_before = models.DateTimeField(
        _("not before"),
        null=True,
        blank=True,
        help_text=_("Not sent before this moment, for instance outside working hours."),
    )
    expires_at = models.DateTimeField(
        _("of no use from"), null=True, blank=True, help_text=_("Not sent from this moment on.")
    )
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True, default=clock.real_now)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    leased_by = models.CharField(_("claimed by"), max_length=120, blank=True)

    attempted_at = models.DateTimeField(
        _("last attempt at"), null=True, editable=False, db_index=True, help_text=_("For the limit per minute.")
    )
    answer = models.TextField(
        _("receipt of the mail server"), blank=True, editable=False, help_text=_("Its words when it took the mail.")
    )

    search_text = models.TextField(_("folded text"), editable=False, default="")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-pk"]
        indexes = [
            # For the drain. "IS NOT NULL" and not the states: SQLite cannot see that bound parameters fit a condition
            # on values, but any comparison implies that the column is not null.
            models.Index(
                fields=["-is_urgent", "next_attempt_at", "id"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="mail_to_drain",
            ),
        ]
        constraints = [
            # Not ``unique=True``, which on PostgreSQL brings a second index, for LIKE.
            models.UniqueConstraint(fields=["dedupe_key"], name="one_mail_per_key"),
            # One drain at a time, whatever dies. Two drains that meet cannot both have a mail in flight, so a killed
            # worker, or all of them killed at once, leave at most one mail whose fate nobody knows.
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="in_flight"), name="one_mail_in_flight"),
            models.CheckConstraint(
                condition=models.Q(state__in=MailState.DUE, next_attempt_at__isnull=False, lease_until__isnull=True)
                | models.Q(state="in_flight", next_attempt_at__isnull=True, lease_until__isnull=False)
                | models.Q(state__in=MailState.FINAL, next_attempt_at__isnull=True, lease_until__isnull=True),
                name="mail_times_fit_its_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="sent_mail_has_its_time"
            ),
        ]

    def __str__(self):
        return f"{self.recipient_name or self.to}: {self.subject}" if self.subject else self.recipient_name or self.to

    def compute_columns(self):
        super().compute_columns()
        self.search_text = fold(text_of(self, ("recipient_name", "to")))

    @cached_property
    def shared(self) -> dict:
        """What renderers remember for all mails that the drain has read at once with this one, for some seconds."""
        return {}

    @property
    def is_overdue(self):
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def trouble_words(self):
        """What came in the way and when it is tried again, in the reader's language."""
        if self.state in MailState.DUE and not settings.MAIL_ENABLED:
            return gettext("waits until mail is switched on")
        if self.state == MailState.QUEUED and self.not_before and self.not_before > clock.now():
            at = date_format(timezone.localtime(self.not_before), "SHORT_DATETIME_FORMAT")
            return gettext("will go out at %(time)s") % {"time": at}
        words = self.get_trouble_display()
        if words and self.state == MailState.WAITING:
            at = date_format(timezone.localtime(self.next_attempt_at), "SHORT_DATETIME_FORMAT")
            return gettext("%(trouble)s; next attempt at %(time)s") % {"trouble": words, "time": at}
        return words
