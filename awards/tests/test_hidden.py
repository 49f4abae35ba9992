"""What is being weighed leaves no trace on any channel of the unit, and what was told is told on each.

The same requests are asked again after every deed of the Ban. As long as the dossier is not concluded, no answer may
differ by a letter.
"""

import re
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.urls import reverse

from awards.domain import appraisal, decisions, dossiers
from awards.enums import DecisionState, DossierState, NominationState
from awards.models import Dossier
from awards.tests.factories import issue, make_decision, make_dossier, make_nomination
from danvan.access.roles import RIGHTS, Role
from danvan.mail.models import OutgoingMail
from danvan.notices.models import InboxMessage
from tests.factories import logged_in, make_lead, make_leader, make_staff, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

SCORE, NOTE, REASON, AGAIN = "77,5", "Điểm yếu về hồ sơ", "Chưa đủ năm công tác", "Có đơn phản ánh"
LEADER, ABSTRACT = "Hồ Thị Lan Kín", "Về việc dự thảo chưa công bố"
UNITS = (Role.UNIT_LEAD, Role.UNIT_VIEWER)
WEIGHED = (SCORE, NOTE, REASON, AGAIN, LEADER, ABSTRACT)

LIST = "/admin/awards/nomination/"
ASKED = [
    {},
    *({"q": word} for word in ("chua du", "diem yeu", "77", "Trần Thị Số")),
    *({"o": number} for number in ("6", "7", "8", "-6.-7.-8")),
    {"waiting": "appraisal"},
    {"waiting": "approval"},
    {"waiting": "decision"},
    *({"state__exact": state} for state in NominationState),
    {"recommendation__exact": "yes"},
    {"score__gte": "50"},
    {"score__isnull": "0"},
    {"refusal_reason__startswith": "Ch"},
    {"refusal_reason": ""},
    {"decision__isnull": "1"},
    {"decision": "1"},
    {"decision__state__exact": "drafting"},
    {"slip__isnull": "1"},
    {"approved_on__year": "2016"},
    {"internal_note__contains": "yếu"},
    {"dossier__nominations__score__gte": "50"},
    {"version__gte": "2"},
    {"_facets": "1"},
]
OTHER_LISTS = ["awards/dossier/", "awards/commendation/", "awards/awardround/", "notices/inboxmessage/", ""]
CLOSED = ["awards/decision/", "awards/nomination/export/", "history/activity/", "mail/outgoingmail/"]


def requests_about(row):
    """The addresses of every channel by which a unit could learn of *row*."""
    yield from (f"{LIST}?{urlencode(query)}" for query in ASKED)
    yield from (f"/admin/{page}" for page in (*OTHER_LISTS, *CLOSED))
    for obj in (row, row.dossier):
        name = obj._meta.model_name
        for page in ("change", "history", "delete"):
            yield reverse(f"admin:awards_{name}_{page}", args=[obj.pk])
    for page in ("person", "collective"):
        yield reverse(f"admin:awards_dossier_nominate_{page}", args=[row.dossier_id])
    yield reverse("admin:organization_person_change", args=[row.person_id])
    yield reverse("admin:organization_person_delete", args=[row.person_id])
    yield reverse("admin:awards_awardround_change", args=[row.round_id])
    yield reverse("admin:awards_statistics")
    yield f"{LIST}{row.pk}/deed/appraise/"
    yield f"/admin/autocomplete/?{urlencode({'app_label': 'awards', 'model_name': 'nomination', 'field_name': 'slip'})}"


TOKENS = re.compile(r'(name="(?:csrfmiddlewaretoken|_form_key)" value|nonce|data-nonce)="[^"]*"')


def answers(user, row):
    """What *user*, who has just logged in, is answered at each address."""
    client, found = logged_in(user), {}
    for address in requests_about(row):
        response = client.get(address)
        text = TOKENS.sub("", b"".join(response).decode())
        found[address] = response.status_code, response.headers.get("Location", ""), text
    return found


def told(found, words):
    return {(address, word) for address, (_status, _location, text) in found.items() for word in words if word in text}


@pytest.fixture
def row():
    return make_nomination(make_dossier(), "Trần Thị Số Một")


@pytest.fixture
def leader():
    return make_leader(full_name=LEADER)


