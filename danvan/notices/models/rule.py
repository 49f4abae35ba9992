from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet
from danvan.access.scope import BanScope
from danvan.notices.enums import Audience
from danvan.notices.placeholders import known_placeholders_only

PLACEHOLDERS_HELP = _(
    "Words in braces are filled in when the letter is sent: {việc}, {đơn vị}, {hạn}, {còn lại}, {người nhận}, and for "
    "who is told of all units in one list {số đơn vị}, {danh sách}."
)


class ReminderRuleQuerySet(RecordQuerySet):
    def active(self):
        return self.filter(is_active=True)


class ReminderRule(Record):
    """One step of reminding: how many days before or after the due date, at which hour, whom, in which words."""

    access_scope = BanScope()

    source = models.CharField(_("duty"), max_length=60, help_text=_("What is reminded of."))
    offset_days = models.SmallIntegerField(
        _("days from the due date"),
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("Before it negative, on the day itself 0, after it positive."),
    )
    hour = models.PositiveSmallIntegerField(
        _("hour"), default=8, validators=[MaxValueValidator(23)], help_text=_("From this hour of the day on, 0 to 23.")
    )
    audience = models.CharField(
        _("whom"), max_length=20, choices=Audience.choices, default=Audience.UNIT_LEADS, help_text=_("Who is told.")
    )
    subject = LineField(_("subject"), max_length=150, validators=[known_placeholders_only], help_text=PLACEHOLDERS_HELP)
    text = ProseField(_("text"), max_length=3000, validators=[known_placeholders_only], help_text=PLACEHOLDERS_HELP)
    working_days_only = models.BooleanField(
        _("working days only"),
        default=True,
        help_text=_("On a day off, a step up to the due date comes a working day earlier, a later one later."),
    )
    is_active = models.BooleanField(_("in use"), default=True, help_text=_("A step not in use reminds nobody."))

    objects = ReminderRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["source", "offset_days", "hour", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "audience", "offset_days"],
                name="one_step_a_day",
                violation_error_message=_("There is already a step for this duty on this day."),
            ),
        ]

    def __str__(self):
        return self.subject

    @property
    def tells_in_lists(self):
        """Whether it tells of all units in one list, and not of each by itself."""
        return self.audience in Audience.LISTS
