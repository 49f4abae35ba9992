from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection

from danvan import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 17, 0, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 12, 31, 17, 1, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 18, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_turns_at_midnight_in_ho_chi_minh_city(instant, day):
    with time_machine.travel(instant, tick=False):
        assert clock.today() == day
        assert clock.local_date(instant) == day


def test_the_row_shifts_business_time_and_leaves_real_time():
    with time_machine.travel(datetime(2026, 11, 21, 3, 0, tzinfo=UTC), tick=False) as traveller:
        clock.shift_to(date(2015, 1, 5))
        assert clock.today() == date(2015, 1, 5)
        assert clock.real_now() == datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        traveller.shift(timedelta(days=2))
        assert clock.today() == date(2015, 1, 7)
        clock.forget_shift()
        assert clock.today() == date(2026, 11, 23)
        clock.refresh()
        assert clock.today() == date(2015, 1, 7)
        clock.reset()
        assert clock.today() == date(2026, 11, 23)


def test_a_database_that_did_not_answer_leaves_no_wrong_time_behind():
    clock.shift_to(date(2015, 1, 5))
    with connection.execute_wrapper(away):
        with pytest.raises(OperationalError):
            clock.refresh()
        with pytest.raises(OperationalError):
            clock.today()
    assert clock.today() == date(2015, 1, 5)


def away(execute, sql, params, many, context):
    raise OperationalError("the server closed the connection")


def test_production_neither_shifts_nor_reads_the_row(settings):
    clock.shift_to(date(2015, 1, 5))
    clock.forget_shift()
    settings.BUSINESS_CLOCK_SHIFTABLE = False
    clock.refresh()
    assert not clock.is_shifted()
    with pytest.raises(RuntimeError):
        clock.shift_to(date(2015, 1, 5))


def test_a_request_reads_the_shift(client, settings):
    clock.shift_to(date(2015, 1, 5))
    clock.forget_shift()
    client.get("/admin/login/")
    assert clock.today() == date(2015, 1, 5)
