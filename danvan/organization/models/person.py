from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import UnitScope
from danvan.text.ordering import person_sort_key


class Salutation(models.TextChoices):
    MR = "mr", _("Mr")
    MRS = "mrs", _("Mrs")


class PersonQuerySet(RecordQuerySet):
    def kept(self):
        """Rows that are merged into no other."""
        return self.filter(duplicate_of=None)

    def same_as(self, person):
        """All rows of one person: the kept one, and those that were merged into it, as the database has it now."""
        kept = self.model._base_manager.filter(pk=person.pk).values(kept=Coalesce("duplicate_of", "pk"))
        return self.filter(models.Q(pk__in=kept) | models.Q(duplicate_of__in=kept))

    def without_duplicates(self, among):
        """Without the rows whose kept one is in *among*, a queryset: each person once, where that can be."""
        return self.exclude(duplicate_of__in=among.values("pk"))

    def kept_ids(self):
        """By the id of each row: the id of the one that is kept of this person."""
        return dict(self.values_list("pk", Coalesce("duplicate_of", "pk")))


class Person(Searchable, Record):
    """Somebody who can be nominated or commended. The name is kept as typed.

    Rows of one person are merged by pointing to the one that is kept, ``duplicate_of``, which points to no other:
    nothing else is rewritten, so that a merge can be undone.
    """

    access_scope = UnitScope("unit")
    other_unit_allowed = {"duplicate_of": "One person may have been known in two units; the Ban alone merges."}
    ban_only_fields = ("duplicate_of",)
    search_sources = ("full_name", "post")
    sort_sources = ("full_name", "given_name")
    personal_fields = ("birth_date", "birth_year")

    salutation = models.CharField(_("salutation"), max_length=4, choices=Salutation.choices, blank=True)
    full_name = LineField(_("full name"), max_length=200)
    given_name = LineField(
        _("given name"), max_length=80, blank=True, help_text=_("Only where it is not the last word of the full name.")
    )
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        _("year of birth"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
        help_text=_("Where the day is not known."),
    )
    post = LineField(_("post"), max_length=200, blank=True)
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="people")
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("is the same person as"),
        null=True,
        editable=False,
        related_name="duplicates",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]

    def __str__(self):
        return self.full_name

    def compute_columns(self):
        super().compute_columns()
        if self.birth_date:
            self.birth_year = self.birth_date.year

    def compute_sort_key(self):
        return person_sort_key(self.full_name, self.given_name)


class PersonIdentity(Record):
    """A citizen's identity number, kept apart from the person and asked only where an award needs it."""

    access_scope = UnitScope("person__unit")
    personal_fields = ("citizen_id",)

    person = models.OneToOneField(Person, models.CASCADE, related_name="identity", verbose_name=_("person"))
    citizen_id = models.CharField(
        _("citizen identity number"),
        max_length=12,
        validators=[RegexValidator(r"^\d{12}$", _("A citizen identity number has 12 digits."))],
    )

    class Meta:
        verbose_name = _("citizen identity number")
        verbose_name_plural = _("citizen identity numbers")

    def __str__(self):
        return self.masked

    @property
    def masked(self):
        """The number with all but its last three digits hidden."""
        return "•" * 9 + self.citizen_id[-3:]


class Collective(Searchable, Record):
    """A team that is no unit: a village, a work team, a club."""

    access_scope = UnitScope("unit")

    name = LineField(_("name"), max_length=200)
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="collectives")

    class Meta:
        verbose_name = _("collective")
        verbose_name_plural = _("collectives")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="collective_name_in_unit",
                violation_error_message=_("The unit already has a collective with this name."),
            ),
        ]

    def __str__(self):
        return self.name
