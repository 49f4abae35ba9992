from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReorganisationKind(models.TextChoices):
    """How units follow one another (glossary: sáp nhập, hợp nhất, chia tách, giải thể, đổi tên, chuyển)."""

    RENAME = "rename", _("renaming")
    MERGE = "merge", _("merger")
    SPLIT = "split", _("split")
    DISSOLVE = "dissolve", _("dissolution")
    TRANSFER = "transfer", _("transfer to another superior")

    @property
    def hands_on_everything(self) -> bool:
        """Whether the new unit reads all records of the old one. Of a split it reads what it was given."""
        return self in (ReorganisationKind.RENAME, ReorganisationKind.MERGE)


class ReorganisationState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("reorganisation", "being drafted")
    PLANNED = "planned", _("waits for its day")
    IN_EFFECT = "in_effect", _("in effect")
    CANCELLED = "cancelled", pgettext_lazy("reorganisation", "cancelled")


class ActivationPurpose(models.TextChoices):
    ACTIVATE = "activate", _("activation of a new account")
    RESET = "reset", _("new password")


class Owing(models.TextChoices):
    """Of which units something is asked."""

    NOBODY = "nobody", pgettext_lazy("owing", "no unit")
    KINDS = "kinds", _("all units of the chosen kinds")
    CHOSEN = "chosen", _("the chosen units only")
    UNDER = "under", _("all units under a superior unit")
    CLUSTER = "cluster", _("the members of an emulation cluster")
    ALL = "all", _("all units")
    BAN = "ban", _("the Ban itself, to its superiors")


class ClusterKind(models.TextChoices):
    """Units that compare themselves with one another in a year."""

    CLUSTER = "cluster", _("cluster (by place)")
    BLOC = "bloc", _("bloc (by line of work)")
