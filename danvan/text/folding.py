"""Folded text, so that a search for "dan van kheo" finds "Dân vận khéo" on either database."""

import re
import unicodedata

from danvan.text.normalise import clean_line

# The stroke of đ is no Unicode mark; ð (Icelandic) and ɖ (African) have capitals that look the same and come from wrong
# fonts. Typographic quotes and dashes come from Word: "Cư M’gar" and "Cư M'gar" are one place.
_LOOKALIKES = str.maketrans({**dict.fromkeys("đðɖ", "d"), **dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("–—‐‑", "-")})
_MARKS = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """Return *text* without accents, in lower case, as one line: for comparing and searching, never for showing.

    Equal for every way of placing tone marks ("hoà", "hòa") and for composed and decomposed input. Marks of scripts
    other than Latin are letters of their own and stay. Folding twice changes nothing.
    """
    lowered = unicodedata.normalize("NFD", clean_line(text)).lower()
    return " ".join(_MARKS.sub("", lowered).translate(_LOOKALIKES).split())
