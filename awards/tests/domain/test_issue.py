"""Issuing a decision: its number, the register, and two clerks at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from awards.domain.decisions import (
    attach_signed_copy,
    forward_decision,
    gather,
    issue_decision,
    release,
    rework_decision,
)
from awards.enums import DecisionState, DossierState, NominationState
from awards.models import Commendation, Decision, Nomination
from awards.tests.factories import (
    PDF,
    issue,
    make_decision,
    make_dossier,
    make_letterhead,
    make_nomination,
    make_round,
)
from danvan.documents.domain.numbering import void_number
from danvan.documents.models import DocumentNumber
from danvan.history.models import Activity
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused
from tests.factories import make_clerk, make_lead, make_leader, make_person, make_staff, make_unit

pytestmark = pytest.mark.usefixtures("in_january")

APPROVED, REFUSED = NominationState.APPROVED, NominationState.REFUSED


@pytest.fixture
def awaiting(db):
    return make_decision([make_nomination(state=APPROVED)], DecisionState.AWAITING_NUMBER)


def deed(decision, **words):
    return {"decision": decision, "number": "12", "issued_on": date(2016, 1, 6), "actor": make_clerk(), **words}


# --- gathering --------------------------------------------------------------------------------------------------------


def test_only_free_approved_rows_of_the_round_are_gathered(db):
    free = make_nomination(state=APPROVED)
    taken = make_nomination(state=APPROVED)
    make_decision([taken])
    decision = make_decision()
    others = [taken, make_nomination(), make_nomination(state=REFUSED)]
    others.append(make_nomination(make_dossier(round=make_round()), state=APPROVED))
    for row in others:
        with pytest.raises(ChangedMeanwhile):
            gather(decision=decision, nominations=[free, row], actor=make_staff())
        assert not decision.nominations.exists()
    gather(decision=decision, nominations=[free], actor=make_staff())
    assert list(decision.nominations.all()) == [free]
    release(decision=decision, nominations=[free], actor=make_staff())
    assert not decision.nominations.exists()
    assert [a.action for a in Activity.objects.of(free)][:2] == ["nomination.release", "nomination.gather"]


def test_rows_are_fixed_once_the_clerk_has_the_decision(awaiting):
    row, free = awaiting.nominations.get(), make_nomination(state=APPROVED)
    with pytest.raises(Refused):
        gather(decision=awaiting, nominations=[free], actor=make_staff())
    with pytest.raises(Refused):
        release(decision=awaiting, nominations=[row], actor=make_staff())
    rework_decision(decision=awaiting, actor=make_clerk(), reason="Sai tên.")
    gather(decision=awaiting, nominations=[free], actor=make_staff())
    assert awaiting.nominations.count() == 2


@pytest.mark.parametrize("make_actor", [make_leader, make_lead])
def test_who_may_not_change_a_decision_gathers_nothing(db, make_actor):
    with pytest.raises(NotAllowed):
        gather(decision=make_decision(), nominations=[make_nomination(state=APPROVED)], actor=make_actor())


# --- issuing ----------------------------------------------------------------------------------------------------------


def test_forty_rows_reach_the_register(db):
    """The seed's story: 18 collectives and 25 individuals nominated, 1 and 2 refused, 17 and 23 commended."""
    round = make_round()
    dossiers = [make_dossier(round=round) for _ in range(3)]
    rows = [
        make_nomination(dossiers[i % 3], state=APPROVED if i else REFUSED, team=f"Tổ dân vận {i}") for i in range(17)
    ]
    rows.append(make_nomination(dossiers[0], state=APPROVED, unit=dossiers[0].unit))
    rows += [make_nomination(dossiers[i % 3], f"Cá Nhân {i}", APPROVED if i > 1 else REFUSED) for i in range(25)]
    decision = make_decision([row for row in rows if row.state == APPROVED], DecisionState.ISSUED)

    register = Commendation.objects.in_register_order()
    assert [row.register_number for row in register] == list(range(1, 41))
    assert {row.register_year for row in register} == {2016}
    assert [row.kind for row in register] == ["collective"] * 17 + ["individual"] * 23
    assert set(register.values_list("nomination", flat=True)) == {row.pk for row in rows if row.state == APPROVED}
    assert Nomination.objects.filter(state="commended").count() == 40
    assert Nomination.objects.filter(state="refused").count() == 3
    assert {dossier.refresh_from_db() or dossier.state for dossier in dossiers} == {DossierState.CONCLUDED}
    assert (decision.state, decision.number_text, str(decision.issued_on)) == ("issued", "12-QĐ/BDVTU", "2016-01-06")
    assert Activity.objects.filter(action="nomination.commend").count() == 40


