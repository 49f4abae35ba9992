from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, Searchable
from danvan.access.scope import UnitScope
from danvan.organization.models import PlacedFact, PlacedQuerySet
from movements.enums import ExemplarKind, RegistrationState, RegistrationStatus, SubjectKind


class RegistrationQuerySet(PlacedQuerySet):
    def submitted(self):
        """Those that lie with the Ban and wait to be accepted."""
        return self.filter(state=RegistrationState.SUBMITTED)

    def returned(self):
        """Those that their unit has to complete."""
        return self.filter(state=RegistrationState.RETURNED)

    def with_the_unit(self):
        """Those that their unit is still writing: before they are sent, or after they came back."""
        return self.filter(state__in=(RegistrationState.DRAFT, RegistrationState.RETURNED))


class Registration(PlacedFact, Searchable, Record):
    """What a unit registers for a year: form F1, of which the short form asks only name, field, kind and place."""

    access_scope = UnitScope("unit")
    same_unit = ("exemplar",)
    search_sources = ("name", "place")

    campaign = models.ForeignKey(
        "movements.Campaign", models.PROTECT, verbose_name=_("movement of the year"), related_name="registrations"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="registrations")
    exemplar = models.ForeignKey(
        "movements.Exemplar",
        models.PROTECT,
        verbose_name=_("continues the model"),
        null=True,
        blank=True,
        related_name="registrations",
        help_text=_("A model of the same unit. Leave empty for a new one."),
    )
    name = LineField(_("name of the model"), max_length=200, help_text=_("Short, easy to remember, says what is done."))
    kind = models.CharField(
        _("model or exemplar"), max_length=10, choices=ExemplarKind.choices, default=ExemplarKind.MODEL
    )
    subject_kind = models.CharField(
        _("collective or individual"), max_length=10, choices=SubjectKind.choices, default=SubjectKind.COLLECTIVE
    )
    field = models.ForeignKey("movements.Field", models.PROTECT, verbose_name=_("field of work"))
    status = models.CharField(
        _("new or continued"), max_length=10, choices=RegistrationStatus.choices, default=RegistrationStatus.NEW
    )
    place = LineField(_("place"), max_length=200, help_text=_("Village, residential group or office where it runs."))

    complete_by = models.DateField(_("to be completed by"), null=True, editable=False)
    rationale = ProseField(_("present situation, reason"), blank=True)
    objectives = ProseField(_("objectives, criteria"), blank=True)
    activities = ProseField(_("contents, ways of working"), blank=True)
    target_group = ProseField(_("people it is for"), blank=True)
    forces = ProseField(_("forces: who leads, who joins"), blank=True)
    resources = ProseField(_("resources"), blank=True)
    schedule = ProseField(_("time: beginning, steps, when assessed"), blank=True)
    outputs = ProseField(_("products, results"), blank=True)
    sustainability = ProseField(_("how it lasts and spreads"), blank=True)

    state = models.CharField(
        _("state"), max_length=12, choices=RegistrationState.choices, default=RegistrationState.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    result_reason = ProseField(_("words of the Ban"), blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-campaign__starts_on", "unit__order", "sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "name"],
                name="registration_name_in_unit_and_campaign",
                violation_error_message=_("The unit has already registered a model with this name this year."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_with_unit(self):
        """Whether the unit is still writing it: before it is sent, or after it came back."""
        return self.state in {RegistrationState.DRAFT, RegistrationState.RETURNED}

    @property
    def is_late(self):
        """Whether it was sent after the registration window. Unknown (None) before it is sent."""
        if self.submitted_at is None:
            return None
        return clock.local_date(self.submitted_at) > self.campaign.registration_closes
