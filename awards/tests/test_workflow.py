"""Every state with every deed: the documented edges pass, all others are refused and leave no trace."""

from datetime import date

import pytest

from awards.enums import Approval, DecisionState, DossierState, NominationState, RoundState
from awards.models import AwardRound, Decision, Dossier, Nomination
from awards.tests.factories import make_decision, make_dossier, make_nomination, make_round
from awards.workflow import DECISION, DOSSIER, NOMINATION, ROUND
from danvan.access.roles import Role, roles_granting
from danvan.history.models import Activity
from danvan.organization.models import Membership
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, available, change_state
from tests.factories import make_lead, make_leader, make_unit, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

EDGES = {
    ROUND: {
        ("draft", "open"): "open",
        ("closed", "open"): "open",
        ("open", "close"): "closed",
    },
    DOSSIER: {
        ("draft", "submit"): "submitted",
        ("returned", "submit"): "submitted",
        ("submitted", "receive"): "received",
        ("submitted", "return"): "returned",
        ("received", "return"): "returned",
        ("received", "conclude"): "concluded",
        **dict.fromkeys(((state, "end_with_unit") for state in ("draft", "submitted", "returned")), "concluded"),
        **dict.fromkeys(((state, "join") for state in ("draft", "submitted", "returned", "received")), "concluded"),
    },
    NOMINATION: {
        ("proposed", "appraise"): "appraised",
        ("appraised", "appraise"): "appraised",
        ("appraised", "approve"): "approved",
        ("appraised", "refuse"): "refused",
        ("approved", "reconsider"): "appraised",
        ("refused", "reconsider"): "appraised",
        ("approved", "commend"): "commended",
    },
    DECISION: {
        ("drafting", "forward"): "awaiting_number",
        ("awaiting_number", "rework"): "drafting",
        ("awaiting_number", "issue"): "issued",
    },
}
STATES = {ROUND: RoundState, DOSSIER: DossierState, NOMINATION: NominationState, DECISION: DecisionState}
PAIRS = [
    (workflow, state.value, action)
    for workflow, states in STATES.items()
    for state in states
    for action in {transition.action for transition in workflow.transitions}
]
APPROVED = {"approved_via": Approval.LOGIN, "approved_on": date(2016, 1, 5)}


def row_in(workflow, state, action=""):
    """A row of the workflow in *state*, where nothing but the table can stand in the way of *action*."""
    if workflow is ROUND:
        return make_round(state=state)
    if workflow is DOSSIER:
        dossier = make_dossier()
        make_nomination(dossier, state=NominationState.PROPOSED if action != "conclude" else NominationState.REFUSED)
        return set_state(dossier, state)
    nomination = make_nomination(state=NominationState.APPROVED)
    if workflow is NOMINATION:
        return set_state(nomination, state, refusal_reason="Lý do", **APPROVED)
    decision = make_decision([nomination])
    if state == DecisionState.ISSUED:
        return make_decision([make_nomination(state=NominationState.APPROVED)], state)
    return set_state(decision, state)


def set_state(row, state, **columns):
    type(row).objects.filter(pk=row.pk).update(state=state, **columns)
    row.refresh_from_db()
    return row


def edge_values(workflow, action):
    if (workflow, action) == (NOMINATION, "approve"):
        return APPROVED
    if (workflow, action) == (NOMINATION, "refuse"):
        return {"refusal_reason": "Lý do"}
    return None


@pytest.mark.parametrize(("workflow", "state", "action"), sorted(PAIRS, key=str))
def test_only_the_documented_edges_pass(workflow, state, action):
    if (workflow, action) == (DECISION, "issue") and state == "awaiting_number":
        pytest.skip("needs a number: see domain/test_issue.py")
    row = row_in(workflow, state, action)
    before = Activity.objects.count()
    values = edge_values(workflow, action)
    deed = {
        "obj": row,
        "action": action,
        "actor": make_user(Role.STAFF),
        "reason": "Lý do",
        "on_behalf_of_system": True,
    }
    target = EDGES[workflow].get((state, action))
    if target:
        assert change_state(**deed, values=values).state == target
        assert Activity.objects.count() == before + 1
    else:
        with pytest.raises(ChangedMeanwhile):
            change_state(**deed, values=values)
        row.refresh_from_db()
        assert row.state == state
        assert Activity.objects.count() == before


def test_the_tables_hold_no_other_edges():
    for workflow, edges in EDGES.items():
        written = {(source.value, t.action): t.target.value for t in workflow.transitions for source in t.sources}
        assert written == edges


RIGHTS = {
    "open_awardround": {Role.STAFF},
    "close_awardround": {Role.STAFF},
    "submit_dossier": {Role.STAFF, Role.UNIT_LEAD},
    "receive_dossier": {Role.STAFF},
    "return_dossier": {Role.STAFF},
    "conclude_dossier": {Role.STAFF},
    "appraise_nomination": {Role.STAFF},
    "approve_nomination": {Role.STAFF, Role.LEADER},
    "refuse_nomination": {Role.STAFF, Role.LEADER},
    "decide_nomination": {Role.LEADER},
    "reconsider_nomination": {Role.STAFF, Role.LEADER},
    "commend_nomination": set(),
    "forward_decision": {Role.STAFF, Role.LEADER},
    "rework_decision": {Role.STAFF, Role.LEADER, Role.CLERK},
    "issue_decision": {Role.CLERK},
}


