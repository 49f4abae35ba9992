"""One form for every text that enters: composed Unicode, plain spaces, nothing invisible."""

import re
import unicodedata

# Controls, soft hyphen, zero-width and direction marks, lone surrogates, non-characters. Two names that look alike must
# be equal, and none of these survives XML, PostgreSQL or a printed page. Tab and line ends count as white space.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")


def nfc(text: str) -> str:
    """Return *text* with every accented letter in one composed character; macOS, iPhones and PDFs send parts."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Return *text* as one line for a name, a number or a title: NFC, trimmed, runs of any white space as one space.

    Invisible characters are dropped. Letters are never changed otherwise: no title case, no moved tone marks.
    """
    return nfc(" ".join(_INVISIBLE.sub("", text).split()))


def clean_text(text: str) -> str:
    """Return *text* as prose: each line as ``clean_line`` leaves it, joined by ``\\n``, no blank lines at the ends."""
    return "\n".join(clean_line(line) for line in _LINE_END.split(text)).strip("\n")
