from django.db import models
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    """What was refused. A record of another unit and one that does not exist are one kind, here as everywhere."""

    RECORD = "record", _("a record out of reach")
    FORBIDDEN = "forbidden", _("a page without the right to it")
    CHOICE = "choice", _("a choice that the form does not offer")
    FIELD = "field", _("a field that the form does not ask for")
    LOOKUP = "lookup", _("a condition in the address that is not open")
    IMPORT_ROW = "import_row", _("a row of a file that names a record out of reach")
    CSRF = "csrf", _("a form from elsewhere, or expired")
    LOGIN = "login", _("a wrong login name or password")
    THROTTLED = "throttled", _("a login after too many wrong ones")
