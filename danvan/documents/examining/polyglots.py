"""Files that are two things at once: a picture or a PDF for us, a web page or an archive for somebody else."""

import re
import zipfile
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# By chance in 20 MB of picture: once in a thousand files for the shortest, "<svg ".
MARKUP = re.compile(rb"<(?:!doctype|html|script|iframe|body|svg)[\s/>]", re.IGNORECASE)
SNIFFED = 1024
"""How far browsers and mail programs look for a web page."""


def something_behind():
    return ValidationError(
        _("Something else is hidden in the file: a web page or an archive. Save it again, or scan the paper anew.")
    )


def refuse_markup(part):
    if MARKUP.search(part):
        raise something_behind()


def refuse_archive(content):
    """An archive is read from its end: whatever stands before it, it opens."""
    if zipfile.is_zipfile(BytesIO(content)):
        raise something_behind()
