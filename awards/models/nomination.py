from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import Approval, DossierState, NominationState, Recommendation, SubjectKind
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import BanScope, UnitScope
from danvan.organization.models import Person, Salutation
from danvan.text.ordering import person_sort_key, sort_key


class ApprovalSlip(Record):
    """A signed slip (phiếu trình) with a leader's word, recorded by an officer together with its scan."""

    access_scope = BanScope()
    same_unit = ("file",)

    number = LineField(_("number of the slip"), max_length=80, help_text=_("As it stands on the slip."))
    signed_on = models.DateField(_("signed on"), help_text=_("The day the leader signed."))
    leader_name = LineField(_("leader who signed"), max_length=200, help_text=_("Full name and post."))
    file = models.ForeignKey(
        "documents.StoredFile",
        models.PROTECT,
        verbose_name=_("scan"),
        related_name="+",
        help_text=_("The signed slip."),
    )
    recorded_by = models.ForeignKey(
        "organization.User",
        models.PROTECT,
        verbose_name=_("recorded by"),
        related_name="+",
        help_text=_("The officer."),
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("signed slip")
        verbose_name_plural = _("signed slips")
        ordering = ["-signed_on", "-pk"]

    def __str__(self):
        return self.number


class NominationQuerySet(RecordQuerySet):
    def in_printed_order(self):
        """Collectives first, then people, each in Vietnamese order: as decisions and registers list them."""
        return self.order_by("kind", "sort_key", "pk")

    def waiting_for(self, what):
        """What waits for an officer (``appraisal``), the leader (``approval``) or a decision (``decision``)."""
        return self.filter(
            **{
                "appraisal": {"state": NominationState.PROPOSED, "dossier__state": DossierState.RECEIVED},
                "approval": {"state": NominationState.APPRAISED},
                "decision": {"state": NominationState.APPROVED, "decision": None},
            }[what]
        )

    def of_person(self, person):
        """The nominations of *person*, under whichever of their rows."""
        return self.filter(person__in=Person.objects.same_as(person).values("pk"))

    def ready_in(self, round):
        """Approved nominations of *round* (or its id) that stand in no decision yet."""
        return self.filter(round=round, state=NominationState.APPROVED, decision=None)


class Nomination(Searchable, Record):
    """One row of a dossier: one person, unit or team, for what, and with which result.

    ``name``, ``salutation`` and ``post`` are the words that will be printed; they are copied from the subject when it
    is nominated. The unit learns its results once its dossier is concluded, and not how they came about.
    """

    access_scope = UnitScope("dossier__unit")
    same_unit = ("person", "collective", "exemplar")
    other_unit_allowed = {
        "nominated_unit": "The Ban nominates a unit that sends no dossier of its own in the dossier of another.",
    }
    ban_only_fields = (
        "internal_note",
        "recommendation",
        "state",
        "approved_via",
        "approved_by",
        "approved_for",
        "approved_on",
        "slip",
        "decision",
    )
    hidden_until = {"score": "is_concluded", "refusal_reason": "is_concluded"}
    search_sources = ("name", "post", "unit_text")
    sort_sources = ("name", "kind")

    dossier = models.ForeignKey(
        "awards.Dossier",
        models.CASCADE,
        verbose_name=pgettext_lazy("awards", "dossier"),
        related_name="nominations",
        help_text=_("The dossier it belongs to."),
    )
    round = models.ForeignKey(
        "awards.AwardRound", models.PROTECT, verbose_name=_("award round"), related_name="nominations", editable=False
    )
    kind = models.CharField(_("collective or individual"), max_length=10, choices=SubjectKind.choices, editable=False)
    person = models.ForeignKey(
        "organization.Person",
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
    )
    nominated_unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("nominated unit"),
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
    )
    collective = models.ForeignKey(
        "organization.Collective",
        models.PROTECT,
        verbose_name=_("collective"),
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
    )
    salutation = models.CharField(
        _("salutation"),
        max_length=4,
        choices=Salutation.choices,
        blank=True,
        help_text=_("Printed before the name of a person."),
    )
    name = LineField(
        _("name to be printed"), max_length=200, help_text=_("Exactly as it will stand on the certificate.")
    )
    post = LineField(
        _("post"),
        max_length=200,
        blank=True,
        help_text=_("Of a person: as it will be printed, the unit follows by itself."),
    )
    achievement = ProseField(
        _("achievement to be printed"),
        max_length=600,
        validators=[MaxLengthValidator(600)],
        help_text=_("For what, as it will stand on the certificate. Begin with “Đã có thành tích …”."),
    )
    field = models.ForeignKey(
        "movements.Field",
        models.PROTECT,
        verbose_name=_("field of work"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("For statistics."),
    )
    exemplar = models.ForeignKey(
        "movements.Exemplar",
        models.PROTECT,
        verbose_name=_("model or exemplar"),
        null=True,
        blank=True,
        related_name="nominations",
        help_text=_("The model the achievement comes from, if there is one."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=NominationState.choices, default=NominationState.PROPOSED, editable=False
    )
    recommendation = models.CharField(
        _("recommendation"), max_length=4, choices=Recommendation.choices, blank=True, editable=False
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, editable=False)
    internal_note = ProseField(_("internal note"), blank=True, editable=False)
    refusal_reason = ProseField(_("reason for not approving"), blank=True, editable=False)
    approved_via = models.CharField(_("approved"), max_length=5, choices=Approval.choices, blank=True, editable=False)
    approved_by = models.ForeignKey(
        "organization.User",
        models.PROTECT,
        verbose_name=_("approval entered by"),
        null=True,
        editable=False,
        related_name="+",
    )
    approved_for = LineField(_("leader who approved"), max_length=200, blank=True, editable=False)
    approved_on = models.DateField(_("approved on"), null=True, editable=False)
    slip = models.ForeignKey(
        ApprovalSlip,
        models.PROTECT,
        verbose_name=_("signed slip"),
        null=True,
        editable=False,
        related_name="nominations",
    )
    decision = models.ForeignKey(
        "awards.Decision",
        models.SET_NULL,
        verbose_name=pgettext_lazy("awards", "decision"),
        null=True,
        editable=False,
        related_name="nominations",
    )

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("awards", "nomination")
        verbose_name_plural = pgettext_lazy("awards", "nominations")
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["round", "state"], name="nomination_of_round_by_state"),
            models.Index(fields=["state", "sort_key"], name="nomination_list_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=SubjectKind.INDIVIDUAL, person__isnull=False, nominated_unit=None, collective=None)
                    | Q(kind=SubjectKind.COLLECTIVE, person=None, nominated_unit__isnull=False, collective=None)
                    | Q(kind=SubjectKind.COLLECTIVE, person=None, nominated_unit=None, collective__isnull=False)
                ),
                name="nomination_of_exactly_one_subject",
                violation_error_message=_("A nomination is for one person, one unit or one collective."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["round", subject],
                    name=f"{subject}_nominated_once_per_round",
                    violation_error_message=_("This cannot be nominated again in this round."),
                )
                for subject in ("person", "nominated_unit", "collective")
            ),
            models.CheckConstraint(
                condition=~Q(state=NominationState.REFUSED) | ~Q(refusal_reason=""),
                name="nomination_refused_with_reason",
                violation_error_message=_("Say the reason."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[NominationState.APPROVED, NominationState.COMMENDED])
                | Q(approved_via=Approval.LOGIN, approved_on__isnull=False)
                | Q(approved_via=Approval.SLIP, approved_on__isnull=False, slip__isnull=False),
                name="nomination_approved_by_somebody",
                violation_error_message=_("An approval names how the leader gave it."),
            ),
        ]

    def __str__(self):
        return self.name

    def compute_columns(self):
        self.round_id = self.dossier.round_id
        super().compute_columns()

    def compute_sort_key(self):
        return person_sort_key(self.name) if self.kind == SubjectKind.INDIVIDUAL else sort_key(self.name)

    @property
    def unit_id(self):
        """The unit that nominates: whose record this is."""
        return self.dossier.unit_id

    @property
    def is_concluded(self):
        """Whether all results of its dossier are there, and its unit was told them."""
        return self.dossier.state == DossierState.CONCLUDED

    @property
    def is_told(self):
        """Whether its unit knows its result: what is commended stands in an issued decision and in the register."""
        return self.is_concluded or self.state == NominationState.COMMENDED

    @property
    def result_for_unit(self):
        """The words the unit reads: nothing of what is still being weighed, and the result once it was told."""
        if self.is_told:
            return self.get_state_display()
        return self.dossier.get_state_display() if self.dossier.is_with_unit else _("being considered")

    @property
    def unit_text(self):
        """The names of that unit, for searching."""
        return f"{self.dossier.unit} {self.dossier.unit.short_name}"

    @property
    def subject_key(self):
        """The relation and id of the subject: ``{"person_id": 7}``."""
        names = ("person_id", "nominated_unit_id", "collective_id")
        return {name: value for name in names if (value := getattr(self, name)) is not None}
