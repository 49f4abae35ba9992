"""The tasks are thin: they only call the domain, under the names that the schedule uses."""

from datetime import date

import pytest
import time_machine
from celery import current_app
from django.conf import settings

from danvan.organization import tasks
from danvan.organization.domain.units.reorganisation import set_units
from danvan.organization.enums import ReorganisationState
from danvan.organization.models import Reorganisation
from tests.factories import make_unit


def test_the_schedule_names_tasks_that_exist():
    for name in ("carry-out-reorganisations", "try-reorganisations-again"):
        assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in current_app.tasks


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("problem", "again", "state"),
    [
        ("", False, ReorganisationState.IN_EFFECT),
        ("Chưa phân hết", False, ReorganisationState.PLANNED),
        ("Chưa phân hết", True, ReorganisationState.IN_EFFECT),
    ],
)
def test_what_failed_before_is_tried_in_the_morning_alone(problem, again, state):
    day = date(2026, 12, 1)
    event = Reorganisation.objects.create(
        kind="rename", decree="1/NQ", effective_on=day, state=ReorganisationState.PLANNED, problem=problem
    )
    set_units(reorganisation=event, predecessors=[make_unit()], successors=[make_unit(valid_from=day)])
    with time_machine.travel("2026-12-01 05:30 +0700", tick=False):
        tasks.carry_out_due(again=again)
    event.refresh_from_db()
    assert event.state == state
