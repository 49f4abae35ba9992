from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField
from danvan.access.models import Record
from danvan.access.scope import BanScope


class NumberCounter(models.Model):
    """The last number given under a key. Read and raised in one conditional statement; never ``MAX + 1``."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")

    def __str__(self):
        return f"{self.key}: {self.last}"


class DocumentNumber(Record):
    """One line of an office's book of numbers: taken by a document, or void with a reason. Never deleted."""

    access_scope = BanScope()

    letterhead = models.ForeignKey(
        "documents.Letterhead", models.PROTECT, verbose_name=_("issuer"), related_name="numbers"
    )
    kind = LineField(_("kind of document"), max_length=12, help_text=_("As it stands in numbers, for instance QĐ."))
    period = LineField(_("numbering period"), max_length=20)
    number = models.PositiveIntegerField(_("number"))
    suffix = LineField(_("letter after the number"), max_length=2, blank=True)
    text = LineField(_("number and symbol"), max_length=80)
    issued_on = models.DateField(_("date"))
    taken_by = models.ForeignKey("organization.User", models.PROTECT, verbose_name=_("entered by"), related_name="+")
    void_reason = LineField(_("void because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("number in the book")
        verbose_name_plural = _("book of numbers")
        ordering = ["-period", "-number", "-suffix"]
        constraints = [
            models.UniqueConstraint(
                fields=["letterhead", "kind", "period", "number", "suffix"],
                name="document_number_once",
                violation_error_message=_("This number is already in the book."),
            ),
        ]

    def __str__(self):
        return self.text
