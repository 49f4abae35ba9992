from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from awards.enums import SubjectKind
from danvan.access.models import Lookup
from danvan.access.scope import SharedScope


class AwardForm(Lookup):
    """A form of award: Giấy khen, Bằng khen, Kỷ niệm chương …, and whom it can be given to."""

    access_scope = SharedScope()

    for_collectives = models.BooleanField(
        _("for collectives"), default=True, help_text=_("Units may nominate collectives for it.")
    )
    for_individuals = models.BooleanField(
        _("for individuals"), default=True, help_text=_("Units may nominate people for it.")
    )

    class Meta(Lookup.Meta):
        verbose_name = _("form of award")
        verbose_name_plural = _("forms of award")
        constraints = [
            models.CheckConstraint(
                condition=Q(for_collectives=True) | Q(for_individuals=True),
                name="award_form_for_somebody",
                violation_error_message=_("Say whom this form can be given to."),
            ),
        ]

    def is_for(self, kind):
        """Whether a subject of *kind* (a SubjectKind) can be given this form."""
        return self.for_collectives if kind == SubjectKind.COLLECTIVE else self.for_individuals
