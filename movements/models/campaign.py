from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record, RecordQuerySet, Searchable
from danvan.access.scope import SharedScope
from danvan.organization.models import ADDRESSING, Addressed
from movements.enums import CampaignState


class CampaignQuerySet(RecordQuerySet):
    def launched(self):
        """The movements under way."""
        return self.filter(state=CampaignState.LAUNCHED)


class Campaign(Addressed, Searchable, Record):
    """The movement as launched for a year or a stage, with its theme and its registration window."""

    access_scope = SharedScope(published=~Q(state=CampaignState.DRAFT))
    ban_only_fields = ADDRESSING
    search_sources = ("title", "theme", "code")
    sort_sources = ("title",)

    code = LineField(_("code"), max_length=40, unique=True, help_text=_("Used in Excel files, for instance DVK-2027."))
    title = LineField(_("title"), max_length=200)
    theme = LineField(_("theme"), max_length=300, blank=True)
    theme_issued_by = LineField(_("theme set by"), max_length=200, blank=True)
    guidance = ProseField(_("guidance for units"), blank=True)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    registration_opens = models.DateField(_("registration opens"))
    registration_closes = models.DateField(_("registration closes"), help_text=_("The last day counts, until 23:59."))
    state = models.CharField(
        _("state"), max_length=12, choices=CampaignState.choices, default=CampaignState.DRAFT, editable=False
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of the year")
        verbose_name_plural = _("movements of the year")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes__gte=F("registration_opens")),
                name="campaign_registration_window",
                violation_error_message=_("Registration closes before it opens."),
            ),
        ]

    def __str__(self):
        return self.title
