"""The personal calendar: whom its secret address opens it to, and what stands in it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from danvan.access.roles import Role
from danvan.notices.domain.feed import make_address
from danvan.notices.models import CalendarFeed
from danvan.organization.models import Assignment, Membership
from movements.domain import report
from movements.models import RegistrationCall, Report
from tests.factories import (
    logged_in,
    make_campaign,
    make_lead,
    make_period,
    make_report,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/calendar/"


@pytest.fixture(autouse=True)
def november(clock_at):
    clock_at("2026-11-02 09:00")


def read(token):
    answer = Client().get(f"/calendar/{token}.ics")
    return answer.status_code


def events(user):
    """The events of the calendar: uid, day, summary."""
    answer = Client().get(f"/calendar/{make_address(user=user)}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return [(str(event["UID"]), event["DTSTART"].dt, str(event["SUMMARY"])) for event in found]


def test_the_address_is_shown_once_and_only_its_hash_is_kept():
    client = logged_in(make_lead())
    assert not CalendarFeed.objects.exists()
    page = client.post(PAGE, {"deed": "make"})
    address = page.context["address"]
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert address in page.content.decode()
    assert len(token) == 43
    feed = CalendarFeed.objects.get()
    assert token not in (feed.token_hash, str(vars(feed)))
    assert address not in client.get(PAGE).content.decode()
    assert read(token) == 200
    client.get(PAGE)  # looking changes nothing
    assert read(token) == 200
    renewed = client.post(PAGE, {"deed": "make"}).context["address"]
    assert (read(token), Client().get(renewed.replace("http://127.0.0.1:8000", "")).status_code) == (404, 200)
    client.post(PAGE, {"deed": "revoke"})
    assert Client().get(renewed.replace("http://127.0.0.1:8000", "")).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_nobody_else_is_let_in(clock_at):
    assert (read("khong-co"), read("a" * 500)) == (404, 404)
    lead = make_lead()
    token = make_address(user=lead)
    assert Client().post(f"/calendar/{token}.ics").status_code == 405
    lead.memberships.update(valid_to=date(2026, 11, 2))
    assert read(token) == 200
    clock_at("2026-11-03 00:01")
    assert read(token) == 404
    lead.memberships.update(valid_to=None)
    assert read(token) == 200
    lead.is_active = False
    lead.save()
    assert read(token) == 404


def test_a_lead_reads_what_the_own_unit_owes_and_nothing_else():
    unit, staff = make_unit("Xã Ea Kar"), make_staff()
    lead = make_lead(unit)
    own = make_report(unit)
    make_report(make_unit("Xã Krông Năng"), own.period)
    make_report(make_unit(), make_period(title="Của người khác", index=9))
    campaign = make_campaign(title="Phong trào năm 2026")
    call = RegistrationCall.objects.create(campaign=campaign, unit=unit, due_on=date(2026, 11, 20))
    RegistrationCall.objects.create(campaign=campaign, unit=make_unit(), due_on=date(2026, 11, 21))
    asked = (f"movements.registration-{call.pk}@danvankheo", date(2026, 11, 20), "Đăng ký mô hình: Phong trào năm 2026")
    uid, title = f"movements.report.month-{own.pk}@danvankheo", "Báo cáo công tác dân vận tháng 10/2026"
    assert sorted(events(lead)) == [asked, (uid, date(2026, 11, 5), title)]
    report.extend(obj=Report.objects.get(pk=own.pk), actor=staff, new_due_on=date(2026, 11, 9), reason="Bão")
    assert sorted(events(lead)) == [asked, (uid, date(2026, 11, 9), title)]
    report.exempt(obj=Report.objects.get(pk=own.pk), actor=staff, reason="Mới thành lập")
    assert events(lead) == [asked]
    viewer = make_user(Role.UNIT_VIEWER, unit)
    assert events(viewer) == [asked]
    Membership.objects.create(user=lead, unit=make_unit(), role=Role.UNIT_LEAD)
    assert [summary for _uid, _day, summary in events(lead)] == ["Đăng ký mô hình: Phong trào năm 2026 – Xã Ea Kar"]


def test_an_event_lasts_the_day_and_reminds_the_day_before():
    lead = make_lead()
    make_report(lead.memberships.get().unit)
    answer = Client().get(f"/calendar/{make_address(user=lead)}.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    (alarm,) = event.walk("VALARM")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 11, 5), date(2026, 11, 6))
    assert alarm["TRIGGER"].dt == -timedelta(hours=16)
    assert str(event["DESCRIPTION"]) == "Đề nghị gửi chậm nhất hết ngày 05/11/2026."
    assert "DTSTART;VALUE=DATE:20261105" in answer.content.decode()
    assert lead.full_name not in answer.content.decode()


def test_staff_read_one_event_for_each_kind_and_day_of_the_units_in_their_charge():
    staff = make_staff()
    units = [make_unit() for _ in range(4)]
    period = make_period()
    for unit in units:
        make_report(unit, period)
    Report.objects.filter(unit=units[3]).update(due_on=date(2026, 11, 6))
    key = "movements.report.month-{}@danvankheo".format
    five, six = date(2026, 11, 5), date(2026, 11, 6)
    assert events(staff) == [
        (key("20261105"), five, "Báo cáo tháng: 3 đơn vị chưa gửi"),
        (key("20261106"), six, "Báo cáo tháng: 1 đơn vị chưa gửi"),
    ]
    for unit in units[:2]:
        Assignment.objects.create(officer=staff, unit=unit)
    assert events(staff) == [(key("20261105"), five, "Báo cáo tháng: 2 đơn vị chưa gửi")]
    assert events(make_user(Role.COUNCIL_MEMBER)) == []
