"""The choices of the movement's records. Codes are stored, words are shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("movement", "being drafted")
    LAUNCHED = "launched", pgettext_lazy("movement", "launched")
    CONCLUDED = "concluded", pgettext_lazy("movement", "concluded")


class ExemplarKind(models.TextChoices):
    """A model is a way of working that others can take up; an exemplar is somebody who shines."""

    MODEL = "model", _("model")
    EXEMPLAR = "exemplar", _("exemplar")


class SubjectKind(models.TextChoices):
    COLLECTIVE = "collective", _("collective")
    INDIVIDUAL = "individual", _("individual")
    HOUSEHOLD = "household", _("household")


class RegistrationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("registration", "being written")
    SUBMITTED = "submitted", pgettext_lazy("registration", "sent")
    RETURNED = "returned", pgettext_lazy("registration", "returned to be completed")
    ACCEPTED = "accepted", pgettext_lazy("registration", "accepted")
    RECOGNISED = "recognised", pgettext_lazy("registration", "recognised")
    DECLINED = "declined", pgettext_lazy("registration", "not recognised")


class RegistrationStatus(models.TextChoices):
    NEW = "new", _("newly registered")
    CONTINUED = "continued", _("continued")
