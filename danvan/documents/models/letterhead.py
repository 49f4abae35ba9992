from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record, Searchable, ends_after_it_begins
from danvan.access.scope import SharedScope


class Style(models.TextChoices):
    """How a document is laid out: HD 36-HD/VPTW for Party bodies, NĐ 30/2020/NĐ-CP for State bodies."""

    PARTY = "party", _("Party document")
    STATE = "state", _("State document")


class Numbering(models.TextChoices):
    """When numbers begin again at 1."""

    YEAR = "year", _("every calendar year")
    TERM = "term", _("with each term of the committee")


class Letterhead(Searchable, Record):
    """An office that issues documents, under the name and symbol of its time."""

    access_scope = SharedScope()
    search_sources = ("issuer", "superior", "symbol")
    sort_sources = ("issuer",)

    superior = LineField(
        _("superior body"), max_length=120, help_text=_("First line of the head, for instance TỈNH ỦY ĐẮK LẮK.")
    )
    issuer = LineField(_("issuing body"), max_length=160, help_text=_("For instance BAN TUYÊN GIÁO VÀ DÂN VẬN."))
    full_name = LineField(
        _("name in running text"),
        max_length=200,
        help_text=_("For instance Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk."),
    )
    symbol = LineField(
        _("symbol"), max_length=40, help_text=_("As it stands in document numbers, for instance BTGDVTU.")
    )
    style = models.CharField(_("layout"), max_length=5, choices=Style.choices, default=Style.PARTY)
    numbering = models.CharField(
        _("numbers begin again"), max_length=4, choices=Numbering.choices, default=Numbering.YEAR
    )
    term = LineField(
        _("term"),
        max_length=20,
        blank=True,
        help_text=_("The committee's term, where numbers follow it, for instance 2025-2030."),
    )
    place = LineField(_("place"), max_length=80, help_text=_("In the line of place and date, for instance Đắk Lắk."))
    valid_from = models.DateField(_("in use from"), null=True, blank=True)
    valid_to = models.DateField(_("in use to"), null=True, blank=True)

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        ordering = ["sort_key", "pk"]
        constraints = [
            ends_after_it_begins("letterhead_ends_after_it_begins"),
            models.CheckConstraint(
                condition=models.Q(numbering="year") | ~models.Q(term=""),
                name="letterhead_term_named",
                violation_error_message=_("Name the term that the numbers follow."),
            ),
        ]

    def __str__(self):
        return self.full_name

    def numbering_period(self, day):
        """The period within which a number of *day* is unique: the year, or the committee's term."""
        return self.term if self.numbering == Numbering.TERM else str(day.year)

    def number_text(self, digits, kind):
        """The number and symbol as printed after "Số": ``12-QĐ/BTGDVTU`` (Party) or ``12/QĐ-UBND`` (State)."""
        return f"{digits}-{kind}/{self.symbol}" if self.style == Style.PARTY else f"{digits}/{kind}-{self.symbol}"
