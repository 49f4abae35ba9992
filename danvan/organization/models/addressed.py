from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.organization.enums import Owing
from danvan.organization.models.area import AreaLevel

ADDRESSING = ("owed_by", "unit_kinds", "units", "under", "cluster", "area_level")
"""The fields of an Addressed. They name other units: where units read the record, they are of the Ban alone."""


class Addressed(models.Model):
    """What is asked of some units: of which ones is data. :func:`domain.units.addressed.units_addressed` reads it."""

    owed_by = models.CharField(_("owed by"), max_length=10, choices=Owing.choices, default=Owing.NOBODY)
    unit_kinds = models.ManyToManyField("organization.UnitKind", verbose_name=_("kinds of unit"), blank=True)
    units = models.ManyToManyField("organization.Unit", verbose_name=_("chosen units"), blank=True, related_name="+")
    under = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("superior unit"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("All units that stand under it on the due date."),
    )
    cluster = models.ForeignKey(
        "organization.Cluster",
        models.PROTECT,
        verbose_name=_("emulation cluster"),
        null=True,
        blank=True,
        related_name="+",
    )
    area_level = models.CharField(
        _("level of the area"),
        max_length=10,
        choices=AreaLevel.choices,
        blank=True,
        help_text=_("Left empty, units of every level."),
    )

    class Meta:
        abstract = True
