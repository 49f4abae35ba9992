"""Whom each step tells: the leads, the unit's own leader, the officer in charge, the leaders of the Ban."""

from datetime import date

import pytest
from django.urls import reverse

from danvan.access.roles import Role
from danvan.mail.domain.rendering import render
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.planner import plan
from danvan.notices.domain.unreached import count_units_without_recipient, units_without_recipient
from danvan.notices.enums import Audience
from danvan.notices.models import InboxMessage, Reminder
from danvan.organization.models import Assignment, Membership, Unit
from movements.enums import ReportState
from movements.models import Report
from tests.factories import (
    make_clerk,
    make_lead,
    make_leader,
    make_report,
    make_rule,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

LISTS = {"subject": "{số đơn vị} chưa gửi {việc}", "text": "{đơn vị} ({còn lại}):\n{danh sách}"}


@pytest.fixture
def two_late(clock_at):
    """Two units that are a day late, with all the people who could be told of it and must not be."""
    units = [make_unit(name) for name in ("Đảng ủy xã Ea Kar", "Đảng ủy xã Ea Kly")]
    for unit in units:
        make_lead(unit)
        make_report(unit)
    make_clerk(), make_staff(), make_user(Role.UNIT_VIEWER, units[0]), make_lead()
    make_leader(is_active=False)
    clock_at("2026-11-06 08:00")
    return units


def addresses():
    return sorted(OutgoingMail.objects.values_list("to", flat=True))


def test_the_head_of_a_unit_is_told_by_mail_alone(two_late):
    make_rule(1, audience=Audience.UNIT_HEAD, text="{người nhận}")
    Unit.objects.filter(pk=two_late[0].pk).update(head_email="bithu@example.vn", head_name="H'Hen Ayun")
    plan()
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.recipient_name) == ("bithu@example.vn", "H'Hen Ayun")
    assert "đồng chí H'Hen Ayun" in render(mail).text
    assert not InboxMessage.objects.exists()
    assert {(row.unit, row.state) for row in Reminder.objects.all()} == {
        (two_late[0], "mailed"),
        (two_late[1], "nobody"),
    }


def test_the_officer_or_where_there_is_none_the_stand_in_gets_one_list_of_the_units(two_late):
    officer, stand_in, left = make_staff(), make_staff(), make_staff(is_active=False)
    for unit in two_late:
        Assignment.objects.create(officer=officer, unit=unit, stand_in=stand_in)
    Assignment.objects.create(officer=left, unit=two_late[1], stand_in=stand_in)
    make_rule(1, audience=Audience.OFFICER, **LISTS)
    assert plan() == 3
    assert addresses() == sorted([officer.email, stand_in.email])
    message = render(OutgoingMail.objects.get(to=officer.email))
    assert message.subject == "02 chưa gửi Báo cáo công tác dân vận tháng 10/2026"
    assert "02 đơn vị (đã quá hạn 1 ngày):\n1. Đảng ủy xã Ea Kar\n2. Đảng ủy xã Ea Kly" in message.text
    assert "Đảng ủy xã Ea Kly (đã quá hạn 1 ngày)" in render(OutgoingMail.objects.get(to=stand_in.email)).text
    notice = InboxMessage.objects.get(recipient=officer)
    assert notice.body.endswith("1. Đảng ủy xã Ea Kar\n2. Đảng ủy xã Ea Kly")
    assert (notice.unit, notice.url) == (None, reverse("admin:notices_duties"))


def test_an_officer_whose_charge_ended_is_told_nothing(two_late):
    Assignment.objects.create(officer=make_staff(), unit=two_late[0], valid_to=date(2026, 11, 5))
    make_rule(1, audience=Audience.OFFICER, **LISTS)
    plan()
    assert addresses() == []
    assert set(Reminder.objects.values_list("state", flat=True)) == {"nobody"}


def test_the_leaders_of_the_ban_get_one_list_without_what_came_meanwhile(two_late):
    leader = make_leader()
    make_rule(1, audience=Audience.BAN_LEADERS, **LISTS)
    assert plan() == 2
    assert addresses() == [leader.email]
    Report.objects.filter(unit=two_late[0]).update(state=ReportState.EXEMPT)
    message = render(OutgoingMail.objects.get())
    assert message.subject == "01 chưa gửi Báo cáo công tác dân vận tháng 10/2026"
    assert "Ea Kar" not in message.text + message.html
    assert sorted(Reminder.objects.values_list("state", flat=True)) == ["mailed", "not_needed"]


# --- nobody to tell ---------------------------------------------------------------------------------------------------


def unreached():
    return [(row.unit, row.why) for row in units_without_recipient(Unit.objects.all())]


def test_units_that_owe_and_have_nobody_to_tell_are_listed_with_the_reason(two_late):
    silent, ended, mailbox = make_unit(), make_unit(valid_to=date(2026, 11, 1)), make_unit(email="hop-thu@example.vn")
    for unit in (silent, ended, mailbox):
        make_report(unit)
    make_unit()  # owes nothing
    make_lead(silent, is_active=False)
    assert unreached() == [
        (silent, "chưa có đầu mối có tài khoản, chưa có hộp thư"),
        (ended, "đơn vị không còn tồn tại"),
    ]
    assert count_units_without_recipient(Unit.objects.all()) == 2
    assert count_units_without_recipient(Unit.objects.filter(pk=ended.pk)) == 1
    Membership.objects.create(user=make_user(), unit=silent, role=Role.UNIT_LEAD)
    Report.objects.filter(unit=ended).update(state=ReportState.EXEMPT)
    assert unreached() == []


def bounce(address, **fields):
    fields = {"state": "failed", "trouble": "unknown_address", "next_attempt_at": None, **fields}
    return OutgoingMail.objects.create(to=address, kind="x", dedupe_key=f"x{OutgoingMail.objects.count()}", **fields)


def test_an_address_that_does_not_exist_counts_as_none_until_a_mail_arrives_there(two_late, clock_at):
    lead = two_late[0].memberships.get(role=Role.UNIT_LEAD).user
    make_lead(two_late[1])
    for unit in two_late:
        bounce(unit.memberships.filter(role=Role.UNIT_LEAD).first().user.email)
    bounce("nguoi-khac@example.vn"), bounce(two_late[1].email or "hop@example.vn", trouble="mailbox_full")
    assert unreached() == [
        (two_late[0], f"địa chỉ thư không tồn tại: {lead.email}")
    ]  # the other unit has a second lead
    clock_at("2026-11-06 09:00")
    bounce(lead.email, state="sent", trouble="", sent_at="2026-11-06T02:00:00Z")
    assert unreached() == []
