"""Work handed over for a time gives what its giver has, for its days, and not a day or a right more."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.notices.models import InboxMessage
from danvan.organization.domain.people.delegation import delegate, end_delegation, stand_ins_for
from danvan.organization.models import Membership, User
from danvan.workflow import NotAllowed, Refused
from movements.models import Report
from tests.factories import logged_in, make_administrator, make_kind, make_lead, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def unit():
    return make_unit("Đảng ủy xã Ea Kar")


@pytest.fixture
def lead(unit):
    return make_lead(unit)


@pytest.fixture
def colleague(unit):
    return make_user(Role.UNIT_VIEWER, unit)


def own(user):
    return user.memberships.get(on_behalf_of=None)


def hand_over(giver, to, days=10, first=TODAY):
    last = first + timedelta(days=days - 1)
    return delegate(membership=own(giver), to=to, first=first, last=last, actor=giver)


def fresh(user):
    return User.objects.get(pk=user.pk)


def may_submit(user):
    return fresh(user).has_perm("movements.submit_report")


# --- what it gives ----------------------------------------------------------------------------------------------------


def test_the_colleague_does_the_leads_work_for_these_days(unit, lead, colleague, today):
    report = make_report(unit)
    other = make_report(make_unit(), report.period)
    hand_over(lead, colleague, first=TODAY + timedelta(days=1))
    assert not may_submit(colleague)
    today.move_to("2026-11-11 00:01+07:00")
    reached = Report.objects.visible_to(fresh(colleague), "submit")
    assert (set(reached), other in reached) == ({report}, False)
    today.move_to("2026-11-20 23:59+07:00")
    assert may_submit(colleague)
    today.move_to("2026-11-21 00:01+07:00")
    assert not may_submit(colleague)


def test_the_rights_are_gone_at_the_next_request(unit, lead, colleague):
    report = make_report(unit)
    row = hand_over(lead, colleague)
    client, page = logged_in(colleague), reverse("admin:movements_report_change", args=[report.pk])
    assert client.get(page).context["has_change_permission"] is True
    end_delegation(membership=row, actor=lead)
    assert client.get(page).context["has_change_permission"] is False


@pytest.mark.parametrize("how", ["membership", "account"])
def test_it_lapses_with_the_giver(lead, colleague, how):
    hand_over(lead, colleague)
    if how == "membership":
        row = own(lead)
        row.valid_to = TODAY - timedelta(days=1)
        row.save()
    else:
        lead.is_active = False
        lead.save()
    assert not may_submit(colleague)


@pytest.mark.parametrize("how", ["ended", "another unit"])
def test_it_lapses_when_the_colleague_leaves_the_unit(lead, colleague, how):
    hand_over(lead, colleague)
    row = own(colleague)
    if how == "ended":
        row.valid_to = TODAY - timedelta(days=1)
    else:
        row.unit = make_unit()
    row.save()
    assert not may_submit(colleague)
    assert fresh(colleague).is_staff is (how == "another unit")


def test_a_leaders_word_in_ones_own_name_is_not_handed_over():
    ban = make_unit(kind=make_kind(is_ban=True))
    leader, officer = make_user(Role.LEADER, ban), make_user(Role.STAFF, ban)
    hand_over(leader, officer)
    officer = fresh(officer)
    assert officer.roles == {Role.STAFF, Role.LEADER}
    assert officer.has_perm("awards.approve_nomination")
    assert not officer.has_perm("awards.decide_nomination")
    assert not officer.reach("awards.decide_nomination")
    assert fresh(leader).has_perm("awards.decide_nomination")


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "to", "may"),
    [
        (Role.UNIT_LEAD, Role.UNIT_VIEWER, True),
        (Role.UNIT_LEAD, Role.UNIT_LEAD, True),
        (Role.LEADER, Role.STAFF, True),
        (Role.LEADER, Role.LEADER, True),
        (Role.LEADER, Role.CLERK, False),
        (Role.LEADER, Role.VIEWER, False),
        (Role.STAFF, Role.CLERK, True),
        (Role.STAFF, Role.LEADER, False),
        (Role.CLERK, Role.STAFF, True),
        (Role.CLERK, Role.LEADER, False),
        (Role.CLERK, Role.VIEWER, False),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, False),
        (Role.ADMINISTRATOR, Role.STAFF, False),
        (Role.COUNCIL_MEMBER, Role.STAFF, False),
        (Role.VIEWER, Role.STAFF, False),
        (Role.UNIT_VIEWER, Role.UNIT_LEAD, False),
    ],
)
def test_who_takes_whose_work(role, to, may):
    unit = make_unit(kind=make_kind(is_ban=True))
    giver, taker = make_user(role, unit), make_user(to, unit)
    if may:
        assert hand_over(giver, taker).user == taker
    else:
        with pytest.raises((NotAllowed, ValidationError)):
            hand_over(giver, taker)
        assert not Membership.objects.exclude(on_behalf_of=None).exists()


def test_not_to_another_unit_a_closed_account_or_oneself(unit, lead, colleague):
    colleague.is_active = False
    colleague.save()
    for taker in (make_lead(make_unit()), colleague, make_user(), lead):
        assert taker not in stand_ins_for(own(lead))
        with pytest.raises(ValidationError) as refused:
            hand_over(lead, taker)
        assert "to" in refused.value.message_dict


def test_what_was_handed_over_is_not_handed_on(unit, lead, colleague):
    row = hand_over(lead, colleague)
    with pytest.raises(NotAllowed):
        delegate(membership=row, to=make_user(Role.UNIT_VIEWER, unit), first=TODAY, last=TODAY, actor=colleague)


def test_nobody_hands_over_the_work_of_another(unit, lead, colleague):
    for actor in (colleague, make_lead(unit), make_administrator()):
        with pytest.raises(NotAllowed):
            delegate(membership=own(lead), to=colleague, first=TODAY, last=TODAY, actor=actor)


@pytest.mark.parametrize(("days", "taken"), [(1, True), (90, True), (91, False), (0, False)])
def test_at_most_ninety_days(lead, colleague, days, taken):
    if taken:
        hand_over(lead, colleague, days)
    else:
        with pytest.raises(ValidationError) as refused:
            hand_over(lead, colleague, days)
        assert "last" in refused.value.message_dict


def test_ninety_days_are_not_added_up(unit, lead, colleague):
    hand_over(lead, colleague, 60)
    later = TODAY + timedelta(days=60)
    with pytest.raises(ValidationError) as refused:
        hand_over(lead, colleague, 31, first=later)
    assert refused.value.message_dict == {"last": ["Chỉ ủy quyền tối đa 90 ngày, tính cả thời gian đã ủy quyền."]}
    row = hand_over(lead, colleague, 30, first=later)
    with pytest.raises(ValidationError):
        hand_over(lead, colleague, 1, first=TODAY + timedelta(days=2000))
    hand_over(lead, make_user(Role.UNIT_VIEWER, unit), 90)
    end_delegation(membership=row, actor=lead)
    hand_over(lead, colleague, 30, first=later)


def test_days_that_are_over_count_no_more(lead, colleague, today):
    hand_over(lead, colleague, 90)
    today.move_to("2026-11-20 09:00+07:00")
    with pytest.raises(ValidationError):
        hand_over(lead, colleague, 11, first=TODAY + timedelta(days=90))
    hand_over(lead, colleague, 10, first=TODAY + timedelta(days=90))


def test_not_from_yesterday_and_not_beyond_the_own_role(lead, colleague):
    with pytest.raises(ValidationError) as refused:
        hand_over(lead, colleague, first=TODAY - timedelta(days=1))
    assert "first" in refused.value.message_dict
    row = own(lead)
    row.valid_to = TODAY + timedelta(days=3)
    row.save()
    with pytest.raises(ValidationError) as refused:
        hand_over(lead, colleague, 5)
    assert refused.value.message_dict == {"last": ["Vai trò của đồng chí chỉ đến hết ngày 13/11/2026."]}
    hand_over(lead, colleague, 4)


def test_the_same_twice_is_refused(lead, colleague):
    hand_over(lead, colleague)
    with pytest.raises(ValidationError) as refused:
        hand_over(lead, colleague, first=TODAY + timedelta(days=9))
    assert "to" in refused.value.message_dict
    hand_over(lead, colleague, first=TODAY + timedelta(days=10))


# --- ending, and who is told ------------------------------------------------------------------------------------------


def test_the_giver_and_the_administrator_end_it_and_nobody_else(unit, lead, colleague, today):
    row = hand_over(lead, colleague)
    today.move_to("2026-11-12 09:00+07:00")
    for actor in (colleague, make_lead(unit)):
        with pytest.raises(NotAllowed):
            end_delegation(membership=row, actor=actor)
    end_delegation(membership=row, actor=make_administrator())
    row.refresh_from_db()
    assert (row.valid_to, may_submit(colleague)) == (date(2026, 11, 11), False)
    with pytest.raises(Refused):
        end_delegation(membership=row, actor=lead)


def test_ended_on_its_first_day_nothing_is_left_but_the_history(lead, colleague):
    end_delegation(membership=hand_over(lead, colleague), actor=lead)
    assert not Membership.objects.exclude(on_behalf_of=None).exists()
    for user in (lead, colleague):
        assert [row.action for row in Activity.objects.of(user)] == ["end_delegation", "delegate"]


def test_an_own_role_is_not_ended_here(lead):
    with pytest.raises(Refused):
        end_delegation(membership=own(lead), actor=lead)


def test_the_colleague_is_told(lead, colleague):
    hand_over(lead, colleague)
    message = InboxMessage.objects.get()
    assert (message.recipient, message.title) == (
        colleague,
        f"Đồng chí {lead} ủy quyền xử lý công việc cho đồng chí",
    )
    assert "từ ngày 10/11/2026 đến hết ngày 19/11/2026" in message.body


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_hands_over_shows_and_ends(lead, colleague):
    client, page = logged_in(lead), reverse("admin:delegations")
    sent = {"membership": own(lead).pk, "to": colleague.pk, "first": "10/11/2026", "last": "20/11/2026"}
    assert client.post(page, sent | {"last": "09/11/2026"}).context["form"].errors["last"]
    assert client.post(page, sent).status_code == 302
    row = Membership.objects.get(on_behalf_of=lead)
    assert str(colleague) in client.get(page).content.decode()
    assert "Theo ủy quyền của đồng chí" in logged_in(colleague).get(page).content.decode()
    assert logged_in(colleague).post(reverse("admin:end_delegation"), {"delegation": row.pk}).status_code == 302
    assert Membership.objects.filter(pk=row.pk).exists()
    client.post(reverse("admin:end_delegation"), {"delegation": row.pk})
    assert not Membership.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "987654321"])
def test_what_is_no_delegation_is_answered_alike(lead, key):
    answer = logged_in(lead).post(reverse("admin:end_delegation"), {"delegation": key})
    assert answer.headers["Location"] == reverse("admin:index")


def test_the_page_offers_colleagues_of_the_own_unit_alone(lead, colleague):
    other = make_lead(make_unit(), full_name="Người Đơn Vị Khác")
    page = logged_in(lead).get(reverse("admin:delegations"))
    assert [key for key, _words in page.context["form"].fields["to"].choices] == ["", str(colleague.pk)]
    answer = logged_in(lead).post(
        reverse("admin:delegations"),
        {"membership": own(other).pk, "to": other.pk, "first": "10/11/2026", "last": "20/11/2026"},
    )
    assert set(answer.context["form"].errors) == {"membership", "to"}
    assert other.full_name not in answer.content.decode()


def test_who_has_nothing_to_hand_over_is_told_so():
    text = logged_in(make_administrator()).get(reverse("admin:delegations")).content.decode()
    assert "không ủy quyền được" in text


def test_the_page_of_an_account_shows_both_sides(lead, colleague):
    hand_over(lead, colleague)
    client = logged_in(make_administrator())
    for user, shown in ((lead, colleague), (colleague, lead)):
        text = client.get(reverse("admin:organization_user_change", args=[user.pk])).content.decode()
        assert shown.full_name in text
        assert "memberships-1-unit" not in text
    client.post(reverse("admin:end_delegation"), {"delegation": Membership.objects.get(on_behalf_of=lead).pk})
    assert not Membership.objects.filter(on_behalf_of=lead).exists()
