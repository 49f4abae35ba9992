import pytest
import time_machine

from danvan import clock
from danvan.mail.domain import beat, last_beat

pytestmark = pytest.mark.django_db


def test_who_never_showed_a_sign_has_none():
    beat("worker")
    assert last_beat("tick") is None


def test_the_last_sign_counts_in_real_time_whatever_the_business_day():
    clock.shift_to(clock.real_now().replace(year=2015))
    with time_machine.travel("2026-11-12 08:00:00+07:00", tick=False):
        beat("tick")
    with time_machine.travel("2026-11-12 08:00:15+07:00", tick=False):
        beat("tick")
        assert last_beat("tick") == clock.real_now()
    clock.forget_shift()
