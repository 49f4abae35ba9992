from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import WITH_UNIT, DossierState, PaperKind
from danvan import clock
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import UnitScope


class DossierQuerySet(RecordQuerySet):
    def with_the_unit(self):
        """Dossiers that their unit has to finish or to complete."""
        return self.filter(state__in=[DossierState.DRAFT, DossierState.RETURNED])

    def settled(self):
        """Received dossiers with at least one nomination, none of which still waits for its result."""
        pending = models.Q(nominations__state__in=["proposed", "appraised", "approved"])
        with_rows = self.filter(state=DossierState.RECEIVED, nominations__isnull=False)
        return with_rows.exclude(pk__in=self.filter(pending).values("pk")).distinct()


class Dossier(Record):
    """What one unit sends in one round: its submission letter, its papers and its nominations."""

    access_scope = UnitScope("unit")

    round = models.ForeignKey(
        "awards.AwardRound",
        models.PROTECT,
        verbose_name=_("award round"),
        related_name="dossiers",
        help_text=_("Only rounds that are open can be chosen."),
    )
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("unit"),
        related_name="dossiers",
        help_text=_("The unit that nominates."),
    )
    letter_number = LineField(
        _("number of the submission letter"),
        max_length=80,
        blank=True,
        help_text=_("As it stands on the letter, for instance 12-TTr/ĐU."),
    )
    letter_date = models.DateField(
        _("date of the submission letter"), null=True, blank=True, help_text=_("As it stands on the letter.")
    )
    letter_signer = LineField(
        _("signer of the submission letter"), max_length=200, blank=True, help_text=_("Full name and post.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DossierState.choices, default=DossierState.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    received_on = models.DateField(_("received on"), null=True, editable=False)
    return_reason = ProseField(_("what is to be completed"), blank=True, editable=False)
    supplement_due_on = models.DateField(_("to be completed by"), null=True, editable=False)
    times_returned = models.PositiveSmallIntegerField(_("times returned"), default=0, editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("awards", "dossier")
        verbose_name_plural = pgettext_lazy("awards", "dossiers")
        ordering = ["-round__year", "-round", "unit__order", "unit__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"],
                name="one_dossier_per_round_and_unit",
                violation_error_message=_("The unit already has a dossier in this round."),
            ),
        ]

    def __str__(self):
        return f"{self.unit} – {self.round}"

    @property
    def asked_for_by(self):
        """The day by which the unit has to send it, or send it again."""
        return self.supplement_due_on if self.state == DossierState.RETURNED else self.round.due_on

    def compute_columns(self):
        """What hangs on a sample is a sample."""
        super().compute_columns()
        self.is_sample = self.is_sample or self.round.is_sample

    @property
    def is_with_unit(self):
        """Whether the unit may still change it."""
        return self.state in WITH_UNIT

    @property
    def is_late(self):
        """Whether it was first sent after its due date. Unknown (None) before it is sent."""
        if self.submitted_at is None:
            return None
        return clock.local_date(self.submitted_at) > self.round.due_on


class DossierPaper(Record):
    """A file of a dossier."""

    access_scope = UnitScope("dossier__unit")
    same_unit = ("file",)

    dossier = models.ForeignKey(
        Dossier, models.CASCADE, verbose_name=pgettext_lazy("awards", "dossier"), related_name="papers"
    )
    kind = models.CharField(
        _("kind of paper"), max_length=10, choices=PaperKind.choices, help_text=_("What the file is.")
    )
    file = models.ForeignKey(
        "documents.StoredFile",
        models.PROTECT,
        verbose_name=_("file"),
        related_name="+",
        help_text=_("A scan or the document."),
    )

    class Meta:
        verbose_name = _("paper of a dossier")
        verbose_name_plural = _("papers of a dossier")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.file}"
