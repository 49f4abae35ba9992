"""The words of a reminder say the truth of the day on which they are read."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from danvan.notices.domain.wording import piece
from danvan.notices.sources import Duty

WORDS = SimpleNamespace(subject="{còn lại}", text="{hạn}: {còn lại}")
SIGNS = {"còn": 1, "đã quá hạn": -1}


def days_told(text):
    """How many days *text* says are left."""
    if text == "hạn là hôm nay":
        return 0
    sign, days = re.fullmatch(r"(còn|đã quá hạn) (\d+) ngày", text).groups()
    return SIGNS[sign] * int(days)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)), st.integers(-400, 400))
def test_the_days_left_are_those_of_the_calendar_of_vietnam(instant, days):
    """Instants of UTC: between 17:00 and midnight the day in Vietnam is another one."""
    instant = instant.replace(tzinfo=UTC)
    due_on = (instant + timedelta(hours=7)).date() + timedelta(days=days)
    duty = Duty(object_id=1, unit_id=1, unit_name="Đảng ủy xã", due_on=due_on, title="Báo cáo", url="/")
    with time_machine.travel(instant, tick=False):
        words = piece(words=WORDS, duties=[duty], addressed="đồng chí")
    assert days_told(words.subject) == days
    assert words.text == f"{due_on:%d/%m/%Y}: {words.subject}"


def test_a_leap_day_and_a_year_end_count():
    for now, due_on, days in [
        ("2028-02-28 23:59 +0700", date(2028, 3, 1), 2),
        ("2026-12-31 23:59 +0700", date(2027, 1, 1), 1),
        ("2027-01-01 00:01 +0700", date(2027, 1, 1), 0),
    ]:
        duty = Duty(object_id=1, unit_id=1, unit_name="Đảng ủy xã", due_on=due_on, title="Báo cáo", url="/")
        with time_machine.travel(now, tick=False):
            assert days_told(piece(words=WORDS, duties=[duty], addressed="").subject) == days
