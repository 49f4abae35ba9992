from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A deed that cannot be done. ``message`` says why, in words for the person who tried."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message

    def __str__(self):
        return str(self.message)


class NotAllowed(Refused):
    """The actor does not hold the right for this record."""

    def __init__(self):
        super().__init__(_("You do not have the right to do this."))


class ChangedMeanwhile(Refused):
    """The record left the expected state before this deed."""

    def __init__(self):
        super().__init__(
            _("Somebody else changed the state of this record meanwhile. Open it again to see how it stands.")
        )
