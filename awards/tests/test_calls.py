"""Calls to nominate, and what becomes of calls of both kinds when units are rearranged."""

from datetime import date, timedelta

import pytest
import time_machine

from awards.domain import calls, rounds
from awards.domain.duties import CALL, RETURNED_DOSSIER, STEPS
from awards.enums import DossierState
from awards.models import AwardRound, NominationCall
from awards.panels import dossier_tasks
from awards.tests.factories import make_dossier, make_round
from awards.tests.test_reorganisation import draft, merge
from danvan.notices.domain import settlements
from danvan.notices.domain.duties import duties_in, owed
from danvan.notices.sources import sources
from danvan.organization.domain.units.reorganisation import confirm
from danvan.organization.enums import Owing, ReorganisationKind
from danvan.organization.models import User
from movements.domain import calls as registrations
from movements.models import RegistrationCall
from tests.factories import make_campaign, make_lead, make_registration, make_staff, make_unit

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 20)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 08:00 +0700", tick=False):
        yield


def opened(**fields):
    planned = make_round(**{"state": "draft", "owed_by": Owing.ALL, "due_on": DUE, **fields})
    return rounds.open_round(round=planned, actor=make_staff())


def called():
    return dict(NominationCall.objects.values_list("unit", "due_on"))


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_an_open_round_calls_its_units_once_and_again_who_came_since():
    units = [make_unit(), make_unit()]
    round = opened(owed_by=Owing.CHOSEN)
    round.units.set(units[:1])
    assert calls.call_units(round=round) == 1
    rounds.close_round(round=round, actor=make_staff())
    round.units.set(units)
    calls.call_all()
    assert called() == {units[0].pk: DUE}
    rounds.open_round(round=AwardRound.objects.get(), actor=make_staff())
    assert called() == dict.fromkeys([unit.pk for unit in units], DUE)
    assert [str(sources()[code].label) for code in STEPS] == [
        "hồ sơ đề nghị khen thưởng",
        "hồ sơ đề nghị khen thưởng cần bổ sung",
    ]


@pytest.mark.parametrize("state", DossierState.values)
def test_a_call_is_answered_by_a_dossier_that_was_sent(state):
    unit = make_unit()
    round = opened()
    call = NominationCall.objects.get(unit=unit)
    dossier = make_dossier(unit, round, state=state, supplement_due_on=DUE if state == DossierState.RETURNED else None)
    found = duties_in(CALL, [call.pk])
    assert {pk: duty.url for pk, duty in found.items()} == (
        {call.pk: f"/admin/awards/dossier/{dossier.pk}/change/"} if state == DossierState.DRAFT else {}
    )
    assert set(duties_in(RETURNED_DOSSIER, [dossier.pk])) == ({dossier.pk} if state == DossierState.RETURNED else set())


def test_the_start_page_asks_only_whom_the_round_addresses():
    unit, other, staff = make_unit(), make_unit(), make_staff()
    lead, stranger = make_lead(unit), make_lead(other)
    round = opened(owed_by=Owing.CHOSEN)
    round.units.set([unit])
    calls.call_units(round=round)
    call = NominationCall.objects.get()
    later = DUE + timedelta(days=3)
    settlements.extend(code=CALL, object_ids=[call.pk], actor=staff, new_due_on=later, reason="Bão")
    assert [(task.title, task.due_on) for task in dossier_tasks(fresh(lead))] == [(f"Lập hồ sơ: {round}", later)]
    assert list(dossier_tasks(fresh(stranger))) == []
    settlements.receive(code=CALL, object_ids=[call.pk], actor=staff, channel="paper", arrived_on=date(2026, 11, 20))
    assert list(dossier_tasks(fresh(lead))) == []
    AwardRound.objects.update(owed_by=Owing.NOBODY)
    assert len(list(dossier_tasks(fresh(stranger)))) == 1


# --- reorganisations --------------------------------------------------------------------------------------------------


def test_of_the_calls_of_merged_units_one_goes_on_until_the_latest_day():
    staff, one, two, new = make_staff(), make_unit(), make_unit(), make_unit()
    round, movement = opened(owed_by=Owing.CHOSEN), make_campaign(owed_by=Owing.CHOSEN, registration_closes=DUE)
    for asked, call_units in ((round, calls.call_units), (movement, registrations.call_units)):
        asked.units.set([one, two])
        call_units(**{"round" if asked is round else "campaign": asked})
    NominationCall.objects.filter(unit=two).update(due_on=DUE + timedelta(days=5))
    make_registration(two, campaign=movement, state="submitted")
    confirm(obj=merge([one, two], new), actor=staff)
    assert called() == {new.pk: DUE + timedelta(days=5)}
    assert list(RegistrationCall.objects.values_list("unit", flat=True)) == [new.pk]
    assert not owed("movements.registration").exists()  # what one of them sent went along
    assert set(round.units.all()) == set(movement.units.all()) == {new}
    calls.call_all()
    registrations.call_all()
    assert (NominationCall.objects.count(), RegistrationCall.objects.count()) == (1, 1)


def test_what_was_answered_for_good_stays_and_the_successor_is_not_asked_again():
    staff, old, new = make_staff(), make_unit(), make_unit()
    round = opened(due_on=DUE)
    NominationCall.objects.exclude(unit=old).delete()
    make_dossier(old, round, state=DossierState.CONCLUDED)
    confirm(obj=merge([old], new), actor=staff)
    assert NominationCall.objects.get().unit == old
    calls.call_all()
    assert not owed(CALL).filter(unit=new).exists()


@pytest.mark.parametrize("kind", [ReorganisationKind.DISSOLVE, ReorganisationKind.SPLIT])
def test_a_call_ends_with_its_unit_and_the_parts_of_a_split_are_called_anew(kind):
    staff, old = make_staff(), make_unit()
    opened()
    NominationCall.objects.exclude(unit=old).delete()
    parts = [make_unit(), make_unit()] if kind == ReorganisationKind.SPLIT else []
    confirm(obj=draft(kind, [old], parts), actor=staff)
    assert called() == {}
    calls.call_all()
    assert {part.pk for part in parts} <= set(called())
    assert old.pk not in called()