def test_every_printed_word_is_copied(db):
    unit = make_unit("Đảng ủy xã Ea Kao")
    person = make_person(unit, "Y Biêr Niê", salutation="mr", post="Trưởng buôn")
    row = make_nomination(make_dossier(unit), person=person, state=APPROVED)
    decision = make_decision(
        [row], DecisionState.AWAITING_NUMBER, signer_mark="KT", signs_for="Trưởng Ban", signer_post="Phó Trưởng Ban"
    )
    issue_decision(**deed(decision, signer_name="Hồ Thị Lan"))
    for table in (type(unit), type(person), type(row.round.form), type(decision.letterhead)):
        for changed in table.objects.all():
            for name in ("name", "full_name", "post"):
                if hasattr(changed, name):
                    setattr(changed, name, "Tên mới")
            changed.save()
    line = Commendation.objects.get()
    assert {name: getattr(line, name) for name in (
        "salutation", "name", "post", "unit_name", "achievement", "form_name", "occasion", "issuer", "deciding",
        "decision_number", "place", "signing", "signer_name", "year",
    )} == {
        "salutation": "Ông",
        "name": "Y Biêr Niê",
        "post": "Trưởng buôn",
        "unit_name": "Đảng ủy xã Ea Kao",
        "achievement": row.achievement,
        "form_name": "Giấy khen",
        "occasion": "Tổng kết công tác dân vận năm 2015",
        "issuer": "Ban Dân vận Tỉnh ủy Đắk Lắk",
        "deciding": "Ban Dân vận Tỉnh ủy Đắk Lắk",
        "decision_number": "12-QĐ/BDVTU",
        "place": "Đắk Lắk",
        "signing": "K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN",
        "signer_name": "Hồ Thị Lan",
        "year": 2015,
    }  # fmt: skip
    assert (line.unit, line.person, line.nomination, line.decision) == (unit, person, row, decision)


@pytest.mark.parametrize(("subject", "unit_name"), [({"team": "Tổ dân vận"}, "Xã Ea Kao"), ({}, "")])
def test_a_unit_stands_beside_its_team_but_not_beside_itself(db, subject, unit_name):
    dossier = make_dossier(make_unit("Xã Ea Kao"))
    row = make_nomination(dossier, state=APPROVED, **(subject or {"unit": dossier.unit}))
    make_decision([row], DecisionState.ISSUED)
    line = Commendation.objects.get()
    assert (line.salutation, line.unit_name, line.unit) == ("Tập thể", unit_name, dossier.unit)


def test_samples_are_numbered_apart(db):
    sample = make_nomination(make_dossier(is_sample=True), state=APPROVED)
    make_decision([sample], DecisionState.ISSUED)
    real = make_nomination(make_dossier(), state=APPROVED)
    issue(make_decision([real], DecisionState.AWAITING_NUMBER), "13")
    assert list(Commendation.objects.order_by("is_sample").values_list("is_sample", "register_number")) == [
        (False, 1),
        (True, 1),
    ]


def test_a_dossier_with_an_open_row_is_not_concluded(db):
    dossier = make_dossier()
    make_nomination(dossier, state=NominationState.APPRAISED)
    make_decision([make_nomination(dossier, state=APPROVED)], DecisionState.ISSUED)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RECEIVED


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "0"}, "number"),
        ({"number": "mười hai"}, "number"),
        ({"number": "12-QĐ/UBND"}, "number"),
        ({"issued_on": date(2016, 1, 7)}, "issued_on"),
        ({"issued_on": date(2016, 1, 5)}, "issued_on"),
    ],
)
def test_a_bad_number_or_date_is_refused_at_its_field(awaiting, words, field):
    with pytest.raises(ValidationError) as caught:
        issue_decision(**deed(awaiting, **words))
    assert list(caught.value.message_dict) == [field]
    nothing_happened(awaiting)


def test_the_issuer_must_have_been_in_use_that_day(db):
    round = make_round(letterhead=make_letterhead(valid_to=date(2016, 1, 5)))
    row = make_nomination(make_dossier(round=round), state=APPROVED)
    decision = make_decision([row], DecisionState.AWAITING_NUMBER)
    with pytest.raises(ValidationError) as caught:
        issue_decision(**deed(decision))
    assert list(caught.value.message_dict) == ["issued_on"]


def test_the_first_day_is_that_of_the_last_approval(awaiting):
    Nomination.objects.update(approved_on=date(2016, 1, 4))
    assert issue_decision(**deed(awaiting, issued_on=date(2016, 1, 4))).issued_on == date(2016, 1, 4)


