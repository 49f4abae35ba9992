from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

DAY = "2016-01-06"


@pytest.fixture
def in_january():
    """The business day is 06/01/2016."""
    moment = timezone.make_aware(datetime(2016, 1, 6, 9))
    with time_machine.travel(moment, tick=True):
        yield moment.date()
