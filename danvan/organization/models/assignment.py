from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable, ends_after_it_begins, in_force
from danvan.access.scope import BanScope
from danvan.organization.enums import ClusterKind


class AssignmentQuerySet(RecordQuerySet):
    def in_force(self, day=None):
        """Assignments that hold on *day* (today when not given); both end days count."""
        return self.filter(in_force(day or clock.today()))

    def of(self, user):
        """Those that *user* carries, as officer or as stand-in."""
        return self.filter(models.Q(officer=user) | models.Q(stand_in=user))


class Assignment(Record):
    """Which officer of the Ban looks after an area with all units in it, or a unit with all below it, from–to."""

    access_scope = BanScope()

    officer = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("officer in charge"), related_name="assignments"
    )
    area = models.ForeignKey(
        "organization.Area",
        models.PROTECT,
        verbose_name=_("area"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("All units in this area."),
    )
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("This unit and all units under it."),
    )
    stand_in = models.ForeignKey(
        "organization.User",
        models.PROTECT,
        verbose_name=_("stand-in"),
        null=True,
        blank=True,
        related_name="stand_in_for",
        help_text=_("Looks after it as well, for when the officer is away."),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of an officer")
        verbose_name_plural = _("assignments of officers")
        ordering = ["officer__sort_key", "area__sort_key", "unit__order", "pk"]
        constraints = [
            ends_after_it_begins("assignment_ends_after_it_begins"),
            models.CheckConstraint(
                condition=models.Q(area=None, unit__isnull=False) | models.Q(area__isnull=False, unit=None),
                name="assignment_of_an_area_or_a_unit",
                violation_error_message=_("Choose an area or a unit, one of the two."),
            ),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("officer")),
                name="stand_in_is_somebody_else",
                violation_error_message=_("The stand-in is somebody else than the officer."),
            ),
        ]

    def __str__(self):
        return f"{self.officer} – {self.area or self.unit}"


class Cluster(Searchable, Record):
    """Units that compare themselves with one another in a year, with the unit that heads them."""

    access_scope = BanScope()

    name = LineField(_("name"), max_length=200, help_text=_("For instance: Emulation cluster No. 3."))
    kind = models.CharField(_("kind"), max_length=10, choices=ClusterKind.choices, default=ClusterKind.CLUSTER)
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1945), MaxValueValidator(2100)])
    head = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("head"),
        null=True,
        blank=True,
        related_name="heads_clusters",
        help_text=_("One of the members."),
    )
    members = models.ManyToManyField("organization.Unit", verbose_name=_("members"), related_name="clusters")

    class Meta:
        verbose_name = _("emulation cluster")
        verbose_name_plural = _("emulation clusters")
        ordering = ["-year", "sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name"],
                name="cluster_name_in_year",
                violation_error_message=_("There is a cluster with this name in this year."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.year})"
