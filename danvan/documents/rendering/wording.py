"""The words and forms that the rules on documents prescribe, shared by every renderer.

They are Vietnamese whatever language the reader has chosen, so they are not translated. Sources: Hướng dẫn 36-HD/VPTW
(Party), Nghị định 30/2020/NĐ-CP (State).
"""

from datetime import date

from danvan.documents.rendering.data import Mark, Style
from danvan.text.dates import long_date

SAMPLE = "BẢN MINH HỌA"

MARKS: dict[str, dict[Mark, str]] = {
    "party": {"": "", "TM": "T/M ", "KT": "K/T ", "TL": "T/L ", "TUQ": "TUQ. ", "Q": "Q. "},
    "state": {"": "", "TM": "TM. ", "KT": "KT. ", "TL": "TL. ", "TUQ": "TUQ. ", "Q": "Q. "},
}

# No-break spaces: an ordinary run of spaces would be broken or collapsed.
GAP = "\u00a0" * 8
SMALL_GAP = "\u00a0" * 5


def full_number(style: Style, number: str, symbol: str) -> str:
    """Return "12-QĐ/BTGDVTU" (Party) or "12/QĐ-UBND" (State), with a gap where no number has been taken yet."""
    return f"{number or GAP}{'-' if style == 'party' else '/'}{symbol}"


def dated(day: date | None) -> str:
    """Return "ngày 06 tháng 01 năm 2016", or gaps to be filled in by hand where there is no day yet."""
    return long_date(day) if day else f"ngày{SMALL_GAP}tháng{SMALL_GAP}năm{SMALL_GAP}"


def place_and_date(place: str, day: date | None) -> str:
    """Return the line "Buôn Ma Thuột, ngày 06 tháng 01 năm 2016" of documents and certificates."""
    return f"{place}, {dated(day)}"
