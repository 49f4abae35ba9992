"""The words in braces of a reminder's subject and text. Pure."""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.text.folding import fold

DUTY, UNIT, DUE, LEFT, RECIPIENT, UNITS, LIST = NAMES = (
    "việc",
    "đơn vị",
    "hạn",
    "còn lại",
    "người nhận",
    "số đơn vị",
    "danh sách",
)

_BRACES = re.compile(r"\{([^{}\n]*)\}")
_BY_FOLDED = {fold(name): name for name in NAMES}


def known_placeholders_only(text):
    """Raise ValidationError, naming it, when *text* holds braces around anything but one of NAMES."""
    for typed in _BRACES.findall(text):
        if _name_of(typed) is None:
            raise ValidationError(
                _("“{%(typed)s}” is not known. Use: %(known)s."),
                params={"typed": typed, "known": ", ".join(f"{{{name}}}" for name in NAMES)},
                code="unknown_placeholder",
            )


def fill(text, values):
    """*text* with each placeholder replaced by its value in *values*, a dict over NAMES.

    Names are read without accents and case. Filled in once: braces inside a value stay as they are. Unknown ones stay.
    """
    return _BRACES.sub(lambda match: values.get(_name_of(match[1]), match[0]), text)


@lru_cache(maxsize=200)
def _name_of(typed):
    """The name that is meant by *typed*, or None."""
    return _BY_FOLDED.get(fold(typed))
