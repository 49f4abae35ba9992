from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import SubjectKind
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import BanScope, UnitScope
from danvan.organization.models import PlacedFact, PlacedQuerySet, Unit
from danvan.text.ordering import person_sort_key, sort_key


class RegisterIsNotRewritten(Exception):
    """Somebody tried to change or delete a commendation. A later decision corrects or revokes, the row stays."""


class CommendationQuerySet(PlacedQuerySet):
    def in_register_order(self):
        return self.order_by("register_year", "register_number", "pk")

    def under(self, unit):
        """Those of *unit* itself, and of all that stood under it on the day of the decision."""
        return self.in_subtree(unit) | self.filter(unit=unit)

    def update(self, **values):
        raise RegisterIsNotRewritten

    def bulk_update(self, objs, fields, batch_size=None):
        raise RegisterIsNotRewritten

    def delete(self):
        """Only the rows of the demonstration can go."""
        if self.filter(is_sample=False).exists():
            raise RegisterIsNotRewritten
        return super().delete()


class Commendation(PlacedFact, Searchable, Record):
    """One line of the register: what was given to whom, in the words that were printed. Written once.

    The relations beside the words serve lists and statistics; whatever happens to what they lead to, the words stay.
    Samples have a numbering of their own.
    """

    access_scope = UnitScope("unit")
    other_unit_allowed = {
        "nomination": "A unit that the Ban nominated in the dossier of another owns its commendation all the same.",
        "person": "Taken over from the nomination, which was watched when it was made; people move meanwhile.",
        "collective": "Taken over from the nomination, as the person is.",
        "nominated_unit": "Taken over from the nomination, as the person is.",
    }
    search_sources = ("name", "post", "unit_name", "decision_number")
    sort_sources = ("name", "kind")

    register_year = models.PositiveSmallIntegerField(_("year of the register"))
    register_number = models.PositiveIntegerField(_("number in the register"))
    kind = models.CharField(_("collective or individual"), max_length=10, choices=SubjectKind.choices)

    salutation = LineField(_("salutation"), max_length=20, blank=True)
    name = LineField(_("name"), max_length=200)
    post = LineField(_("post"), max_length=200, blank=True)
    unit_name = LineField(_("unit as it was called"), max_length=200, blank=True)
    achievement = ProseField(_("achievement"))
    form_name = LineField(_("form as it was called"), max_length=200)
    occasion = LineField(_("occasion"), max_length=200)
    issuer = LineField(_("issuer as it was called"), max_length=200)
    deciding = LineField(_("who decided"), max_length=200)
    decision_number = LineField(_("number of the decision"), max_length=80)
    issued_on = models.DateField(_("date of the decision"), db_index=True)
    place = LineField(pgettext_lazy("document", "place"), max_length=80)
    signing = ProseField(_("words above the signature"))
    signer_name = LineField(_("signer"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year of the achievements"), db_index=True)
    achievement_from = models.DateField(_("achievements from"))
    achievement_to = models.DateField(_("achievements to"))

    nomination = models.OneToOneField(
        "awards.Nomination",
        models.PROTECT,
        verbose_name=pgettext_lazy("awards", "nomination"),
        related_name="commendation",
    )
    decision = models.ForeignKey(
        "awards.Decision",
        models.PROTECT,
        verbose_name=pgettext_lazy("awards", "decision"),
        related_name="commendations",
    )
    round = models.ForeignKey(
        "awards.AwardRound", models.PROTECT, verbose_name=_("award round"), related_name="commendations"
    )
    form = models.ForeignKey(
        "awards.AwardForm", models.PROTECT, verbose_name=_("form of award"), related_name="commendations"
    )
    letterhead = models.ForeignKey(
        "documents.Letterhead", models.PROTECT, verbose_name=_("issuer"), related_name="commendations"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="commendations")
    person = models.ForeignKey(
        "organization.Person", models.PROTECT, verbose_name=_("person"), null=True, related_name="commendations"
    )
    nominated_unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("commended unit"),
        null=True,
        related_name="own_commendations",
    )
    collective = models.ForeignKey(
        "organization.Collective", models.PROTECT, verbose_name=_("collective"), null=True, related_name="commendations"
    )
    field = models.ForeignKey(
        "movements.Field", models.PROTECT, verbose_name=_("field of work"), null=True, related_name="commendations"
    )

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("awards", "commendation")
        verbose_name_plural = _("register of commendations")
        ordering = ["-register_year", "-register_number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_sample", "register_year", "register_number"], name="register_number_once"
            ),
        ]

    @property
    def placed_on(self):
        """The day of the decision, however much later it is entered."""
        return self.issued_on

    def __str__(self):
        return self.name

    def compute_sort_key(self):
        return person_sort_key(self.name) if self.kind == SubjectKind.INDIVIDUAL else sort_key(self.name)

    @property
    def register_text(self):
        """The number in the register as it is quoted: ``12/2026``."""
        return f"{self.register_number}/{self.register_year}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RegisterIsNotRewritten
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if not self.is_sample:
            raise RegisterIsNotRewritten
        return super().delete(*args, **kwargs)


class CommendationTallyQuerySet(RecordQuerySet):
    def under(self, unit):
        """Those of *unit* and of all units under it today: a count keeps no place of its time."""
        return self.filter(unit__in=Unit.objects.in_subtree(unit))


class CommendationTally(Searchable, Record):
    """Commendations known only as counts, with the source of the figures. Unknown is empty, and is not zero."""

    access_scope = BanScope()
    search_sources = ("occasion", "issuer", "source")
    sort_sources = ("occasion",)

    year = models.PositiveSmallIntegerField(
        _("year of the achievements"),
        validators=[MinValueValidator(1945), MaxValueValidator(2100)],
        help_text=_("The year under which statistics count it."),
    )
    occasion = LineField(
        _("occasion"), max_length=200, help_text=_("For instance: review of mass mobilisation in 2015.")
    )
    form = models.ForeignKey(
        "awards.AwardForm",
        models.PROTECT,
        verbose_name=_("form of award"),
        related_name="tallies",
        help_text=_("What was given."),
    )
    issuer = LineField(_("issuer"), max_length=200, help_text=_("Under its name of that time."))
    unit = models.ForeignKey(
        "organization.Unit",
        models.PROTECT,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        related_name="commendation_tallies",
        help_text=_("Where all of them belong to one unit."),
    )
    field = models.ForeignKey(
        "movements.Field",
        models.PROTECT,
        verbose_name=_("field of work"),
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Where all of them belong to one field."),
    )
    collectives = models.PositiveIntegerField(
        _("collectives"),
        null=True,
        blank=True,
        help_text=_("Leave empty when it is not known. 0 means that there were none."),
    )
    individuals = models.PositiveIntegerField(
        _("individuals"),
        null=True,
        blank=True,
        help_text=_("Leave empty when it is not known. 0 means that there were none."),
    )
    source = LineField(
        _("source"), max_length=300, help_text=_("Newspaper, report or list that the figures come from.")
    )
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True, help_text=_("On the web."))
    published_on = models.DateField(
        _("source published on"), null=True, blank=True, help_text=_("Not the day it was found.")
    )

    objects = CommendationTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("count without names")
        verbose_name_plural = _("counts without names")
        ordering = ["-year", "sort_key", "pk"]

    def __str__(self):
        return self.occasion
