"""Each function of the domain asks for itself whether its actor may: the screens in front of it may fail."""

from datetime import date

import pytest

from awards.domain import appraisal, decisions, dossiers, layouts, nominations, register, rounds
from awards.enums import DecisionState, DossierState, NominationState, Recommendation, RoundState
from awards.tests.factories import (
    ACHIEVEMENT,
    make_decision,
    make_dossier,
    make_nomination,
    make_round,
)
from danvan.workflow import NotAllowed
from tests.factories import make_clerk, make_collective, make_lead, make_leader, make_person, make_staff, make_unit
from tests.foreign_actor import assert_refused, deeds_of, strangers, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


def staff(unit):
    return make_staff()


def clerk(unit):
    return make_clerk()


def leader(unit):
    return make_leader()


def draft(unit):
    return make_dossier(unit, make_round(), state=DossierState.DRAFT)


def draft_with_rows(unit):
    dossier = draft(unit)
    make_nomination(dossier)
    return dossier


def received(unit):
    return make_dossier(unit, make_round())


def submitted(unit):
    return make_dossier(unit, make_round(), state=DossierState.SUBMITTED)


def refused_dossier(unit):
    dossier = received(unit)
    make_nomination(dossier, state=NominationState.REFUSED)
    return dossier


def paper(unit):
    return dossiers.attach_paper(dossier=draft(unit), kind="report", upload=upload(), actor=make_lead(unit))


def nominated(state):
    return lambda unit: make_nomination(received(unit), state=state)


def given_before(unit):
    """An appraised nomination of somebody who was commended for the same time, as no stranger may learn."""
    person = make_person(unit)
    earlier = make_nomination(make_dossier(unit, make_round()), person=person, state=NominationState.APPROVED)
    make_decision([earlier], DecisionState.ISSUED)
    return make_nomination(make_dossier(unit, make_round()), person=person, state=NominationState.APPRAISED)


def decided(state):
    def make(unit):
        return make_decision([make_nomination(received(unit), state=NominationState.APPROVED)], state)

    return make


def empty_decision(unit):
    return make_nomination(received(unit), state=NominationState.APPROVED), make_decision()


def slip(actor, **words):
    words = {"number": "3", "signed_on": date(2016, 1, 5), "leader_name": "Nguyễn Thị Ánh", **words}
    return appraisal.record_slip(upload=upload(), actor=actor, **words)


def on(function, name, make_row, who_may, /, **words):
    """``(row of a unit, deed(row, actor), who may)``"""
    return make_row, lambda row, actor: function(**{name: row}, actor=actor, **words), who_may


