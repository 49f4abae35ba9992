from datetime import datetime, timedelta

import pytest
import time_machine

from awards.demonstration import load
from danvan.notices.domain.planner import plan
from danvan.notices.domain.reconciliation import reconcile


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.parametrize("day", ["2026-11-22 17:45", "2026-11-25 07:58"], ids=["Sunday evening", "Wednesday morning"])
def test_nobody_is_missed_in_an_office_just_loaded(day):
    """Nobody is told on a day off, and nothing that came before the office was there is expected."""
    began = datetime.fromisoformat(f"{day}+07:00")
    with time_machine.travel(began, tick=False):
        load(password="Mot-mat-khau-minh-hoa")
        assert reconcile().missing == 0
    for minutes in (20, 40, 60):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            plan()
            assert reconcile().missing == 0
