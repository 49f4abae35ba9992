"""The list of holidays: filled for a year, never written over, with the weekend days worked instead."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from danvan.calendar.working_days import is_working_day
from danvan.history.models import Activity
from danvan.notices.domain.holidays import BY_LAW, SWAPPED, calendar_between, fill_holidays
from danvan.notices.models import Holiday
from danvan.workflow import NotAllowed
from tests.factories import make_clerk, make_lead, make_leader, make_staff

pytestmark = pytest.mark.django_db


def test_the_holidays_of_a_year_are_filled_in_once():
    staff = make_staff()
    made = fill_holidays(year=2026, actor=staff)
    rows = {row.day: (row.name, row.is_worked, row.note) for row in Holiday.objects.all()}
    assert rows[date(2026, 2, 17)] == ("Tết Nguyên Đán", False, BY_LAW)
    assert rows[date(2026, 4, 27)] == ("Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", False, BY_LAW)
    assert rows[date(2026, 8, 22)] == ("Đi làm bù", True, SWAPPED)
    assert len(rows) == len(made) == Activity.objects.filter(action="add", actor=staff).count()
    assert {day.year for day in rows} == {2026}
    assert fill_holidays(year=2026, actor=staff) == []
    calendar = calendar_between(date(2026, 8, 1), date(2026, 9, 30))
    swapped, sunday, off = date(2026, 8, 22), date(2026, 8, 23), date(2026, 8, 31)
    assert [is_working_day(day, calendar) for day in (swapped, sunday, off)] == [True, False, False]


def test_what_staff_wrote_stays():
    Holiday.objects.create(day=date(2027, 2, 6), name="Mùng một Tết Đinh Mùi", note="Thông báo số 1")
    fill_holidays(year=2027, actor=None)
    row = Holiday.objects.get(day=date(2027, 2, 6))
    assert (row.name, row.note) == ("Mùng một Tết Đinh Mùi", "Thông báo số 1")


@pytest.mark.parametrize("make", [make_lead, make_clerk, make_leader])
def test_only_who_may_add_holidays_fills_them_in(make):
    with pytest.raises(NotAllowed):
        fill_holidays(year=2027, actor=make())
    assert not Holiday.objects.exists()


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_the_last_year_have_their_holidays(year):
    assert {row.day.month for row in fill_holidays(year=year, actor=None)} >= {1, 2, 4, 5, 9}


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (date(2026, 8, 22), None),
        (date(2026, 8, 23), None),
        (date(2026, 8, 24), "is_worked"),
        (date(1, 1, 1), "day"),
        (date(9999, 12, 31), "day"),
    ],
)
def test_only_a_day_of_the_weekend_is_worked_instead(day, fault):
    row = Holiday(day=day, name="Đi làm bù", is_worked=True)
    if fault is None:
        row.full_clean()
        return
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert set(error.value.message_dict) == {fault}
