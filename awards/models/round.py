from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from awards.enums import RoundState
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import SharedScope
from danvan.organization.models import ADDRESSING, Addressed


class AwardRoundQuerySet(RecordQuerySet):
    def open_to_units(self):
        """Rounds that take dossiers now."""
        return self.filter(state=RoundState.OPEN)

    def with_ready_nominations(self):
        """Rounds with approved nominations that stand in no decision yet, the latest first."""
        ready = Exists(apps.get_model("awards", "Nomination").objects.ready_in(OuterRef("pk")))
        return self.filter(ready).order_by("-due_on", "-pk")


class AwardRound(Addressed, Searchable, Record):
    """One occasion on which units nominate: for which form, for which time, until when. A draft is the Ban's alone."""

    access_scope = SharedScope(published=~Q(state=RoundState.DRAFT))
    ban_only_fields = ADDRESSING
    label_field = "title"
    search_sources = ("title", "occasion", "year")
    sort_sources = ("title",)

    title = LineField(
        _("title"), max_length=200, help_text=_("For instance: Commendation for skilful mass mobilisation in 2026.")
    )
    occasion = LineField(
        _("occasion"),
        max_length=200,
        help_text=_("As it stands in lists and statistics, for instance: review of the year 2026."),
    )
    campaign = models.ForeignKey(
        "movements.Campaign",
        models.PROTECT,
        verbose_name=_("movement of the year"),
        null=True,
        blank=True,
        related_name="award_rounds",
        help_text=_("Leave empty when the round belongs to none."),
    )
    year = models.PositiveSmallIntegerField(
        _("year of the achievements"),
        validators=[MinValueValidator(1945), MaxValueValidator(2100)],
        help_text=_("The year under which statistics count it."),
    )
    achievement_from = models.DateField(_("achievements from"), help_text=_("The first day counts."))
    achievement_to = models.DateField(_("achievements to"), help_text=_("The last day counts."))
    form = models.ForeignKey(
        "awards.AwardForm",
        models.PROTECT,
        verbose_name=_("form of award"),
        related_name="rounds",
        help_text=_("What units nominate for."),
    )
    letterhead = models.ForeignKey(
        "documents.Letterhead",
        models.PROTECT,
        verbose_name=_("issuer"),
        related_name="award_rounds",
        help_text=_("The office that will decide."),
    )
    guidance = ProseField(
        _("guidance for units"), blank=True, help_text=_("What units read when they prepare their dossiers.")
    )
    opens_on = models.DateField(_("dossiers from"), help_text=_("The first day for sending dossiers."))
    due_on = models.DateField(
        _("dossiers due"), help_text=_("The last day, until 23:59. A later dossier is marked late.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RoundState.choices, default=RoundState.DRAFT, editable=False
    )

    objects = AwardRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("award round")
        verbose_name_plural = _("award rounds")
        ordering = ["-year", "-due_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(achievement_to__gte=F("achievement_from")),
                name="award_round_achievement_period",
                violation_error_message=_("The time of the achievements ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="award_round_window",
                violation_error_message=_("Dossiers are due before they can be sent."),
            ),
        ]

    def __str__(self):
        return self.title
