"""The end of a dossier: all results at once, in one message to its unit."""

import pytest
from django.urls import reverse

from awards.domain.appraisal import reconsider, refuse
from awards.domain.dossiers import conclude_dossier
from awards.enums import DecisionState, DossierState, NominationState
from awards.models import Dossier, Nomination
from awards.tests.factories import issue, make_decision, make_dossier, make_nomination
from danvan.mail.models import OutgoingMail
from danvan.notices.models import InboxMessage
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused
from tests.factories import logged_in, make_clerk, make_lead, make_leader, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]
APPROVED, REFUSED = NominationState.APPROVED, NominationState.REFUSED


@pytest.fixture
def lead():
    return make_lead(make_unit("Đảng ủy xã Ea Kao"))


@pytest.fixture
def dossier(lead):
    return make_dossier(lead.memberships.get().unit)


def test_a_decision_concludes_what_is_settled_and_each_unit_is_told_once(dossier, lead):
    rows = [
        make_nomination(dossier, "Y Biêr Niê", APPROVED),
        make_nomination(dossier, "Trần Thị Lan", REFUSED),
        make_nomination(dossier, team="Tổ dân vận Buôn Tơng Jú", state=APPROVED),
    ]
    other = make_lead()
    elsewhere = make_nomination(make_dossier(other.memberships.get().unit), "Lê Văn An", APPROVED)
    make_decision([rows[0], rows[2], elsewhere], DecisionState.ISSUED)
    message = InboxMessage.objects.get(recipient=lead)
    assert message.title == f"Kết quả xét hồ sơ: {dossier.round}"
    assert message.body.splitlines() == [
        "Được khen thưởng: Tổ dân vận Buôn Tơng Jú.",
        "Không duyệt: Trần Thị Lan. Lý do: Chưa đủ thời gian công tác.",
        "Được khen thưởng: Y Biêr Niê.",
    ]
    assert message.url == reverse("admin:awards_dossier_change", args=[dossier.pk])
    assert InboxMessage.objects.get(recipient=other).body == "Được khen thưởng: Lê Văn An."
    assert OutgoingMail.objects.count() == 2


def test_a_dossier_with_nothing_approved_is_concluded_by_an_officer(dossier, lead):
    make_nomination(dossier, "Trần Thị Lan", REFUSED)
    client = logged_in(make_staff())
    page = client.get(reverse("admin:awards_dossier_change", args=[dossier.pk]))
    assert "conclude" in [transition.action for transition in page.context["transitions"]]
    assert not InboxMessage.objects.exists()
    client.post(reverse("admin:awards_dossier_transition", args=[dossier.pk, "conclude"]), {"sent": "1"})
    dossier.refresh_from_db()
    assert dossier.state == DossierState.CONCLUDED
    assert InboxMessage.objects.get(recipient=lead).body == (
        "Không duyệt: Trần Thị Lan. Lý do: Chưa đủ thời gian công tác."
    )
    client.post(reverse("admin:awards_dossier_transition", args=[dossier.pk, "conclude"]), {"sent": "1"})
    assert InboxMessage.objects.count() == 1


def test_the_last_result_may_come_after_the_decision(dossier, lead):
    late = make_nomination(dossier, "Lê Văn Chờ", NominationState.APPRAISED)
    make_decision([make_nomination(dossier, "Y Biêr Niê", APPROVED)], DecisionState.ISSUED)
    dossier.refresh_from_db()
    with pytest.raises(Refused):
        conclude_dossier(dossier=dossier, actor=make_staff())
    refuse(nominations=[late], actor=make_leader(), reason="Trùng thành tích.")
    assert not InboxMessage.objects.exists()
    conclude_dossier(dossier=dossier, actor=make_staff())
    assert InboxMessage.objects.get().body.splitlines() == [
        "Không duyệt: Lê Văn Chờ. Lý do: Trùng thành tích.",
        "Được khen thưởng: Y Biêr Niê.",
    ]


@pytest.mark.parametrize("state", [NominationState.PROPOSED, NominationState.APPRAISED, APPROVED])
def test_what_still_waits_keeps_the_dossier_open(dossier, state):
    make_nomination(dossier, state=REFUSED)
    make_nomination(dossier, state=state)
    with pytest.raises(Refused) as caught:
        conclude_dossier(dossier=dossier, actor=make_staff())
    assert str(caught.value) == "Còn đề nghị trong hồ sơ chưa có kết quả."
    assert Dossier.objects.get().state == DossierState.RECEIVED
    assert not InboxMessage.objects.exists()


def test_an_empty_dossier_is_not_concluded(dossier):
    with pytest.raises(Refused):
        conclude_dossier(dossier=dossier, actor=make_staff())


@pytest.mark.parametrize("make_actor", [make_clerk, make_leader, make_lead])
def test_only_an_officer_concludes(dossier, make_actor):
    make_nomination(dossier, state=REFUSED)
    with pytest.raises(NotAllowed):
        conclude_dossier(dossier=dossier, actor=make_actor())
    assert Dossier.objects.get().state == DossierState.RECEIVED


def test_nothing_is_told_when_issuing_fails(dossier, lead):
    decision = make_decision([make_nomination(dossier, state=APPROVED)], DecisionState.AWAITING_NUMBER)
    issue(decision, "12")
    with pytest.raises(ChangedMeanwhile):
        issue(decision, "13", issued_on=decision.round.due_on)
    assert InboxMessage.objects.count() == 1


def test_a_row_as_read_before_its_dossier_was_concluded_is_not_reconsidered(dossier):
    row = make_nomination(dossier, state=REFUSED)
    as_read = Nomination.objects.select_related("dossier").get(pk=row.pk)
    conclude_dossier(dossier=dossier, actor=make_staff())
    with pytest.raises(Refused):
        reconsider(nomination=as_read, actor=make_leader(), reason="Xem lại.")
    row.refresh_from_db()
    assert row.state == REFUSED
