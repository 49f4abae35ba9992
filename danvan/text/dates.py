"""Dates as Vietnam writes them: the day comes first, always."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from danvan.text.errors import TextError
from danvan.text.normalise import clean_line

_DAY_FIRST = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEARS = range(1800, 2200)
_FIRST_YEAR_OF_PIVOT = 1969

_LAST_SERIAL = 2_958_465  # 31/12/9999
_FICTITIOUS_SERIAL = 60  # Excel has a 29/02/1900 that never was.


def parse_date(value: date | datetime | str) -> date:
    """Return the day of a date, of an instant (in the office's time zone), or of what a person typed.

    Accepted texts: 02/11/2026, 2/11/2026, 02-11-2026, 02.11.2026, 02/11/26 and 2026-11-02, all of them 2 November.
    A year of two digits lies in 1969–2068, as in the forms, so a date of birth must be checked to be past. Numbers are
    refused: see ``from_excel_serial``. Raises TextError, saying how to write it, for everything else.
    """
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise _not_a_date(value)
    text = clean_line(value)
    if match := _DAY_FIRST.fullmatch(text):
        day, _separator, month, year = match.groups()
    elif match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    else:
        raise _not_a_date(value)
    return _date(_full_year(year), int(month), int(day), value)


def from_excel_serial(number: float) -> date:
    """Return the day that a cell of a workbook (1900 date system) holds when it shows a date as *number*.

    The time of day is dropped. Raises TextError when *number* is no day of that system.
    """
    if isinstance(number, bool) or not 1 <= number < _LAST_SERIAL + 1 or int(number) == _FICTITIOUS_SERIAL:
        raise _not_a_date(number)
    days = int(number)
    return date(1899, 12, 30 if days > _FICTITIOUS_SERIAL else 31) + timedelta(days=days)


def long_date(day: date) -> str:
    """Return *day* as documents date themselves: "ngày 05 tháng 01 năm 2015".

    Days below 10 and the months 1 and 2 have a leading zero, other months none (NĐ 30/2020/NĐ-CP, annex I).
    """
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + 2000 if year + 2000 < _FIRST_YEAR_OF_PIVOT + 100 else year + 1900


def _date(year: int, month: int, day: int, typed: str) -> date:
    if year not in _YEARS:
        raise _not_a_date(typed)
    try:
        return date(year, month, day)
    except ValueError:
        raise TextError(gettext("“%(value)s” is not a day of the calendar.") % {"value": _shown(typed)}) from None


def _not_a_date(value: object) -> TextError:
    return TextError(
        gettext("“%(value)s” is not a date. Write day/month/year, for example 02/11/2026.") % {"value": _shown(value)}
    )


def _shown(value: object) -> str:
    return str(value)[:30]