@pytest.mark.parametrize(("right", "roles"), RIGHTS.items())
def test_who_may_do_what(right, roles):
    assert roles_granting(f"awards.{right}") == roles


@pytest.mark.parametrize("action", ["submit", "receive", "return"])
def test_a_lead_does_nothing_to_the_dossier_of_another_unit(action):
    dossier = make_dossier(state=DossierState.SUBMITTED if action != "submit" else DossierState.DRAFT)
    make_nomination(dossier)
    stranger = make_lead(make_unit())
    with pytest.raises(NotAllowed):
        change_state(obj=dossier, action=action, actor=stranger, reason="Lý do")
    assert available(dossier, stranger) == []
    dossier.refresh_from_db()
    assert dossier.state in {DossierState.SUBMITTED, DossierState.DRAFT}


def test_a_right_ends_with_the_membership():
    nomination = make_nomination(state=NominationState.APPRAISED)
    leader = make_leader()
    Membership.objects.filter(user=leader).update(valid_to=date(2016, 1, 5))
    with pytest.raises(NotAllowed):
        change_state(obj=nomination, action="approve", actor=leader, values=APPROVED)


# --- guards -----------------------------------------------------------------------------------------------------------


def refusal(row, action):
    with pytest.raises(Refused) as caught:
        change_state(obj=row, action=action, actor=make_user(Role.STAFF), reason="Lý do", on_behalf_of_system=True)
    return str(caught.value)


def test_a_dossier_without_rows_is_not_sent():
    assert refusal(make_dossier(state=DossierState.DRAFT), "submit") == "Hồ sơ chưa đề nghị khen thưởng ai."


@pytest.mark.parametrize("missing", [{"letter_number": ""}, {"letter_date": None}])
def test_a_dossier_without_its_letter_is_not_sent(missing):
    dossier = make_dossier(state=DossierState.DRAFT, **missing)
    make_nomination(dossier)
    assert refusal(dossier, "submit") == "Trước hết hãy nhập số và ngày của tờ trình."


def test_a_dossier_is_not_sent_before_the_round_takes_dossiers():
    dossier = make_dossier(
        state=DossierState.DRAFT, round=make_round(opens_on=date(2016, 1, 7), due_on=date(2016, 2, 1))
    )
    make_nomination(dossier)
    assert refusal(dossier, "submit") == "Đợt này nhận hồ sơ từ ngày 07/01/2016."


def test_a_dossier_is_not_sent_in_a_closed_round_but_a_returned_one_comes_back():
    dossier = make_dossier(state=DossierState.DRAFT, round=make_round(state=RoundState.CLOSED))
    make_nomination(dossier)
    assert refusal(dossier, "submit") == "Đợt khen thưởng không mở."
    returned = set_state(dossier, DossierState.RETURNED)
    assert change_state(obj=returned, action="submit", actor=make_user(Role.STAFF)).state == DossierState.SUBMITTED


def test_a_dossier_with_appraised_rows_does_not_go_back():
    dossier = make_dossier()
    make_nomination(dossier, state=NominationState.APPRAISED)
    assert refusal(dossier, "return") == "Một số đề nghị trong hồ sơ đã được thẩm định."


def test_rows_of_a_dossier_that_was_not_received_are_not_appraised():
    nomination = make_nomination(make_dossier(state=DossierState.SUBMITTED))
    assert refusal(nomination, "appraise") == "Hồ sơ chưa được tiếp nhận."


def test_what_is_with_the_clerk_is_not_reconsidered():
    nomination = make_nomination(state=NominationState.APPROVED)
    make_decision([nomination], DecisionState.AWAITING_NUMBER)
    nomination.refresh_from_db()
    assert refusal(nomination, "reconsider") == "Quyết định có đề nghị này đang ở văn thư."


def test_a_decision_without_rows_is_not_forwarded():
    assert refusal(make_decision(), "forward") == "Quyết định chưa có đề nghị nào được duyệt."


@pytest.mark.parametrize(
    ("make", "action"),
    [
        (make_dossier, "return"),
        (lambda: make_nomination(state=NominationState.APPRAISED), "refuse"),
        (lambda: make_nomination(state=NominationState.APPROVED), "reconsider"),
        (
            lambda: make_decision([make_nomination(state=NominationState.APPROVED)], DecisionState.AWAITING_NUMBER),
            "rework",
        ),
    ],
)
@pytest.mark.parametrize("reason", ["", "   "])
def test_some_deeds_need_a_reason(make, action, reason):
    row = make()
    state = row.state
    with pytest.raises(Refused):
        change_state(obj=row, action=action, actor=make_user(Role.STAFF), reason=reason, on_behalf_of_system=True)
    row.refresh_from_db()
    assert row.state == state


def test_each_table_belongs_to_a_model_with_states():
    for model, workflow in ((AwardRound, ROUND), (Dossier, DOSSIER), (Nomination, NOMINATION), (Decision, DECISION)):
        assert model._meta.label_lower == workflow.model_label
        assert {choice for choice, _label in model._meta.get_field("state").choices} == set(STATES[workflow].values)