def deeds_on(row, leader):
    """All that the Ban does before it concludes; says now and then how the row stands."""
    staff = make_staff()

    def appraised(recommendation, score):
        appraisal.appraise(
            nomination=row, actor=staff, recommendation=recommendation, score=score, note=NOTE, reason=AGAIN
        )

    appraised("no", None)
    appraised("yes", 77.5)
    yield "appraised"
    appraisal.refuse(nominations=[row], actor=leader, reason=REASON)
    yield "refused"
    appraisal.reconsider(nomination=row, actor=leader, reason=AGAIN)
    appraisal.approve(nominations=[row], actor=leader, override_reason=AGAIN)
    decision = make_decision([row], abstract=ABSTRACT)
    yield "in a decision"
    decisions.forward_decision(decision=decision, actor=staff)
    decisions.rework_decision(decision=decision, actor=staff, reason=AGAIN)
    decisions.release(decision=decision, nominations=[row], actor=staff)
    yield "approved, free again"
    row.refresh_from_db()
    appraisal.reconsider(nomination=row, actor=leader, reason=AGAIN)
    appraisal.refuse(nominations=[row], actor=leader, reason=REASON)
    yield "refused again"


@pytest.mark.once
@pytest.mark.parametrize("role", UNITS)
def test_what_is_weighed_leaves_no_trace(row, leader, role):
    user = make_user(role, row.dossier.unit)
    before = answers(user, row)
    assert not told(before, WEIGHED)
    assert "Trần Thị Số Một" in before[LIST + "?"][2]
    for deed in deeds_on(row, leader):
        after = answers(user, row)
        assert [address for address in before if before[address] != after[address]] == [], deed
    assert not InboxMessage.objects.exists() and not OutgoingMail.objects.exists() and not mail.outbox


@pytest.mark.parametrize("role", UNITS)
def test_once_concluded_the_page_tells_score_and_reason_and_nothing_tells_how(row, leader, role):
    for _deed in deeds_on(row, leader):
        pass
    dossiers.conclude_dossier(dossier=row.dossier, actor=make_staff())
    change, dossier, history = (
        reverse("admin:awards_nomination_change", args=[row.pk]),
        reverse("admin:awards_dossier_change", args=[row.dossier_id]),
        reverse("admin:awards_nomination_history", args=[row.pk]),
    )
    found = answers(make_user(role, row.dossier.unit), row)
    assert told(found, WEIGHED) == {(change, SCORE), (change, REASON), (dossier, REASON), (history, REASON)}
    asked = {address: found[address] for address in found if "?" in address}
    assert told(asked, WEIGHED) == set()


@pytest.mark.parametrize(
    "query", [{"score__gte": "50"}, {"refusal_reason__startswith": "Ch"}, {"state__exact": "refused"}]
)
def test_even_then_the_list_is_not_narrowed_by_it(row, leader, query):
    """The rows of other dossiers in the same list are still being weighed."""
    for _deed in deeds_on(row, leader):
        pass
    dossiers.conclude_dossier(dossier=row.dossier, actor=make_staff())
    response = logged_in(make_lead(row.dossier.unit)).get(LIST, query)
    assert response.status_code == 400 or response.context["cl"].queryset.count() == 1


def test_a_commended_row_is_told_with_its_decision_and_its_neighbour_is_not(row, leader):
    """The decision is issued, and stands in the register of the unit; the dossier is open because of another row."""
    neighbour = make_nomination(row.dossier, "Lê Văn Chờ")
    lead = logged_in(make_lead(row.dossier.unit))
    appraisal.appraise(nomination=row, actor=make_staff(), recommendation="yes", score=77.5, note=NOTE)
    appraisal.approve(nominations=[row], actor=leader)
    appraisal.appraise(nomination=neighbour, actor=make_staff(), recommendation="no", score=12.5, note=NOTE)
    issue(make_decision([row], DecisionState.AWAITING_NUMBER))
    page = lead.get(reverse("admin:awards_nomination_change", args=[row.pk])).content.decode()
    assert "đã khen thưởng" in page and SCORE not in page
    before = lead.get(reverse("admin:awards_nomination_change", args=[neighbour.pk])).content.decode()
    assert "đang xét" in before and "12,5" not in before
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in UNITS])
def test_those_who_see_every_unit_read_what_is_weighed(row, leader, role):
    for _deed in zip(range(4), deeds_on(row, leader), strict=False):
        pass
    client = logged_in(make_user(role))
    assert "view" in RIGHTS["awards.nomination"][role]
    page = client.get(reverse("admin:awards_nomination_change", args=[row.pk])).content.decode()
    assert SCORE in page and NOTE in page
    assert client.get(LIST, {"state__exact": "approved"}).context["cl"].queryset.count() == 1
    assert client.get(LIST, {"state__exact": "refused"}).context["cl"].queryset.count() == 0


def test_a_lead_of_another_unit_learns_nothing_whatever_the_state(row, leader):
    stranger = make_lead(make_unit())
    before = answers(stranger, row)
    for _deed in deeds_on(row, leader):
        pass
    dossiers.conclude_dossier(dossier=row.dossier, actor=make_staff())
    after = answers(stranger, row)
    assert [address for address in before if before[address] != after[address]] == []
    assert not told(after, (*WEIGHED, "Trần Thị Số Một"))
    assert Dossier.objects.get().state == DossierState.CONCLUDED
