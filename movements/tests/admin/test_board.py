"""The board, the page of a cell and the deeds for what was ticked, as staff, the clerk and a lead meet them."""

import re
import uuid
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan.documents.models import StoredFile
from danvan.mail.models import OutgoingMail
from danvan.notices.enums import ContactKind
from danvan.notices.models import Contact, Reminder
from danvan.organization.models import Area, AreaLevel, Assignment
from movements.domain.duties import source_of
from movements.enums import PeriodKind, PeriodState, ReportState
from movements.models import Extension, Report, ReportingPeriod
from tests.factories import (
    logged_in,
    make_clerk,
    make_kind,
    make_lead,
    make_leader,
    make_period,
    make_report,
    make_rule,
    make_scheme,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db
BOARD, SELECTED, PUNCTUALITY = (f"/admin/movements/report/{page}/" for page in ("board", "selected", "punctuality"))
PDF = b"%PDF-1.7 ...\n%%EOF\n"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-11-06 09:05 +0700", tick=False):
        yield


@pytest.fixture
def period():
    return make_period()


@pytest.fixture
def late(period):
    """Three overdue reports."""
    return [make_report(make_unit(name), period) for name in ("Đảng ủy xã Krông Pắc", "Sở Tài chính", "Đảng ủy xã Lắk")]


def cell_of(report):
    return reverse("admin:movements_report_cell", args=[report.pk])


def deed_of(report, action):
    return reverse("admin:movements_report_transition", args=[report.pk, action])


def html(response):
    return response.content.decode()


def names_on(page):
    """The names in the head column of the board."""
    return [name.strip() for name in re.findall(r'<th scope="row">(?:<label><input[^>]*>)?\s*([^<]+)', page)]


# --- the board --------------------------------------------------------------------------------------------------------


def test_what_narrows_the_board(late, period):
    krong_pac, finance, _lak = late
    make_report(make_unit("Đã gửi"), period, state="submitted", arrived_on=date(2026, 11, 4))
    kind = make_kind()
    area = Area.objects.create(name="Xã Krông Pắc", level=AreaLevel.COMMUNE)
    type(finance.unit).objects.filter(pk=finance.unit.pk).update(kind=kind)
    type(krong_pac.unit).objects.filter(pk=krong_pac.unit.pk).update(area=area)
    officer = make_staff()
    Assignment.objects.create(officer=officer, unit=finance.unit)
    client = logged_in(make_leader())
    for query, names in {
        "": ["Đảng ủy xã Krông Pắc", "Sở Tài chính", "Đảng ủy xã Lắk", "Đã gửi"],
        "only=overdue": ["Đảng ủy xã Krông Pắc", "Sở Tài chính", "Đảng ủy xã Lắk"],
        "q=krong+PAC": ["Đảng ủy xã Krông Pắc"],
        f"kind={kind.pk}": ["Sở Tài chính"],
        f"area={area.pk}": ["Đảng ủy xã Krông Pắc"],
        "area=none&only=missing": ["Sở Tài chính", "Đảng ủy xã Lắk"],
        f"charge={officer.pk}": ["Sở Tài chính"],
    }.items():
        rows = client.get(f"{BOARD}?{query}").context["rows"]
        assert [unit.name for unit, _cells in rows] == names, query
    assert [unit.name for unit, _cells in logged_in(officer).get(BOARD).context["rows"]] == ["Sở Tài chính"]


def test_each_sum_of_an_area_leads_to_exactly_what_it_counts(late):
    province = Area.objects.create(name="Tỉnh Đắk Lắk", level=AreaLevel.PROVINCE)
    commune = Area.objects.create(name="Xã Lắk", level=AreaLevel.COMMUNE, parent=province)
    for report, area in zip(late, (None, province, commune), strict=True):
        type(report.unit).objects.filter(pk=report.unit.pk).update(area=area)
    client = logged_in(make_staff())
    areas = client.get(BOARD).context["areas"]
    assert [area.units for area, _address, _counts in areas] == [1, 1, 1]
    assert [[unit.name for unit, _ in client.get(f"{BOARD}?{address}").context["rows"]] for _, address, _ in areas] == [
        ["Sở Tài chính"],
        ["Đảng ủy xã Lắk"],
        ["Đảng ủy xã Krông Pắc"],
    ]


@pytest.mark.parametrize(
    "query", ["board=x", "board=999-2026", "board=", "kind=abc", "only=?", "area=9-itself", "q=%00"]
)
def test_the_board_bears_any_address(query, late):
    assert logged_in(make_staff()).get(f"{BOARD}?{query}").status_code == 200


def test_the_board_opens_on_what_is_due_about_now(late):
    december = {"data_from": date(2026, 12, 1), "data_to": date(2026, 12, 31), "due_on": date(2026, 12, 31)}
    yearly = make_period(make_scheme(PeriodKind.YEAR), index=1, title="năm 2026", **december)
    make_report(late[0].unit, yearly)
    staff = make_staff()
    for day, period in {"2026-11-20": late[0].period, "2026-12-20": yearly}.items():
        with time_machine.travel(f"{day} 09:00 +0700", tick=False):
            assert logged_in(staff).get(BOARD).context["board"].periods == [period]


def test_an_empty_board_says_the_next_step():
    assert "Chưa có kỳ báo cáo nào được mở" in html(logged_in(make_staff()).get(BOARD))


def test_a_lead_sees_the_own_row_and_goes_to_the_report_itself(late):
    client = logged_in(make_lead(late[0].unit))
    page = html(client.get(BOARD))
    assert names_on(page)[:1] == ["Đảng ủy xã Krông Pắc"]
    assert f'href="../{late[0].pk}/change/"' in page
    assert not any(word in page for word in ("Zalo", "Sở Tài chính", "report/selected", 'name="unit"', 'name="charge"'))
    assert client.get(cell_of(late[0])).url.endswith(f"/{late[0].pk}/change/")


def test_a_large_board_is_a_light_page(period):
    """A cell costs at most 130 bytes: 600 units × 12 periods stay below a megabyte."""
    sizes = []
    staff = logged_in(make_staff())
    others = [period] + [
        make_period(
            period.scheme,
            index=index,
            title=f"Tháng {index}",
            data_from=date(2026, index, 1),
            data_to=date(2026, index, 2),
        )
        for index in range(1, 8)
    ]
    for _ in range(3):
        unit = make_unit("Đảng ủy xã Krông Pắc")
        came = {"state": ReportState.RECEIVED, "channel": "paper", "arrived_on": date(2026, 11, 4)}
        Report.objects.bulk_create(Report(unit=unit, period=other, due_on=other.due_on, **came) for other in others)
        sizes.append(len(staff.get(BOARD).content))
    assert sizes[2] - sizes[1] < len(others) * 130 + 200


# --- the page of a cell -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_staff, make_clerk])
def test_two_clicks_from_the_board_write_down_a_call(make, late):
    client = logged_in(make())
    board = html(client.get(BOARD))
    address = re.search(rf'href="\.\./({late[0].pk}/cell/[^"]*)"', board)[1].replace("&amp;", "&")
    address = f"/admin/movements/report/{address}"
    key = re.search(r'name="_form_key" value="([^"]+)"', html(client.get(address)))[1]
    for _click in range(2):
        data = {"kind": "called", "note": "Hẹn gửi chiều nay", "_form_key": key}
        page = html(client.post(address, data, follow=True))
    assert "Hẹn gửi chiều nay" in page and "09:05 06/11/2026" in page
    contact = Contact.objects.get()
    assert (contact.object_id, contact.kind) == (late[0].pk, ContactKind.CALLED)


def test_the_page_tells_what_was_done_and_offers_what_can_be(late):
    staff, client = make_staff(), logged_in(make_staff())
    Extension.objects.create(
        report=late[0],
        old_due_on=date(2026, 10, 30),
        new_due_on=date(2026, 11, 5),
        reason="Mưa lũ",
        actor=staff,
        given_at="2026-10-29T09:00+07:00",
    )
    mail = OutgoingMail.objects.create(
        to="a@example.vn", kind="x", dedupe_key="x", state="failed", trouble="unknown_address", next_attempt_at=None
    )
    Reminder.objects.create(
        rule=make_rule(1),
        source=source_of(PeriodKind.MONTH),
        object_id=late[0].pk,
        due_on=date(2026, 11, 5),
        unit=late[0].unit,
        address="a@example.vn",
        duty_text="Báo cáo",
        state="mailed",
        mail=mail,
        planned_at="2026-11-06T08:00+07:00",
        batch=uuid.uuid4(),
    )
    page = html(client.get(cell_of(late[0])))
    told = ["quá hạn 1 ngày", "30/10/2026 → 05/11/2026", "Mưa lũ", "08:00 06/11/2026", "a@example.vn"]
    assert [words for words in [*told, mail.trouble_words] if words not in page] == []
    assert all(deed_of(late[0], deed) in page for deed in ("receive", "extend", "exempt"))
    assert deed_of(late[0], "return") not in page
    for reader in (make_leader(), make_lead(make_unit())):
        before = Contact.objects.count()
        logged_in(reader).post(cell_of(late[0]), {"kind": "called", "note": ""})
        assert Contact.objects.count() == before


def test_a_deed_leads_back_to_the_cell_and_that_to_the_same_board(late):
    client = logged_in(make_clerk())
    page = html(client.get(f"{cell_of(late[0])}?only=overdue"))
    link = re.search(rf'href="({deed_of(late[0], "receive")}[^"]*)"', page)[1].replace("&amp;", "&")
    data = {
        "channel": "document_system",
        "number": "12-BC/ĐU",
        "document_date": "02/11/2026",
        "arrived_on": "04/11/2026",
    }
    page = html(client.post(link, data, follow=True))
    assert f"{BOARD}?board={late[0].period.scheme_id}-2026&amp;only=overdue" in page
    late[0].refresh_from_db()
    assert (late[0].state, late[0].number, late[0].arrived_on) == (
        ReportState.RECEIVED,
        "12-BC/ĐU",
        date(2026, 11, 4),
    )
    assert "nhận bằng văn bản" in html(client.get(BOARD))


# --- many at once -----------------------------------------------------------------------------------------------------

CAME = {"channel": "paper", "number": "15-BC/ĐU", "document_date": "", "arrived_on": "05/11/2026"}


def tick(client, deed, reports, **data):
    ticked = {"period": reports[0].period_id, "unit": [report.unit_id for report in reports], "back": BOARD}
    return client.post(SELECTED, {"deed": deed, **ticked, **data})


def confirm(client, deed, reports, **data):
    sent = {
        "deed": deed,
        "confirmed": "1",
        "report": [report.pk for report in reports],
        "back": f"{BOARD}?only=overdue",
    }
    return client.post(SELECTED, sent | data)


def states():
    return set(Report.objects.values_list("state", flat=True))


def test_what_came_from_many_units_is_recorded_once_with_the_number_of_each(late):
    client, key = logged_in(make_clerk()), str(uuid.uuid4())
    asked = tick(client, "receive", late)
    assert [line.report for line in asked.context["lines"]] == late
    assert states() == {ReportState.EXPECTED}
    own = {f"{late[1].pk}-number": "7/BC-STC", f"{late[2].pk}-upload": SimpleUploadedFile("lak.pdf", PDF)}
    for _click in range(2):
        answer = confirm(client, "receive", late, **CAME, **own, _form_key=key)
        assert answer.url == f"{BOARD}?only=overdue"
        own[f"{late[2].pk}-upload"].seek(0)
    rows = {report.unit.name: report for report in Report.objects.all()}
    assert {name: (row.state, row.number, row.came_late, row.recorded_by.pk) for name, row in rows.items()} == {
        name: (ReportState.RECEIVED, number, False, answer.wsgi_request.user.pk)
        for name, number in {
            "Đảng ủy xã Krông Pắc": "15-BC/ĐU",
            "Sở Tài chính": "7/BC-STC",
            "Đảng ủy xã Lắk": "15-BC/ĐU",
        }.items()
    }
    assert StoredFile.objects.get().unit == late[2].unit


def test_one_that_cannot_be_recorded_stops_all_and_is_named(late):
    Report.objects.filter(pk=late[1].pk).update(state=ReportState.EXEMPT)
    client = logged_in(make_staff())
    asked = tick(client, "receive", late)
    assert [bool(line.problem) for line in asked.context["lines"]] == [False, True, False]
    refused = confirm(client, "receive", late, **CAME)
    assert [line.report.unit.name for line in refused.context["lines"] if line.problem] == ["Sở Tài chính"]
    assert states() == {ReportState.EXPECTED, ReportState.EXEMPT}
    future = confirm(client, "receive", late[:1], **CAME | {"arrived_on": "07/11/2026"})
    assert future.context["form"].errors == {"arrived_on": ["Ngày đến không được sau hôm nay."]}
    assert states() == {ReportState.EXPECTED, ReportState.EXEMPT}


def test_many_are_extended_or_exempted_with_one_reason(late):
    client = logged_in(make_staff())
    for day, changed in {"05/11/2026": 0, "09/11/2026": 2}.items():
        confirm(client, "extend", late[:2], new_due_on=day, reason="bão")
        assert Report.objects.filter(due_on=date(2026, 11, 9)).count() == changed
    confirm(client, "exempt", late[2:], reason="")
    assert states() == {ReportState.EXPECTED}
    confirm(client, "exempt", late[2:], reason="Chưa thành lập")
    assert Report.objects.get(state=ReportState.EXEMPT).remark == "Chưa thành lập"


def test_the_list_leads_to_the_same_page(late):
    client = logged_in(make_staff())
    ticked = {"action": "receive_selected", "_selected_action": [report.pk for report in late]}
    assert len(client.post("/admin/movements/report/", ticked).context["lines"]) == 3


def test_only_who_may_and_what_is_there(late):
    clerk = logged_in(make_clerk())
    assert clerk.get(SELECTED).status_code == 405
    assert confirm(clerk, "extend", late, new_due_on="09/11/2026", reason="x").status_code == 403
    assert confirm(logged_in(make_lead(late[0].unit)), "receive", late[:1], **CAME).status_code == 403
    assert tick(clerk, "receive", late, unit="x").url == BOARD
    assert tick(clerk, "receive", late, unit="x", back="https://example.com/").url == BOARD
    ReportingPeriod.objects.update(state=PeriodState.CLOSED)
    assert confirm(clerk, "receive", late, **CAME).status_code == 200
    assert states() == {ReportState.EXPECTED}


# --- punctuality ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_punctuality_by_unit_and_year(count, period):
    for _ in range(count):
        unit = make_unit()
        make_report(unit, period)
        january = {"data_from": date(2025, 1, 1), "data_to": date(2025, 1, 31), "due_on": date(2025, 2, 5)}
        in_time = make_period(index=1, year=2025, **january)
        make_report(unit, in_time, state="received", channel="paper", arrived_on=date(2025, 2, 5))
    client = logged_in(make_staff())
    client.get(PUNCTUALITY)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(PUNCTUALITY)
    assert len(queries) == 13
    assert page.context["years"] == [2026, 2025]
    assert all("0%" in first and "100%" in second for _unit, (first, second) in page.context["rows"])
    assert len(page.context["rows"]) == count
    own = logged_in(make_lead(unit)).get(PUNCTUALITY)
    assert [each for each, _cells in own.context["rows"]] == [unit]
    assert len(logged_in(make_staff()).get(f"{PUNCTUALITY}?q={unit.name[-2:]}").context["rows"]) <= count
