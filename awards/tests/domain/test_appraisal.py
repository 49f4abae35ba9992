from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from awards.domain.appraisal import appraise, approve, earlier_of, prospects, reconsider, record_slip, refuse
from awards.domain.decisions import forward_decision
from awards.enums import DecisionState, NominationState
from awards.models import ApprovalSlip, Nomination
from awards.tests.factories import PDF, make_decision, make_dossier, make_nomination, make_round
from danvan.documents.models import StoredFile
from danvan.history.models import Activity
from danvan.notices.models import InboxMessage
from danvan.workflow import NotAllowed, Refused
from tests.factories import make_clerk, make_lead, make_leader, make_person, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


def slip_of(actor, **words):
    scan = SimpleUploadedFile("Phiếu trình.pdf", PDF)
    words = {"number": "03-PT", "signed_on": date(2016, 1, 4), "leader_name": "Nguyễn Thị Ánh", "upload": scan, **words}
    return record_slip(actor=actor, **words)


@pytest.fixture
def appraised():
    return make_nomination(state=NominationState.APPRAISED)


def test_appraising_keeps_what_the_unit_does_not_see():
    nomination = make_nomination()
    appraise(nomination=nomination, actor=make_staff(), recommendation="no", score=55.5, note="Trùng thành tích.")
    nomination.refresh_from_db()
    assert (nomination.state, nomination.recommendation, str(nomination.score), nomination.internal_note) == (
        "appraised",
        "no",
        "55.5",
        "Trùng thành tích.",
    )
    appraise(nomination=nomination, actor=make_staff(), recommendation="yes")
    assert (nomination.recommendation, nomination.score, nomination.internal_note) == ("yes", None, "")


def test_a_leader_approves_by_login(appraised, in_january):
    leader = make_leader(full_name="Y Biêr Niê")
    approve(nominations=[appraised], actor=leader)
    assert (
        appraised.state,
        appraised.approved_via,
        appraised.approved_by,
        appraised.approved_for,
        appraised.approved_on,
        appraised.slip,
    ) == ("approved", "login", leader, "Y Biêr Niê", in_january, None)


def test_an_officer_records_the_signed_slip(appraised):
    staff = make_staff()
    slip = slip_of(staff)
    approve(nominations=[appraised], actor=staff, slip=slip)
    assert (
        appraised.state,
        appraised.approved_via,
        appraised.approved_by,
        appraised.approved_for,
        appraised.approved_on,
        appraised.slip,
    ) == ("approved", "slip", staff, "Nguyễn Thị Ánh", date(2016, 1, 4), slip)
    assert slip.file.unit is None
    assert not StoredFile.objects.visible_to(make_lead(appraised.dossier.unit)).exists()


@pytest.mark.parametrize("deed", [approve, lambda **words: refuse(reason="Lý do", **words)])
def test_an_officer_without_a_slip_does_not_speak_for_the_leader(appraised, deed):
    with pytest.raises(Refused):
        deed(nominations=[appraised], actor=make_staff())
    appraised.refresh_from_db()
    assert appraised.state == "appraised"


@pytest.mark.parametrize("make_actor", [make_clerk, make_lead])
def test_others_do_not_approve_even_with_a_slip(appraised, make_actor):
    slip = slip_of(make_staff())
    with pytest.raises(NotAllowed):
        approve(nominations=[appraised], actor=make_actor(), slip=slip)
    with pytest.raises(NotAllowed):
        slip_of(make_actor())
    appraised.refresh_from_db()
    assert appraised.state == "appraised"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"signed_on": date(2016, 1, 7)}, "signed_on"),
        ({"upload": SimpleUploadedFile("a.pdf", b"")}, "scan"),
        ({"upload": SimpleUploadedFile("a.exe", b"MZ")}, "scan"),
    ],
)
def test_a_slip_needs_a_date_that_has_come_and_a_scan(words, field):
    with pytest.raises(ValidationError) as caught:
        slip_of(make_staff(), **words)
    assert list(caught.value.message_dict) == [field]
    assert not ApprovalSlip.objects.exists()


def test_the_database_takes_no_approval_without_the_leaders_word(appraised):
    with pytest.raises(IntegrityError):
        Nomination.objects.filter(pk=appraised.pk).update(state="approved")


def test_all_or_none(appraised):
    proposed = make_nomination()
    with pytest.raises(Refused):
        approve(nominations=[appraised, proposed], actor=make_leader())
    appraised.refresh_from_db()
    assert appraised.state == "appraised"


