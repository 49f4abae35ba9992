"""The one function that changes a state: every edge of a table, and every way of not passing."""

import pytest

from danvan.history.models import Activity
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, available, change_state, effect, workflow_of
from danvan.workflow.table import _effects
from movements.enums import CampaignState, RegistrationState
from movements.models import Campaign, Registration
from tests.factories import logged_in, make_campaign, make_lead, make_leader, make_registration, make_staff, make_unit

pytestmark = pytest.mark.django_db
STATES = [state for state in RegistrationState]
ACTIONS = ["submit", "accept", "return", "recognise", "decline"]


@pytest.fixture(autouse=True)
def in_the_window():
    import time_machine  # noqa: PLC0415

    with time_machine.travel("2026-02-02 09:00 +0700", tick=False):
        yield


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_edges_of_the_table_pass(state, action):
    registration = make_registration(make_unit(), state=state)
    edge = workflow_of(Registration).find(action, state)
    deed = {"obj": registration, "action": action, "actor": None, "reason": "vì", "on_behalf_of_system": True}
    if edge is None:
        with pytest.raises(ChangedMeanwhile):
            change_state(**deed)
        expected = state
    else:
        change_state(**deed)
        expected = edge.target
    registration.refresh_from_db()
    assert registration.state == expected
    assert Activity.objects.count() == (0 if edge is None else 1)


def test_a_deed_is_recorded_with_its_reason_and_counts_the_version():
    staff, registration = make_staff(), make_registration(make_unit(), state=RegistrationState.SUBMITTED)
    change_state(obj=registration, action="return", actor=staff, reason="Thiếu địa điểm")
    activity = Activity.objects.get()
    assert (activity.action, activity.reason, activity.actor) == ("registration.return", "Thiếu địa điểm", staff)
    assert activity.changes == {"state": ["submitted", "returned"]}
    assert registration.version == 1


def test_a_needed_reason_is_asked_for():
    registration = make_registration(make_unit(), state=RegistrationState.SUBMITTED)
    with pytest.raises(Refused):
        change_state(obj=registration, action="return", actor=make_staff(), reason="  ")
    registration.refresh_from_db()
    assert registration.state == RegistrationState.SUBMITTED


def test_who_saw_an_older_state_changes_nothing():
    registration = make_registration(make_unit(), state=RegistrationState.SUBMITTED)
    stale = Registration.objects.get(pk=registration.pk)
    change_state(obj=registration, action="accept", actor=make_staff())
    with pytest.raises(ChangedMeanwhile):
        change_state(obj=stale, action="return", actor=make_staff(), reason="muộn")
    registration.refresh_from_db()
    assert registration.state == RegistrationState.ACCEPTED


def test_rights_are_those_of_the_very_row():
    own, other = make_unit(), make_unit()
    lead = make_lead(own)
    registration = make_registration(other)
    with pytest.raises(NotAllowed):
        change_state(obj=registration, action="submit", actor=lead)
    assert available(registration, lead) == []
    assert [t.action for t in available(make_registration(own), lead)] == ["submit"]


def test_a_guard_refuses_with_its_reason():
    campaign = make_campaign(state=CampaignState.CONCLUDED)
    unit = make_unit()
    registration = make_registration(unit, campaign=campaign)
    with pytest.raises(Refused, match="Phong trào chưa phát động hoặc đã kết thúc"):
        change_state(obj=registration, action="submit", actor=make_lead(unit))


def test_an_effect_runs_inside_the_transaction():
    def fail(**_):
        raise RuntimeError("effect")

    campaign = make_campaign(state=CampaignState.DRAFT)
    effect("movements.campaign", "launch", fail)
    try:
        with pytest.raises(RuntimeError):
            change_state(obj=campaign, action="launch", actor=make_leader())
    finally:
        _effects.pop(("movements.campaign", "launch"))
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert not Activity.objects.exists()


def deed_url(obj, action):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/deed/{action}/"


def test_a_get_asks_and_changes_nothing():
    campaign = make_campaign(state=CampaignState.DRAFT)
    page = logged_in(make_leader()).get(deed_url(campaign, "launch"))
    assert page.status_code == 200
    assert "Phát động" in page.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.DRAFT


def test_a_post_does_it():
    campaign = make_campaign(state=CampaignState.DRAFT)
    assert logged_in(make_leader()).post(deed_url(campaign, "launch"), {"reason": ""}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.LAUNCHED


def test_the_missing_reason_stands_at_its_field():
    registration = make_registration(make_unit(), state=RegistrationState.SUBMITTED)
    page = logged_in(make_staff()).post(deed_url(registration, "return"), {"reason": ""})
    assert page.context["form"].errors.keys() == {"reason"}


def test_a_deed_on_another_units_record_answers_like_a_missing_one():
    registration = make_registration(make_unit())
    stranger = logged_in(make_lead())
    foreign = stranger.post(deed_url(registration, "submit"), {})
    registration.refresh_from_db()
    assert registration.state == RegistrationState.DRAFT
    known, registration.pk = registration.pk, registration.pk + 1000
    missing = stranger.post(deed_url(registration, "submit"), {})
    assert foreign.status_code == missing.status_code == 302
    assert foreign["Location"] == missing["Location"]
    assert str(known) not in foreign["Location"]
