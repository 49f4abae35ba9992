"""The words of the app: kinds, states, marks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SubjectKind(models.TextChoices):
    COLLECTIVE = "collective", _("collective")
    INDIVIDUAL = "individual", _("individual")


class RoundState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("award round", "being drafted")
    OPEN = "open", pgettext_lazy("award round", "open")
    CLOSED = "closed", pgettext_lazy("award round", "closed")


class DossierState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("dossier", "being prepared")
    SUBMITTED = "submitted", pgettext_lazy("dossier", "sent")
    RETURNED = "returned", pgettext_lazy("dossier", "returned to be completed")
    RECEIVED = "received", pgettext_lazy("dossier", "received")
    CONCLUDED = "concluded", pgettext_lazy("dossier", "concluded")


WITH_UNIT = frozenset({DossierState.DRAFT, DossierState.RETURNED})
"""The states in which the unit works on its dossier."""


class PaperKind(models.TextChoices):
    """The papers of a dossier (R8)."""

    LETTER = "letter", _("submission letter with the list")
    REPORT = "report", _("achievement report")
    MINUTES = "minutes", _("minutes of the review meeting")
    OTHER = "other", pgettext_lazy("paper", "other paper")


class NominationState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("nomination", "proposed")
    APPRAISED = "appraised", pgettext_lazy("nomination", "appraised")
    APPROVED = "approved", pgettext_lazy("nomination", "approved")
    REFUSED = "refused", pgettext_lazy("nomination", "not approved")
    COMMENDED = "commended", pgettext_lazy("nomination", "commended")


class Recommendation(models.TextChoices):
    YES = "yes", _("recommended")
    NO = "no", _("not recommended")


class Approval(models.TextChoices):
    """How the leader's word came: by login, or on a signed slip that an officer recorded."""

    LOGIN = "login", _("by login")
    SLIP = "slip", _("on the signed slip")


class DecisionState(models.TextChoices):
    DRAFTING = "drafting", pgettext_lazy("decision", "being drafted")
    AWAITING_NUMBER = "awaiting_number", pgettext_lazy("decision", "awaiting its number")
    ISSUED = "issued", pgettext_lazy("decision", "issued")


class SigningMark(models.TextChoices):
    """For whom a signer signs. Printed as "T/M" or "TM." according to the layout."""

    NONE = "", _("in the own name")
    ON_BEHALF = "TM", _("T/M – on behalf of a collective body")
    FOR_SUPERIOR = "KT", _("K/T – for the head")
    BY_ORDER = "TL", _("T/L – by order")
    BY_DELEGATION = "TUQ", _("T/U/Q – by delegation")
    ACTING = "Q", _("Q. – acting")
