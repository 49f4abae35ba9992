"""The page of what is due, and the deeds on what was ticked there."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.notices.enums import ContactKind
from danvan.notices.models import Contact, Settlement
from danvan.notices.views import duties as page_module
from danvan.organization.models import Area, Assignment
from movements.domain.duties import CALL, source_of
from movements.enums import PeriodKind, ReportState
from movements.models import RegistrationCall
from tests.factories import (
    logged_in,
    make_campaign,
    make_clerk,
    make_kind,
    make_lead,
    make_report,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
REPORTS = source_of(PeriodKind.MONTH)
TODAY = date(2026, 11, 6)
LIST = "admin:notices_duties"


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at("2026-11-06 09:05")


def call(unit, due_on=TODAY, campaign=None):
    return RegistrationCall.objects.create(campaign=campaign or make_campaign(), unit=unit, due_on=due_on)


def value(row):
    return f"{CALL if isinstance(row, RegistrationCall) else REPORTS}:{row.pk}"


def shown(user, **query):
    return [row.value for row in logged_in(user).get(reverse(LIST), query).context["rows"]]


# --- The list ---------------------------------------------------------------------------------------------------------


def test_all_kinds_stand_in_one_list_the_earliest_due_first():
    late, last = make_unit("Đơn vị B", order=2), make_unit("Đơn vị A", order=1)
    report = make_report(late, due_on=TODAY - timedelta(days=2))
    same_day = [call(late), call(last)]

    assert shown(make_staff()) == [value(report), value(same_day[1]), value(same_day[0])]


@pytest.mark.parametrize(
    ("when", "days"), [("", (-1, 0, 7, 8)), ("overdue", (-1,)), ("week", (0, 7))], ids=["all", "overdue", "week"]
)
def test_it_is_narrowed_by_due_date(when, days):
    campaign = make_campaign()
    calls = {day: call(make_unit(), TODAY + timedelta(days=day), campaign) for day in (-1, 0, 7, 8)}

    assert shown(make_staff(), when=when) == [value(calls[day]) for day in days]


def test_it_is_narrowed_by_kind_unit_and_area():
    report = make_report(make_unit("Đảng ủy xã Ea Kao"))
    area, kind = Area.objects.create(name="Đắk Lắk", level="province"), make_kind()
    called = call(make_unit("Đảng ủy xã Krông Á", area=area, kind=kind), report.due_on)
    staff = make_staff()

    assert set(shown(staff)) == {value(called), value(report)}
    assert shown(staff, kind=CALL) == [value(called)]
    assert shown(staff, q="ea kao") == [value(report)]
    assert shown(staff, area=area.pk) == [value(called)]
    assert shown(staff, unit_kind=kind.pk) == [value(called)]
    assert shown(staff, area="khong-co") == []


def test_an_officer_begins_with_the_units_in_charge():
    staff, own, other = make_staff(), make_unit(), make_unit()
    Assignment.objects.create(officer=staff, unit=own)
    mine, others = make_report(own), make_report(other)

    assert shown(staff) == [value(mine)]
    assert shown(staff, charge="all") == [value(mine), value(others)]


def test_a_line_tells_how_its_unit_was_told():
    report, staff = make_report(make_unit()), make_staff()
    Contact.objects.create(
        source=REPORTS,
        object_id=report.pk,
        due_on=report.due_on,
        unit=report.unit,
        kind=ContactKind.CALLED,
        note="Hẹn gửi chiều nay",
        actor=staff,
        at="2026-11-05T10:00+07:00",
    )
    page = logged_in(staff).get(reverse(LIST)).content.decode()

    assert "Hẹn gửi chiều nay" in page
    assert "quá hạn 1 ngày" in page


@pytest.mark.parametrize("make", [make_staff, make_lead], ids=["staff", "lead"])
def test_three_duties_cost_as_many_queries_as_one(make):
    unit = make_unit()
    client = logged_in(make(unit) if make is make_lead else make())
    campaign = make_campaign()
    call(unit, campaign=campaign)
    client.get(reverse(LIST))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(reverse(LIST)).context["rows"]
        counts.append((len(rows), len(captured)))
        for _number in range(2):
            call(unit, campaign=make_campaign())
    assert [number for number, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
    assert counts[0][1] <= 14


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_a_lead_sees_the_own_duties_with_the_way_to_do_them_and_no_deeds():
    lead_unit, other = make_unit(), make_unit("Đảng ủy xã Khác")
    own = make_report(lead_unit)
    make_report(other)
    answer = logged_in(make_lead(lead_unit)).get(reverse(LIST))
    page = answer.content.decode()

    assert [row.value for row in answer.context["rows"]] == [value(own)]
    assert reverse("admin:movements_report_change", args=[own.pk]) in page
    for words in ("Đảng ủy xã Khác", 'name="duty"', "Nhắc ngay"):
        assert words not in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.LEADER, Role.ADMINISTRATOR])
def test_who_may_not_record_copies_the_text_at_most(role):
    make_report(make_unit())
    answer = logged_in(make_user(role, make_unit())).get(reverse(LIST))

    assert len(answer.context["rows"]) == 1
    assert [url for _words, url in answer.context["buttons"]] == [reverse("admin:notices_duties_zalo")]


def test_the_text_for_zalo_is_about_what_was_ticked():
    reports = [make_report(make_unit(name)) for name in ("Đảng ủy xã Ea Kao", "Đảng ủy xã Krông Á")]
    text = ask(logged_in(make_staff()), "zalo", reports[:1]).context["zalo"]

    assert "1. Đảng ủy xã Ea Kao (hạn 05/11/2026, quá hạn 1 ngày)" in text
    assert "Krông Á" not in text
    assert ask(logged_in(make_lead(reports[0].unit)), "zalo", reports).status_code == 403


@pytest.mark.parametrize("name", ["receive", "exempt", "extend", "contact"])
def test_deeds_are_refused_to_who_may_not(name):
    unit = make_unit()
    report = make_report(unit)
    for user in (make_lead(unit), make_user(Role.LEADER, make_unit()), make_user(Role.COUNCIL_MEMBER, make_unit())):
        answer = logged_in(user).post(reverse(f"admin:notices_duties_{name}"), {"duty": value(report)})
        assert answer.status_code == 403


# --- Deeds ------------------------------------------------------------------------------------------------------------

CAME = {"channel": "paper", "arrived_on": "05/11/2026", "number": "12-BC/ĐU"}


def ask(client, name, rows, **data):
    return client.post(reverse(f"admin:notices_duties_{name}"), {"duty": [value(row) for row in rows], **data})


def test_the_list_asks_and_the_form_does_for_all_kinds_at_once():
    report, called, client = make_report(make_unit()), call(make_unit()), logged_in(make_staff())
    asked = ask(client, "receive", [report, called], back="/admin/duties/?when=overdue")

    assert (asked.status_code, Settlement.objects.count()) == (200, 0)
    form = {"duty": asked.context["chosen"].value, "_form_key": str(asked.context["form_key"]), "_ask": "1"}
    done = client.post(asked.request["PATH_INFO"], {**form, **CAME, "back": asked.context["back"]})

    report.refresh_from_db()
    assert (done.status_code, done["Location"]) == (302, "/admin/duties/?when=overdue")
    assert (report.state, report.number) == (ReportState.RECEIVED, "12-BC/ĐU")
    assert Settlement.objects.get().unit == called.unit
    assert shown(make_staff()) == []


def test_a_form_sent_twice_does_once():
    report, staff, key = make_report(make_unit()), make_staff(), str(uuid.uuid4())
    client = logged_in(staff)
    for _time in range(2):
        answer = ask(client, "contact", [report], kind="called", note="Đã gọi", _ask="1", _form_key=key)
        assert answer.status_code == 302

    assert Contact.objects.get().unit == report.unit
    assert Activity.objects.filter(action="duties.contact").count() == 1


def test_what_one_kind_refuses_undoes_the_other():
    report, called = make_report(make_unit()), call(make_unit())
    answer = ask(logged_in(make_clerk()), "exempt", [called, report], reason="Mới thành lập", _ask="1")

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert Settlement.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("receive", {**CAME, "arrived_on": "07/11/2026"}, "arrived_on"),
        ("receive", {**CAME, "document_date": "06/11/2026"}, "document_date"),
        ("extend", {"new_due_on": "05/11/2026", "reason": "Bão"}, "new_due_on"),
        ("exempt", {"reason": " "}, "reason"),
    ],
)
def test_what_cannot_be_stands_at_its_field(name, data, field):
    answer = ask(logged_in(make_staff()), name, [make_report(make_unit())], _ask="1", **data)

    assert list(answer.context["form"].errors) == [field]


def test_all_pages_can_be_ticked_at_once(monkeypatch):
    monkeypatch.setattr(page_module, "PER_PAGE", 2)
    campaign = make_campaign()
    calls = [call(make_unit(order=number), campaign=campaign) for number in range(3)]
    call(make_unit(), TODAY + timedelta(days=30), campaign)
    client = logged_in(make_staff())

    assert len(client.get(reverse(LIST), {"when": "week"}).context["rows"]) == 2
    asked = client.post(reverse("admin:notices_duties_exempt"), {"everything": "1", "query": "when=week"})
    assert asked.context["chosen"].value == " ".join(value(each) for each in calls)


@pytest.mark.parametrize("duty", ["", "x:1", f"{CALL}:0", f"{CALL}:{'9' * 30}", "movements.report:1:2"])
def test_nothing_that_is_owed_leads_back(duty):
    answer = logged_in(make_staff()).post(reverse("admin:notices_duties_exempt"), {"duty": duty, "back": "//evil.vn/"})

    assert (answer.status_code, answer["Location"]) == (302, reverse(LIST))


# --- What was recorded ------------------------------------------------------------------------------------------------


def test_a_unit_reads_why_and_staff_take_it_back():
    called = call(make_unit())
    ask(logged_in(make_staff()), "exempt", [called], reason="Mới thành lập", _ask="1")
    settlement = Settlement.objects.get()
    own, foreign = make_lead(called.unit), make_lead(make_unit())
    address = reverse("admin:notices_settlement_change", args=[settlement.pk])
    take_back = reverse("admin:notices_settlement_withdraw", args=[settlement.pk])

    assert "Mới thành lập" in logged_in(own).get(address).content.decode()
    assert take_back not in logged_in(own).get(address).content.decode()
    assert logged_in(foreign).get(address).status_code == 302
    logged_in(own).post(take_back, {"reason": "Tự rút"})
    settlement.refresh_from_db()
    assert settlement.withdrawn_at is None
    clerk = logged_in(make_clerk())
    clerk.post(take_back, {"reason": "Nhầm đơn vị"})
    history = clerk.get(reverse("admin:notices_settlement_history", args=[settlement.pk])).content.decode()
    assert all(words in history for words in ("miễn cho đơn vị", "hủy ghi nhận", "Nhầm đơn vị"))
    assert shown(make_staff()) == [value(called)]
