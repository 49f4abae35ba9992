"""The states of reorganisations, as a table: from, deed, to, words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from danvan.organization.enums import ReorganisationState
from danvan.workflow import Transition, Workflow

REORGANISATION = Workflow(
    "organization.reorganisation",
    (
        # Confirmed for a day to come. One whose day has come is carried out in the same deed.
        Transition(
            "confirm",
            (ReorganisationState.DRAFT, ReorganisationState.PLANNED),
            ReorganisationState.PLANNED,
            _("Confirm and carry out"),
            _("confirmed the reorganisation"),
            tone="primary",
        ),
        # Follows from confirming, or from the day that comes; nobody holds a right to it.
        Transition(
            "carry_out",
            (ReorganisationState.DRAFT, ReorganisationState.PLANNED),
            ReorganisationState.IN_EFFECT,
            _("Carry out"),
            _("carried the reorganisation out"),
        ),
        Transition(
            "cancel",
            (ReorganisationState.DRAFT, ReorganisationState.PLANNED),
            ReorganisationState.CANCELLED,
            pgettext_lazy("reorganisation", "Cancel the event"),
            pgettext_lazy("reorganisation", "cancelled the event"),
            reason_required=True,
            tone="danger",
        ),
    ),
)
