from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable, ends_after_it_begins, in_force
from danvan.access.scope import SharedScope
from danvan.text.folding import fold


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

    def with_path(self):
        """With all that an area lies in, so that its full path asks for nothing more."""
        return self.select_related("parent__parent__parent")

    def for_choice(self):
        return self.with_path()

    def search(self, text):
        """Areas whose full path holds every word of *text*: "tan phu dong nai" is a commune in a province.

        One word at least is in the area's own name or code, or else a province would find all that lies in it.
        """
        queryset, own = self, models.Q()
        for word in fold(text).split():
            named = models.Q(search_text__contains=word)
            queryset = queryset.filter(
                named
                | models.Q(parent__search_text__contains=word)
                | models.Q(parent__parent__search_text__contains=word)
                | models.Q(parent__parent__parent__search_text__contains=word)
            )
            own |= named
        return queryset.filter(own)


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

    def clean(self):
        super().clean()
        sizes = AreaLevel.values
        if self.parent and self.level in sizes and sizes.index(self.parent.level) >= sizes.index(self.level):
            raise ValidationError({"parent": _("An area lies in a larger one, and never in itself.")})

    @property
    def full_path(self):
        """The names of the area and of all it lies in: a bare name is never enough to know an area."""
        return ", ".join(area.name for area in (self, *self.containers))

    @property
    def choice_label(self):
        """How a field over areas names it: with its code, and until when it existed."""
        label = f"{self.full_path} ({self.official_code})" if self.official_code else self.full_path
        if self.valid_to:
            day = date_format(self.valid_to, "SHORT_DATE_FORMAT")
            label = gettext("%(area)s – until %(day)s") % {"area": label, "day": day}
        return label

    @property
    def containers(self):
        """What the area lies in, from the nearest up."""
        found, area = [], self.parent
        while area is not None and area not in found:
            found.append(area)
            area = area.parent
        return found

    def exists_on(self, day):
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class AreaSuccessionQuerySet(RecordQuerySet):
    def with_paths(self):
        """With what both areas lie in, so that their full paths ask for nothing more."""
        return self.select_related("predecessor__parent__parent__parent", "successor__parent__parent__parent")


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

    objects = AreaSuccessionQuerySet.as_manager()

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

    def clean(self):
        super().clean()
        if self.effective_on is None:
            return
        if self.predecessor_id and self.predecessor.valid_from and self.predecessor.valid_from >= self.effective_on:
            raise ValidationError({"predecessor": _("This area did not exist before the day of the change.")})
        if self.successor_id and not self.successor.exists_on(self.effective_on):
            raise ValidationError({"successor": _("This area does not exist on the day of the change.")})
