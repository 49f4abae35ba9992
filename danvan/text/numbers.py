"""Numbers as Vietnam writes them: 1.234,5, counts of two digits in prose, and counts in words."""

import re
from decimal import Decimal

from django.utils.translation import gettext

from danvan.text.errors import TextError
from danvan.text.normalise import clean_line

_NUMBER = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?")
_MAX_LENGTH = 30

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_SCALES = ((1_000_000, "triệu"), (1_000, "nghìn"), (1, ""))


def two_digits(number: int) -> str:
    """Return a count for prose: 3 as "03", as official texts write one to nine ("03 tập thể"); zero stays "0"."""
    return f"{number:02d}" if 1 <= number <= 9 else format_int(number)


def format_int(number: int) -> str:
    """Return *number* with a dot at the thousands."""
    return f"{number:,d}".replace(",", ".")


def count_in_words(number: int) -> str:
    """Return *number*, from 0 to 999 999 999, as the Vietnamese words of an official text; ValueError outside."""
    if not 0 <= number <= 999_999_999:
        raise ValueError(f"no words for {number}")
    if number == 0:
        return _DIGITS[0]
    words = []
    for size, scale in _SCALES:
        group, number = divmod(number, size)
        if group:
            words += _group_in_words(group, full=bool(words))
            words.append(scale)
    return " ".join(filter(None, words))


def _group_in_words(group: int, *, full: bool) -> list[str]:
    """Up to three digits; *full* when larger groups went before, which have the empty hundreds said: "không trăm"."""
    hundreds, rest = divmod(group, 100)
    tens, units = divmod(rest, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        return words + (["linh"] if units and words else []) + ([_DIGITS[units]] if units else [])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if units == 0:
        return words
    if tens == 1:
        return [*words, "lăm" if units == 5 else _DIGITS[units]]
    return [*words, _AFTER_TENS.get(units, _DIGITS[units])]


def parse_int(value: str | int | float) -> int:
    """Return the whole number that a person typed ("1.451", "1451") or a workbook holds (1451.0).

    Raises TextError for anything else: a comma, wrong groups, words, a fraction.
    """
    if isinstance(value, bool):
        raise _not_whole(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        raise _not_whole(value)
    text = clean_line(value)
    if "," in text or not _is_number(text):
        raise _not_whole(value)
    return int(text.replace(".", ""))


def parse_decimal(value: str | int | float | Decimal, *, thousands: bool = True) -> Decimal:
    """Return the number that a person typed with a decimal comma ("1.234,5") or a workbook holds.

    "1.451" is one thousand and more; where that makes no sense (a rate, a coefficient) pass ``thousands=False``, which
    refuses every dot instead of guessing. Raises TextError for anything else.
    """
    if isinstance(value, bool):
        raise _not_decimal(value)
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        if number.is_finite():
            return number
        raise _not_decimal(value)
    text = clean_line(value)
    if not _is_number(text) or ("." in text and not thousands):
        raise _not_decimal(value)
    return Decimal(text.replace(".", "").replace(",", "."))


def _is_number(text: str) -> bool:
    return len(text) <= _MAX_LENGTH and _NUMBER.fullmatch(text) is not None


def _not_whole(value: object) -> TextError:
    message = gettext("“%(value)s” is not a whole number. Write for example 1451 or 1.451.")
    return TextError(message % {"value": str(value)[:_MAX_LENGTH]})


def _not_decimal(value: object) -> TextError:
    message = gettext("“%(value)s” is not a number. Write the decimals after a comma, for example 1.234,5.")
    return TextError(message % {"value": str(value)[:_MAX_LENGTH]})
