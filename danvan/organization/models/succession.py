from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import BanScope
from danvan.organization.enums import ReorganisationKind, ReorganisationState


class ReorganisationQuerySet(RecordQuerySet):
    def due(self, day):
        """Planned events whose day has come."""
        return self.filter(state=ReorganisationState.PLANNED, effective_on__lte=day)

    def stuck(self):
        """Planned events that could not be carried out on their day."""
        return self.filter(state=ReorganisationState.PLANNED).exclude(problem="")


class Reorganisation(Searchable, Record):
    """An event by which units follow one another: by which decree, on which day.

    Which units it concerns stands in its successions. ``superior`` is under whom transferred units stand from that day
    on, or new ones that have no place yet. Drafted, then carried out on its day; what took effect is history and is not
    taken back but followed by another.
    """

    access_scope = BanScope()
    search_sources = ("decree", "note", "units_text")
    sort_sources = ("decree",)

    kind = models.CharField(_("kind of event"), max_length=10, choices=ReorganisationKind.choices)
    decree = LineField(
        _("decree"), max_length=200, help_text=_("Number and symbol of the document that orders it, and who issued it.")
    )
    decree_date = models.DateField(_("date of the decree"), null=True, blank=True)
    effective_on = models.DateField(
        _("effective on"), help_text=_("The first day of the new units. A day to come takes effect by itself.")
    )
    superior = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("new superior unit"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "Under whom the new or transferred units stand. Left empty, new units stand where the old ones stood."
        ),
    )
    note = ProseField(_("note"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ReorganisationState.choices,
        default=ReorganisationState.DRAFT,
        editable=False,
    )
    confirmed_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("confirmed by"), null=True, editable=False, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    took_effect_at = models.DateTimeField(_("carried out at"), null=True, editable=False)
    choices_made = models.JSONField(_("choices made"), default=dict, editable=False)
    outcome = models.JSONField(_("what was moved"), default=dict, editable=False)
    problem = ProseField(_("why it could not be carried out"), blank=True, editable=False)

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        ordering = ["-effective_on", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.decree}"

    @property
    def units_text(self):
        """The names of the units it concerns, for searching. Empty before the first save."""
        if self._state.adding:
            return ""
        successions = self.successions.select_related("predecessor", "successor")
        units = {unit for row in successions for unit in (row.predecessor, row.successor) if unit}
        return " ".join(sorted(f"{unit.name} {unit.code}" for unit in units))


class SuccessionQuerySet(RecordQuerySet):
    def in_effect(self):
        return self.filter(reorganisation__state=ReorganisationState.IN_EFFECT)


class Succession(Record):
    """One old unit of an event, with the new unit it became or became part of. Nobody succeeds a dissolved unit."""

    access_scope = BanScope()

    reorganisation = models.ForeignKey(
        Reorganisation, models.CASCADE, verbose_name=_("reorganisation"), related_name="successions"
    )
    predecessor = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("old unit"), related_name="successions"
    )
    successor = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("new unit"), null=True, blank=True, related_name="origins"
    )

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["reorganisation", "predecessor__order", "successor__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor", "successor"],
                name="succession_once",
                violation_error_message=_("This succession is recorded already."),
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor"],
                condition=models.Q(successor=None),
                name="dissolved_once",
                violation_error_message=_("This succession is recorded already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")),
                name="unit_succeeds_another",
                violation_error_message=_("A unit cannot succeed itself."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor or _('dissolved')}"


class ApportionmentQuerySet(RecordQuerySet):
    def rows_of(self, unit_ids):
        """The ids of the rows that the units with *unit_ids* were given, by the label of their model."""
        rows = defaultdict(set)
        found = self.filter(successor__in=unit_ids, reorganisation__state=ReorganisationState.IN_EFFECT)
        for type_id, object_id in found.values_list("object_type", "object_id"):
            model = ContentType.objects.get_for_id(type_id).model_class()
            rows[model._meta.label_lower].add(object_id)
        return {label: frozenset(ids) for label, ids in rows.items()}


class Apportionment(Record):
    """To which of the new units one row of a unit goes that is split up. Asked, never guessed."""

    access_scope = BanScope()

    reorganisation = models.ForeignKey(
        Reorganisation, models.CASCADE, verbose_name=_("reorganisation"), related_name="apportionments"
    )
    object_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of record"), related_name="+")
    object_id = models.PositiveBigIntegerField(_("record"))
    successor = models.ForeignKey(
        "organization.Unit", models.PROTECT, verbose_name=_("new unit"), related_name="apportionments"
    )

    objects = ApportionmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a split")
        verbose_name_plural = _("shares of a split")
        ordering = ["reorganisation", "object_type", "object_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "object_type", "object_id"],
                name="apportioned_once",
                violation_error_message=_("This record is apportioned already."),
            ),
        ]

    def __str__(self):
        return f"{self.object_type} {self.object_id} → {self.successor}"
