from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, Searchable, ends_after_it_begins
from danvan.access.scope import SharedScope


class AreaLevel(models.TextChoices):
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district (until 30/06/2025)")
    COMMUNE = "commune", _("commune, ward or special zone")
    VILLAGE = "village", _("village or residential group")


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
