from datetime import datetime

import pytest
import time_machine
from django.urls import reverse

from danvan import clock
from tests.factories import logged_in, make_staff

LINE = "đang xem như lúc 08:00 25/11/2026"


@pytest.mark.django_db
def test_a_shifted_clock_is_said_on_every_page():
    with time_machine.travel("2026-11-22 20:00 +0700", tick=False):
        client = logged_in(make_staff())
        assert LINE not in client.get(reverse("admin:index")).text
        clock.shift_to(datetime.fromisoformat("2026-11-25 08:00+07:00"))
        assert LINE in client.get(reverse("admin:index")).text
        clock.reset()
