from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable, ends_after_it_begins, in_force
from danvan.access.scope import SharedScope


class AreaLevel(models.TextChoices):
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district (until 30/06/2025)")
    COMMUNE = "commune", _("commune, ward or special zone")
    VILLAGE = "village", _("village or residential group")


class AreaQuerySet(RecordQuerySet):
    def in_force(self, day=None):
        """Areas that exist on *day* (today when not given)."""
        return self.filter(in_force(day or clock.today()))

    def within(self, area):
        """*area* itself and all that lies in it. Areas nest four deep at most: province, district, commune, village."""
        lies_in = models.Q(pk=area.pk)
        for path in ("parent", "parent__parent", "parent__parent__parent"):
            lies_in |= models.Q(**{path: area.pk})
        return self.filter(lies_in)


class Area(Searchable, Record):
    """A piece of the country's administrative territory, in the name and borders of its time."""

    access_scope = SharedScope()
    search_sources = ("name", "official_code")

    official_code = LineField(
        _("official code"), max_length=20, blank=True, help_text=_("The code of the General Statistics Office.")
    )
    name = LineField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=10, choices=AreaLevel.choices)
    parent = models.ForeignKey("self", models.PROTECT, verbose_name=_("lies in"), null=True, blank=True)
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("exists to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["sort_key", "pk"]
        constraints = [
            ends_after_it_begins("area_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["official_code"],
                condition=~models.Q(official_code="") & models.Q(valid_to=None),
                name="area_official_code_in_force",
                violation_error_message=_("An area that exists today already has this code."),
            ),
        ]

    def __str__(self):
        return self.name


class AreaSuccession(Record):
    """That an area, or a part of it, became another one. Villages and borders are not apportioned here."""

    access_scope = SharedScope()

    predecessor = models.ForeignKey(Area, models.CASCADE, verbose_name=_("old area"), related_name="successions")
    successor = models.ForeignKey(Area, models.CASCADE, verbose_name=_("new area"), related_name="origins")
    is_partial = models.BooleanField(
        _("in part"), default=False, help_text=_("Only a part of the old area went there, the rest elsewhere.")
    )
    effective_on = models.DateField(_("effective on"))
    legal_basis = LineField(_("legal basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("succession of areas")
        verbose_name_plural = _("successions of areas")
        ordering = ["-effective_on", "predecessor__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="area_succession_once",
                violation_error_message=_("This succession is recorded already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")),
                name="area_succeeds_another",
                violation_error_message=_("An area cannot succeed itself."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"
