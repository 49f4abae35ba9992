from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import SubjectKind
from danvan.access.fields import LineField
from danvan.access.models import Record, Searchable
from danvan.access.scope import BanScope
from danvan.documents.models import Style


class PlacedField(models.TextChoices):
    """The words of a certificate (F10), named as the renderer names them."""

    AUTHORITY = "authority", _("who decides")
    SALUTATION = "salutation", _("salutation")
    NAME = "name", _("name")
    POST_AND_UNIT = "post_and_unit", _("post and unit")
    REASON = "reason", _("achievement")
    PLACE_AND_DATE = "place_and_date", _("place and date")
    SIGNER_POST = "signer_post", _("words above the signature")
    SIGNER_NAME = "signer_name", _("signer")
    DECISION = "decision", _("number and date of the decision, number in the register")


class Align(models.TextChoices):
    LEFT = "left", pgettext_lazy("alignment", "left")
    CENTER = "center", pgettext_lazy("alignment", "centred")
    RIGHT = "right", pgettext_lazy("alignment", "right")


class Vertical(models.TextChoices):
    TOP = "top", pgettext_lazy("alignment", "top")
    MIDDLE = "middle", pgettext_lazy("alignment", "middle")
    BOTTOM = "bottom", pgettext_lazy("alignment", "bottom")


class CertificateLayout(Searchable, Record):
    """A sheet in millimetres on which the words of certificates are placed. A form has one for each kind of subject."""

    access_scope = BanScope()

    name = LineField(_("name"), max_length=120, help_text=_("For instance: Giấy khen A4, individuals."))
    form = models.ForeignKey(
        "awards.AwardForm",
        models.PROTECT,
        verbose_name=_("form of award"),
        related_name="layouts",
        help_text=_("Certificates of this form are printed with it."),
    )
    kind = models.CharField(
        _("collective or individual"),
        max_length=10,
        choices=SubjectKind.choices,
        help_text=_("Whose certificates it is for."),
    )
    style = models.CharField(
        _("layout"),
        max_length=5,
        choices=Style.choices,
        default=Style.PARTY,
        help_text=_("The heading of the printed frame."),
    )
    width = models.FloatField(
        _("width of the sheet"), default=297, validators=[MinValueValidator(50)], help_text=_("In mm.")
    )
    height = models.FloatField(
        _("height of the sheet"), default=210, validators=[MinValueValidator(50)], help_text=_("In mm.")
    )
    frame = models.BooleanField(
        _("print the frame"),
        default=True,
        help_text=_("For plain paper. Without it the words alone are printed, on a blank."),
    )
    offset_x = models.FloatField(
        _("shift to the right"), default=0, help_text=_("Of all words, in mm; negative: to the left.")
    )
    offset_y = models.FloatField(
        _("shift downwards"), default=0, help_text=_("Of all words, in mm; negative: upwards.")
    )
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("Only layouts in use are printed with."))

    class Meta:
        verbose_name = _("certificate layout")
        verbose_name_plural = _("certificate layouts")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "kind"],
                condition=models.Q(is_active=True),
                name="one_layout_in_use_per_form_and_kind",
                violation_error_message=_("Another layout is in use for this form and kind."),
            ),
        ]

    def __str__(self):
        return self.name


class CertificateText(Record):
    """One text of a layout: a box in millimetres from the top left corner, the size of its letters in points."""

    access_scope = BanScope()

    layout = models.ForeignKey(
        CertificateLayout, models.CASCADE, verbose_name=_("certificate layout"), related_name="texts"
    )
    field = models.CharField(_("text"), max_length=20, choices=PlacedField.choices, help_text=_("Which words."))
    x = models.FloatField(_("from the left"), help_text=_("In mm."))
    y = models.FloatField(_("from the top"), help_text=_("In mm."))
    width = models.FloatField(_("width"), validators=[MinValueValidator(1)], help_text=_("In mm."))
    max_height = models.FloatField(
        _("height"), validators=[MinValueValidator(1)], help_text=_("In mm; longer texts are set smaller.")
    )
    size = models.FloatField(
        pgettext_lazy("letters", "size"), validators=[MinValueValidator(4)], help_text=_("In points.")
    )
    bold = models.BooleanField(_("bold"), default=False, help_text=_("Bold letters."))
    italic = models.BooleanField(_("italic"), default=False, help_text=_("Italic letters."))
    align = models.CharField(
        _("alignment"), max_length=6, choices=Align.choices, default=Align.CENTER, help_text=_("Within the box.")
    )
    vertical = models.CharField(
        _("vertical alignment"),
        max_length=6,
        choices=Vertical.choices,
        default=Vertical.TOP,
        help_text=_("Within the box."),
    )

    class Meta:
        verbose_name = _("placed text")
        verbose_name_plural = _("placed texts")
        ordering = ["layout", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "field"],
                name="certificate_text_once_per_layout",
                violation_error_message=_("This text is already placed."),
            ),
        ]

    def __str__(self):
        return self.get_field_display()
