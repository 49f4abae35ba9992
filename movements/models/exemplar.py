from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, Searchable
from danvan.access.scope import UnitScope
from movements.enums import ExemplarKind, SubjectKind


class Exemplar(Searchable, Record):
    """A model of skilful mass mobilisation, or an exemplary collective, person or household: one long life.

    What it did in a year stands in its registrations.
    """

    access_scope = UnitScope("unit")
    search_sources = ("name", "place")

    name = LineField(_("name"), max_length=200)
    kind = models.CharField(
        _("model or exemplar"), max_length=10, choices=ExemplarKind.choices, default=ExemplarKind.MODEL
    )
    subject_kind = models.CharField(
        _("collective or individual"), max_length=10, choices=SubjectKind.choices, default=SubjectKind.COLLECTIVE
    )
    field = models.ForeignKey("movements.Field", models.PROTECT, verbose_name=_("field of work"))
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="exemplars")
    place = LineField(
        _("place"), max_length=200, blank=True, help_text=_("Village, residential group or office where it runs.")
    )
    launched_on = models.DateField(_("launched on"), null=True, blank=True)
    discontinued_on = models.DateField(_("discontinued on"), null=True, blank=True)

    class Meta:
        verbose_name = _("model or exemplar")
        verbose_name_plural = _("models and exemplars")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="exemplar_name_in_unit",
                violation_error_message=_("The unit already has a model with this name."),
            ),
        ]

    def __str__(self):
        return self.name