def test_a_refusal_is_kept_with_its_reason_and_told_to_nobody_yet(appraised):
    make_lead(appraised.dossier.unit)
    refuse(nominations=[appraised], actor=make_leader(), reason="Chưa đủ thời gian công tác.")
    assert (appraised.state, appraised.refusal_reason) == ("refused", "Chưa đủ thời gian công tác.")
    assert Activity.objects.of(appraised).first().reason == "Chưa đủ thời gian công tác."
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize("state", [NominationState.APPROVED, NominationState.REFUSED])
def test_reconsidering_clears_the_leaders_word(state):
    nomination = make_nomination(state=state)
    reconsider(nomination=nomination, actor=make_leader(), reason="Có ý kiến phản ánh.")
    assert (
        nomination.state,
        nomination.approved_via,
        nomination.approved_by,
        nomination.approved_on,
        nomination.refusal_reason,
    ) == ("appraised", "", None, None, "")


def test_a_row_as_read_before_its_decision_was_forwarded_is_not_reconsidered():
    """What the officer saw was a draft; the paper was signed with the row since."""
    row = make_nomination(state=NominationState.APPROVED)
    decision = make_decision([row])
    as_read = Nomination.objects.select_related("decision").get()
    forward_decision(decision=decision, actor=make_staff())
    with pytest.raises(Refused):
        reconsider(nomination=as_read, actor=make_staff(), reason="Xem lại.")
    row.refresh_from_db()
    assert (row.state, row.decision) == (NominationState.APPROVED, decision)


def test_reconsidering_takes_the_row_out_of_a_draft():
    nomination = make_nomination(state=NominationState.APPROVED)
    decision = make_decision([nomination])
    nomination.refresh_from_db()
    reconsider(nomination=nomination, actor=make_leader(), reason="Có ý kiến phản ánh.")
    assert not decision.nominations.exists()


# --- one achievement, one reward (R1) ---------------------------------------------------------------------------------


@pytest.fixture
def again():
    """A person commended for 2015, appraised in a second round for the same year."""
    first = make_nomination(full_name="Trần Thị Lan", state=NominationState.APPROVED)
    make_decision([first], DecisionState.ISSUED)
    dossier = make_dossier(first.dossier.unit, round=make_round())
    return make_nomination(dossier, "Trần Thị Lan", NominationState.APPRAISED)


def test_staff_see_what_the_subject_was_given_before(again):
    assert [row.decision_number for row in earlier_of([again])[again.pk]] == ["12-QĐ/BDVTU"]
    (prospect,) = prospects(nominations=[again], action="approve", actor=make_leader())
    assert (prospect.obstacle, "12-QĐ/BDVTU" in prospect.warning) == ("", True)


def test_a_second_reward_needs_the_leaders_reason(again):
    with pytest.raises(Refused) as caught:
        approve(nominations=[again], actor=make_leader())
    assert "12-QĐ/BDVTU" in str(caught.value)
    approve(nominations=[again], actor=make_leader(), override_reason="Khen thành tích khác.")
    assert again.state == "approved"
    assert Activity.objects.of(again).first().reason == "Khen thành tích khác."


def test_a_namesake_a_later_period_and_a_sample_do_not_count(again):
    person = make_person(again.dossier.unit, "Trần Thị Lan", birth_year=1999)
    namesake = make_nomination(again.dossier, person=person)
    later = make_round(achievement_from=date(2016, 1, 1), achievement_to=date(2016, 12, 31), year=2016)
    next_year = make_nomination(make_dossier(again.dossier.unit, round=later), person=again.person)
    sample = make_nomination(make_dossier(is_sample=True), full_name="Lê Văn Mẫu", state=NominationState.APPROVED)
    make_decision([sample], DecisionState.AWAITING_NUMBER)
    found = prospects(nominations=[namesake, next_year], action="approve", actor=make_leader())
    assert [prospect.warning for prospect in found] == ["", ""]
    assert earlier_of([namesake])[namesake.pk] == []


def test_prospects_name_each_obstacle(appraised):
    proposed, lead = make_nomination(), make_lead(appraised.dossier.unit)
    leader = make_leader()
    found = prospects(nominations=[appraised, proposed], action="approve", actor=leader)
    assert [prospect.obstacle for prospect in found] == ["", "Đang ở trạng thái “đơn vị đề nghị”."]
    found = prospects(nominations=[appraised], action="approve", actor=lead)
    assert [prospect.obstacle for prospect in found] == [str(NotAllowed())]


def test_prospects_cost_the_same_for_one_and_three(django_assert_num_queries):
    rows = [make_nomination(state=NominationState.APPRAISED) for _ in range(3)]
    leader = make_leader()
    leader.active_memberships  # noqa: B018 - read before counting
    for number in (1, 3):
        chosen = Nomination.objects.filter(pk__in=[row.pk for row in rows[:number]]).select_related("dossier", "round")
        with django_assert_num_queries(5):
            prospects(nominations=chosen, action="approve", actor=leader)
