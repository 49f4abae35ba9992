from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import DecisionState, SigningMark
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, Searchable
from danvan.access.scope import BanScope

KIND = "QĐ"
"""The kind of document in numbers."""


class Decision(Searchable, Record):
    """A decision to commend. Its rows are the approved nominations gathered into it; once issued it does not change."""

    access_scope = BanScope()
    same_unit = ("signed_copy",)
    search_sources = ("abstract", "number_text")
    sort_sources = ("abstract",)

    round = models.ForeignKey(
        "awards.AwardRound",
        models.PROTECT,
        verbose_name=_("award round"),
        related_name="decisions",
        help_text=_("Its approved nominations can be put into the decision."),
    )
    letterhead = models.ForeignKey(
        "documents.Letterhead",
        models.PROTECT,
        verbose_name=_("issuer"),
        related_name="decisions",
        help_text=_("The office that decides."),
    )
    form = models.ForeignKey(
        "awards.AwardForm",
        models.PROTECT,
        verbose_name=_("form of award"),
        related_name="decisions",
        help_text=_("What is given."),
    )
    abstract = LineField(_("abstract"), max_length=400, help_text=_("The line under the word QUYẾT ĐỊNH."))
    deciding = LineField(
        _("who decides"),
        max_length=200,
        help_text=_("The body or post before the word QUYẾT ĐỊNH, for instance Trưởng Ban."),
    )
    grounds = ProseField(_("grounds"), blank=True, help_text=_("One ground a line."))
    merit = ProseField(
        _("for what"),
        max_length=600,
        help_text=_("The end of Điều 1, after the counts, which are filled in by themselves."),
    )
    other_articles = ProseField(
        _("further articles"), blank=True, help_text=_("One article a line, without “Điều 2.”.")
    )
    recipients = ProseField(_("recipients"), blank=True, help_text=_("One recipient a line."))
    place = LineField(pgettext_lazy("document", "place"), max_length=80, help_text=_("In the line of place and date."))
    signer_mark = models.CharField(
        _("signing mark"),
        max_length=3,
        choices=SigningMark.choices,
        blank=True,
        help_text=_("For whom the signer signs."),
    )
    signs_for = LineField(
        _("signs for"),
        max_length=200,
        blank=True,
        help_text=_("The body or post after the mark, for instance Trưởng Ban."),
    )
    signer_post = LineField(_("post of the signer"), max_length=200, help_text=_("For instance Phó Trưởng Ban."))
    signer_name = LineField(_("signer"), max_length=200, blank=True, help_text=_("Full name as printed."))
    state = models.CharField(
        _("state"), max_length=16, choices=DecisionState.choices, default=DecisionState.DRAFTING, editable=False
    )
    number = models.OneToOneField(
        "documents.DocumentNumber",
        models.PROTECT,
        verbose_name=_("number in the book"),
        null=True,
        editable=False,
        related_name="award_decision",
    )
    number_text = LineField(pgettext_lazy("document", "number"), max_length=80, blank=True, editable=False)
    issued_on = models.DateField(_("date of the decision"), null=True, editable=False)
    snapshot = models.JSONField(_("words of the issued decision"), null=True, editable=False)
    signed_copy = models.ForeignKey(
        "documents.StoredFile",
        models.PROTECT,
        verbose_name=_("signed copy"),
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = pgettext_lazy("awards", "decision")
        verbose_name_plural = pgettext_lazy("awards", "decisions")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state=DecisionState.ISSUED, number__isnull=False, issued_on__isnull=False)
                    | (~Q(state=DecisionState.ISSUED) & Q(number=None, issued_on=None))
                ),
                name="decision_issued_with_a_number",
            ),
            models.CheckConstraint(
                condition=(Q(signer_mark="") & Q(signs_for="")) | (~Q(signer_mark="") & ~Q(signs_for="")),
                name="decision_mark_with_its_post",
                violation_error_message=_("A signing mark and whom the signer signs for go together."),
            ),
        ]

    def __str__(self):
        return self.number_text or self.abstract

    def compute_columns(self):
        """What hangs on a sample is a sample."""
        super().compute_columns()
        self.is_sample = self.is_sample or self.round.is_sample

    @property
    def is_issued(self):
        return self.state == DecisionState.ISSUED
