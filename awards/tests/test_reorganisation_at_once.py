"""A planned event whose task runs twice at the same moment, and one that fails half-way, on real connections."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError

from awards.tests.test_reorganisation import draft, records
from danvan import clock
from danvan.history.models import Activity
from danvan.organization.domain.units.placement import place
from danvan.organization.domain.units.reorganisation import carry_out_due, confirm
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Person, Reorganisation, Unit, UnitPlacement
from danvan.organization.tasks import carry_out_due as task
from danvan.transfers.tests.test_at_once import at_once
from movements.models import Exemplar, Report
from tests.factories import make_staff, make_unit
from tests.world import everything

pytestmark = pytest.mark.django_db(transaction=True)

TOMORROW = date(2026, 11, 23)


@pytest.fixture
def planned():
    with time_machine.travel("2026-11-22 08:00 +0700", tick=False):
        province = make_unit("Tỉnh ủy")
        place(unit=province)
        old = [make_unit("Xã A"), make_unit("Xã B")]
        for unit in old:
            place(unit=unit, superior=province)
            records(unit)
        event = draft(ReorganisationKind.MERGE, old, [make_unit("Xã E", valid_from=TOMORROW)], effective_on=TOMORROW)
        confirm(obj=event, actor=make_staff())
    with time_machine.travel("2026-11-23 00:01 +0700", tick=False):
        yield event


def test_the_task_that_runs_twice_moves_everything_once(planned):
    assert sorted(at_once(lambda: carry_out_due(now=clock.now()))) == [0, 1]
    planned.refresh_from_db()
    new = Unit.objects.get(name="Xã E")
    assert (planned.state, planned.problem) == (ReorganisationState.IN_EFFECT, "")
    assert [model.objects.filter(unit=new).count() for model in (Person, Exemplar, Report)] == [2, 2, 2]
    assert Activity.objects.filter(action="reorganisation.carry_out").count() == 1
    assert UnitPlacement.objects.filter(unit=new).count() == 1
    task()
    assert Activity.objects.filter(action="reorganisation.carry_out").count() == 1


def test_what_breaks_half_way_leaves_everything_as_it_was(planned, monkeypatch):
    """The last table that is written refuses: nothing of what was written before it stays."""
    before = everything()

    def refuse(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr("awards.domain.moving.DossierMover._take_along", refuse)
    assert carry_out_due(now=clock.now()) == 0
    monkeypatch.undo()
    planned.refresh_from_db()
    assert planned.problem.startswith("Phần mềm gặp lỗi khi thực hiện")
    Reorganisation.objects.filter(pk=planned.pk).update(problem="")
    assert everything() == before
    assert carry_out_due(now=clock.now()) == 1