def test_a_number_in_the_book_names_its_holder(awaiting):
    void_number(
        letterhead=awaiting.letterhead,
        kind="QĐ",
        typed="12",
        issued_on=date(2016, 1, 4),
        reason="Ghi nhầm.",
        actor=make_clerk(),
    )
    with pytest.raises(ValidationError) as caught:
        issue_decision(**deed(awaiting))
    assert "Ghi nhầm." in caught.value.messages[0]
    nothing_happened(awaiting, numbers=1)
    assert issue_decision(**deed(awaiting, number="12a")).number_text == "12a-QĐ/BDVTU"
    assert DocumentNumber.objects.get(suffix="").void_reason == "Ghi nhầm."


@pytest.mark.parametrize("make_actor", [make_staff, make_leader, make_lead])
def test_only_a_clerk_issues(awaiting, make_actor):
    with pytest.raises(NotAllowed):
        issue_decision(**deed(awaiting, actor=make_actor()))
    nothing_happened(awaiting)


def test_a_decision_in_the_wrong_state_takes_no_number(db):
    decision = make_decision([make_nomination(state=APPROVED)])
    with pytest.raises(ChangedMeanwhile):
        issue_decision(**deed(decision))
    assert not DocumentNumber.objects.exists()
    forward_decision(decision=decision, actor=make_staff())
    issue_decision(**deed(decision))
    with pytest.raises(ChangedMeanwhile):
        issue_decision(**deed(decision, number="13"))
    assert DocumentNumber.objects.count() == Commendation.objects.count() == 1


def test_without_rows_nothing_is_issued(awaiting):
    Nomination.objects.update(decision=None)
    with pytest.raises(Refused):
        issue_decision(**deed(awaiting))
    nothing_happened(awaiting)


def nothing_happened(decision, numbers=0):
    decision.refresh_from_db()
    assert (decision.state, decision.number, decision.issued_on) == ("awaiting_number", None, None)
    assert DocumentNumber.objects.count() == numbers
    assert not Commendation.objects.exists()
    assert not Nomination.objects.filter(state="commended").exists()


def test_the_signed_copy_comes_after_issuing(awaiting):
    with pytest.raises(Refused):
        attach_signed_copy(decision=awaiting, upload=SimpleUploadedFile("a.pdf", PDF), actor=make_clerk())
    decision = issue_decision(**deed(awaiting))
    scan = SimpleUploadedFile("Quyết định.pdf", PDF)
    assert attach_signed_copy(decision=decision, upload=scan, actor=make_clerk()).signed_copy.unit is None
    with pytest.raises(NotAllowed):
        attach_signed_copy(decision=decision, upload=scan, actor=make_lead())


# --- at once ----------------------------------------------------------------------------------------------------------


def at_once(*calls):
    """Run *calls* in threads that start together; return what each returned or raised."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(index, call):
        barrier.wait()
        try:
            outcomes[index] = call()
        except (ValidationError, Refused) as error:
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_clerks_with_one_number_for_two_decisions():
    decisions = [make_decision([make_nomination(state=APPROVED)], DecisionState.AWAITING_NUMBER) for _ in range(2)]
    deeds = [deed(decision) for decision in decisions]
    outcomes = at_once(*(lambda words=words: issue_decision(**words) for words in deeds))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Decision", "ValidationError"]
    assert Decision.objects.filter(state="issued").count() == 1
    assert DocumentNumber.objects.count() == Commendation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_with_two_numbers_for_one_decision():
    decision = make_decision([make_nomination(state=APPROVED) for _ in range(3)], DecisionState.AWAITING_NUMBER)
    deeds = [deed(decision, number=number) for number in ("12", "13")]
    outcomes = at_once(*(lambda words=words: issue_decision(**words) for words in deeds))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChangedMeanwhile", "Decision"]
    assert DocumentNumber.objects.count() == 1
    assert sorted(Commendation.objects.values_list("register_number", flat=True)) == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_the_register_has_no_gap_and_no_repeat():
    decisions = [
        make_decision([make_nomination(state=APPROVED) for _ in range(2)], DecisionState.AWAITING_NUMBER)
        for _ in range(3)
    ]
    deeds = [deed(decision, number=str(index)) for index, decision in enumerate(decisions, 12)]
    deeds[1]["number"] = "12"  # one of the first two fails, and gives its register numbers back
    outcomes = at_once(*(lambda words=words: issue_decision(**words) for words in deeds))
    assert sum(isinstance(outcome, Decision) for outcome in outcomes) == 2
    assert sorted(Commendation.objects.values_list("register_number", flat=True)) == [1, 2, 3, 4]
    assert connection.vendor in {"sqlite", "postgresql"}