DEEDS = {
    "rounds.open_round": on(rounds.open_round, "round", lambda unit: make_round(state=RoundState.DRAFT), staff),
    "rounds.close_round": on(rounds.close_round, "round", lambda unit: make_round(), staff),
    "dossiers.require_writable": on(dossiers.require_writable, "dossier", draft, make_lead),
    "dossiers.attach_paper": (
        draft,
        lambda row, actor: dossiers.attach_paper(dossier=row, kind="report", upload=upload(), actor=actor),
        make_lead,
    ),
    "dossiers.detach_paper": on(dossiers.detach_paper, "paper", paper, make_lead),
    "dossiers.submit_dossier": on(dossiers.submit_dossier, "dossier", draft_with_rows, make_lead),
    "dossiers.receive_dossier": on(dossiers.receive_dossier, "dossier", submitted, staff),
    "dossiers.return_dossier": on(
        dossiers.return_dossier, "dossier", submitted, staff, reason="Vì", supplement_due_on=date(2016, 1, 20)
    ),
    "dossiers.conclude_dossier": on(dossiers.conclude_dossier, "dossier", refused_dossier, staff),
    "nominations.nominate_person": on(
        nominations.nominate_person, "dossier", draft, make_lead, full_name="Y Thông", achievement=ACHIEVEMENT
    ),
    "nominations.nominate_person known": (
        lambda unit: make_person(unit) and draft(unit),
        lambda row, actor: nominations.nominate_person(
            dossier=row, person=row.unit.people.get(), achievement=ACHIEVEMENT, actor=actor
        ),
        make_lead,
    ),
    "nominations.nominate_collective": on(
        nominations.nominate_collective, "dossier", draft, make_lead, name="Tổ dân vận", achievement=ACHIEVEMENT
    ),
    "nominations.nominate_collective unit": (
        draft,
        lambda row, actor: nominations.nominate_collective(
            dossier=row, unit=row.unit, achievement=ACHIEVEMENT, actor=actor
        ),
        make_lead,
    ),
    "nominations.withdraw_nomination": on(
        nominations.withdraw_nomination, "nomination", lambda unit: make_nomination(draft(unit)), make_lead
    ),
    "nominations.find_or_make_person": on(
        nominations.find_or_make_person, "unit", lambda unit: unit, make_lead, full_name="Y Thông"
    ),
    "nominations.find_or_make_person known": (
        lambda unit: make_person(unit, "Y Thông"),
        lambda row, actor: nominations.find_or_make_person(unit=row.unit, full_name="Y Thông", actor=actor),
        make_lead,
    ),
    "nominations.find_or_make_collective": on(
        nominations.find_or_make_collective, "unit", lambda unit: unit, make_lead, name="Tổ dân vận"
    ),
    "nominations.find_or_make_collective known": (
        lambda unit: make_collective(unit, "Tổ dân vận"),
        lambda row, actor: nominations.find_or_make_collective(unit=row.unit, name="Tổ dân vận", actor=actor),
        make_lead,
    ),
    "appraisal.appraise": on(
        appraisal.appraise, "nomination", nominated(NominationState.PROPOSED), staff, recommendation=Recommendation.YES
    ),
    "appraisal.record_slip": (lambda unit: unit, lambda row, actor: slip(actor), staff),
    "appraisal.approve": (
        nominated(NominationState.APPRAISED),
        lambda row, actor: appraisal.approve(nominations=[row], actor=actor),
        leader,
    ),
    "appraisal.approve given before": (
        given_before,
        lambda row, actor: appraisal.approve(nominations=[row], actor=actor),
        None,
    ),
    "appraisal.refuse": (
        nominated(NominationState.APPRAISED),
        lambda row, actor: appraisal.refuse(nominations=[row], actor=actor, reason="Vì"),
        leader,
    ),
    "appraisal.reconsider": on(
        appraisal.reconsider, "nomination", nominated(NominationState.APPROVED), staff, reason="Vì"
    ),
    "decisions.gather": (
        empty_decision,
        lambda row, actor: decisions.gather(decision=row[1], nominations=[row[0]], actor=actor),
        staff,
    ),
    "decisions.release": (
        decided(DecisionState.DRAFTING),
        lambda row, actor: decisions.release(decision=row, nominations=list(row.nominations.all()), actor=actor),
        staff,
    ),
    "decisions.forward_decision": on(decisions.forward_decision, "decision", decided(DecisionState.DRAFTING), staff),
    "decisions.rework_decision": on(
        decisions.rework_decision, "decision", decided(DecisionState.AWAITING_NUMBER), staff, reason="Vì"
    ),
    "decisions.issue_decision": on(
        decisions.issue_decision,
        "decision",
        decided(DecisionState.AWAITING_NUMBER),
        clerk,
        number="12",
        issued_on=date(2016, 1, 6),
    ),
    "decisions.attach_signed_copy": (
        decided(DecisionState.ISSUED),
        lambda row, actor: decisions.attach_signed_copy(decision=row, upload=upload(), actor=actor),
        clerk,
    ),
}

ANSWER_ONLY = {
    "appraisal.prospects",  # tells what a deed would meet: see below
    "dossiers.is_writable",  # of the state alone, for who has made sure of the right
    "nominations.may_change",
    "nominations.may_withdraw",
}


def test_no_deed_is_forgotten():
    known = set(deeds_of(appraisal, decisions, dossiers, layouts, nominations, register, rounds))
    assert {name.split()[0] for name in DEEDS} == known - ANSWER_ONLY


@pytest.mark.parametrize("name", DEEDS)
def test_the_deed_is_refused_to_strangers(name):
    make_row, deed, who_may = DEEDS[name]
    unit = make_unit()
    row = make_row(unit)
    assert_refused(lambda actor: deed(row, actor), unit)
    if who_may:
        deed(row, who_may(unit))


def test_a_slip_does_not_open_what_is_hidden():
    """An approval on a slip asks for the right before it looks at what was given before."""
    unit = make_unit()
    row, recorded = given_before(unit), slip(make_staff())
    assert_refused(lambda actor: appraisal.approve(nominations=[row], actor=actor, slip=recorded), unit)


def test_a_prospect_tells_strangers_that_they_may_not():
    unit = make_unit()
    row = make_nomination(received(unit), state=NominationState.APPRAISED)
    for actor in strangers(unit):
        (prospect,) = appraisal.prospects(nominations=[row], action="approve", actor=actor)
        assert prospect.obstacle == str(NotAllowed())
