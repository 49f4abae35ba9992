from django.db import models
from django.utils.translation import pgettext_lazy


class FileState(models.TextChoices):
    IN_USE = "in_use", pgettext_lazy("state of a file", "in use")
    QUARANTINED = "quarantined", pgettext_lazy("state of a file", "quarantined")
    DESTROYED = "destroyed", pgettext_lazy("state of a file", "content destroyed")
