from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.text.dates import from_excel_serial, long_date, parse_date
from danvan.text.errors import TextError


@pytest.mark.parametrize(
    "typed",
    [
        "02/11/2026",
        "2/11/2026",
        "02-11-2026",
        "2-11-2026",
        "02.11.2026",
        "02/11/26",
        "2/11/26",
        "2026-11-02",
        " 02 / 11 / 2026 ",
        "02/11/2026\u200b",
        date(2026, 11, 2),
        datetime(2026, 11, 2, 23, 59),
        datetime(2026, 11, 1, 17, 0, tzinfo=UTC),
    ],
)
def test_second_of_november(typed):
    assert parse_date(typed) == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1/3/26", date(2026, 3, 1)),
        ("01-03-2026", date(2026, 3, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("31/12/68", date(2068, 12, 31)),
        ("1/1/69", date(1969, 1, 1)),
        ("19/5/1890", date(1890, 5, 19)),
    ],
)
def test_other_days(typed, day):
    assert parse_date(typed) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "9/1",
        "2026",
        "11/2026",
        "02/11-2026",
        "2026/11/02",
        "02 11 2026",
        "2026-11-2",
        "02/11/2026 08:00",
        "02/11/0026",
    ]
    + [
        "02/11/226",
        "02/11/2200",
        "hôm nay",
        "０２/11/2026",
        "Nov 2, 2026",
        "45000",
        46328,
        46328.0,
        None,
        True,
        "=TODAY()",
    ],
)
def test_refuses_what_is_no_date(typed):
    with pytest.raises(TextError, match="02/11/2026"):
        parse_date(typed)


@pytest.mark.parametrize(
    "typed", ["25.13.2026", "11/25/2026", "29/02/2026", "31/04/2026", "00/01/2026", "01/00/2026", "32/1/26"]
)
def test_refuses_days_that_are_not_in_the_calendar(typed):
    with pytest.raises(TextError, match=typed):
        parse_date(typed)


@pytest.mark.parametrize("pattern", ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"])
@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back(pattern, day):
    assert parse_date(day.strftime(pattern)) == day


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (46328, date(2026, 11, 2)),
        (46328.99, date(2026, 11, 2)),
        (2958465, date(9999, 12, 31)),
    ],
)
def test_excel_serials(serial, day):
    assert from_excel_serial(serial) == day


@pytest.mark.parametrize("serial", [0, 0.5, -1, 60, 60.5, 2958466, float("nan"), float("inf"), True])
def test_serials_that_are_no_day(serial):
    with pytest.raises(TextError, match="02/11/2026"):
        from_excel_serial(serial)


@given(st.integers(61, 2_958_464))
def test_serials_follow_each_other(serial):
    assert from_excel_serial(serial + 1) - from_excel_serial(serial) == timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2015, 1, 5), "ngày 05 tháng 01 năm 2015"),
        (date(2018, 2, 10), "ngày 10 tháng 02 năm 2018"),
        (date(2016, 3, 9), "ngày 09 tháng 3 năm 2016"),
        (date(2026, 11, 30), "ngày 30 tháng 11 năm 2026"),
    ],
)
def test_long_date(day, text):
    assert long_date(day) == text
