from django.db import models


class PlainLetter(models.Model):
    """The table of the plain ways: an address, and whether it was written to."""

    address = models.EmailField()
    is_sent = models.BooleanField(default=False)
