"""The screens of reporting, as the lead, the staff and the clerk meet them."""

import re
from datetime import date, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from danvan import clock
from danvan.documents.models import StoredFile
from danvan.history.models import Activity
from movements.enums import PeriodState, ReportState
from movements.models import Extension, Report, ReportingPeriod
from tests.factories import (
    logged_in,
    make_clerk,
    make_lead,
    make_leader,
    make_period,
    make_report,
    make_scheme,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/movements/report/"
BOARD = "/admin/movements/report/board/"
PDF = b"%PDF-1.7 ...\n%%EOF\n"


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel("2026-11-05 23:58 +0700", tick=False):
        yield


@pytest.fixture
def report():
    return make_report(make_unit("Đảng ủy xã Krông Pắc"), results="Đã làm tốt.")


@pytest.fixture
def lead(report):
    return make_lead(report.unit)


def change_url(report):
    return reverse("admin:movements_report_change", args=[report.pk])


def deed_url(report, action):
    return reverse("admin:movements_report_transition", args=[report.pk, action])


def html(response):
    return response.content.decode()


def fields(**values):
    return {"results": "", "difficulties": "", "proposals": "", "models_count": "", **values}


# --- the unit ---------------------------------------------------------------------------------------------------------


def test_a_lead_finds_the_report_on_the_start_page_types_and_sends(report, lead):
    client = logged_in(lead)
    start = html(client.get("/admin/"))
    assert change_url(report) in start
    page = html(client.get(change_url(report)))
    assert set(re.findall(r'<(?:textarea|input|select)[^>]* name="(\w+)"', page)) >= {
        "results",
        "difficulties",
        "proposals",
        "models_count",
        "attachment",
    }
    data = fields(results="Ra mắt 02 mô hình.", models_count="2", attachment=SimpleUploadedFile("bc.pdf", PDF))
    client.post(change_url(report), data)
    report.refresh_from_db()
    assert (report.state, report.results, report.models_count) == (ReportState.EXPECTED, "Ra mắt 02 mô hình.", 2)
    assert report.files.get().file.unit == report.unit
    assert "bc.pdf" in html(client.get(change_url(report)))
    assert client.get(deed_url(report, "submit")).status_code == 200
    report.refresh_from_db()
    assert report.state == ReportState.EXPECTED  # asking changes nothing
    answer = html(client.post(deed_url(report, "submit"), {"reason": ""}, follow=True))
    assert "Thời điểm ghi nhận trên máy chủ: 23:58 05/11/2026" in answer
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED
    assert change_url(report) not in html(client.get("/admin/"))


def test_one_button_saves_and_sends(report, lead):
    data = fields(results="Đã sửa.", movements_report_save_and_send="")
    answer = logged_in(lead).post(change_url(report), data, follow=True)
    report.refresh_from_db()
    assert (report.state, report.results) == (ReportState.SUBMITTED, "Đã sửa.")
    assert "Ban đã nhận được báo cáo" in html(answer)


def test_an_empty_report_is_saved_and_not_sent(lead, report):
    answer = logged_in(lead).post(change_url(report), fields(movements_report_save_and_send=""), follow=True)
    report.refresh_from_db()
    assert report.state == ReportState.EXPECTED
    assert "Báo cáo chưa có nội dung" in html(answer)


def test_what_is_sent_is_locked(report, lead):
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.SUBMITTED, arrived_on=date(2026, 11, 4), first_submitted_at=None, came_on=date(2026, 11, 4)
    )
    for user in (lead, make_staff()):
        client = logged_in(user)
        assert 'name="results"' not in html(client.get(change_url(report)))
        assert client.post(change_url(report), fields(results="đổi")).status_code == 403
    report.refresh_from_db()
    assert report.results == "Đã làm tốt."


def test_unknown_stays_unknown_and_zero_stays_zero(report, lead):
    client = logged_in(lead)
    client.post(change_url(report), fields(results="x"))
    report.refresh_from_db()
    assert report.models_count is None
    client.post(change_url(report), fields(results="x", models_count="0"))
    report.refresh_from_db()
    assert report.models_count == 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"models_count": "-1"}, "không được nhỏ hơn 0"),
        ({"models_count": "nhiều"}, "số nguyên"),
        ({"models_count": "999999999"}, "100000"),
        ({"attachment": SimpleUploadedFile("a.exe", b"MZ")}, "Chỉ nhận"),
        ({"attachment": SimpleUploadedFile("a.pdf", b"<html>")}, "tên"),
    ],
)
def test_bad_input_is_told_at_its_field_and_loses_nothing(values, message, report, lead):
    page = html(logged_in(lead).post(change_url(report), fields(results="Giữ lại", **values)))
    assert "Giữ lại" in page
    assert message in page
    assert not StoredFile.objects.exists()
    report.refresh_from_db()
    assert report.results == "Đã làm tốt."


def test_the_room_that_is_left_is_told_at_the_field(report, lead, settings):
    settings.UPLOAD_PER_DAY = 0, 10**6
    data = fields(results="Giữ lại", attachment=SimpleUploadedFile("bc.pdf", PDF))
    answer = logged_in(lead).post(change_url(report), data)
    assert "hiện còn 0 tệp" in answer.context["adminform"].form.errors["attachment"][0]
    assert "Giữ lại" in html(answer)
    assert not StoredFile.objects.exists()


def test_a_file_in_quarantine_leads_nowhere(report, lead):
    client = logged_in(lead)
    client.post(change_url(report), fields(results="x", attachment=SimpleUploadedFile("nham.pdf", PDF)))
    stored = report.files.get().file
    assert "nham" not in Activity.objects.of(report).get().changes["attachment"][1]
    client.post(f"/admin/documents/storedfile/{stored.pk}/deed/report/", {"reason": "Tải nhầm"})
    page = html(client.get(change_url(report)))
    assert "nham.pdf (đã cách ly)" in page
    assert f"/admin/documents/storedfile/{stored.pk}/download/" not in page


def test_a_file_can_be_taken_away_again(report, lead):
    client = logged_in(lead)
    client.post(change_url(report), fields(results="x", attachment=SimpleUploadedFile("nham.pdf", PDF)))
    kept = report.files.get()
    client.post(change_url(report), fields(results="x", detach=[kept.pk]))
    assert not report.files.exists()


def test_a_lead_meets_nothing_of_another_unit(report, lead):
    other = make_report(make_unit("Đảng ủy xã Ea Súp"), results="Bí mật")
    client = logged_in(lead)
    pages = [html(client.get(url)) for url in ("/admin/", LIST, BOARD, LIST + "?standing=open", LIST + "?q=ea+sup")]
    assert all("Ea Súp" not in page for page in pages)
    assert client.get(change_url(other)).status_code == 302
    for action in ("submit", "receive", "accept", "exempt"):
        assert client.post(deed_url(other, action), {"reason": "x"}).status_code == 302
    client.post(change_url(other), fields(results="phá"))
    other.refresh_from_db()
    assert (other.state, other.results) == (ReportState.EXPECTED, "Bí mật")


# --- the Ban ----------------------------------------------------------------------------------------------------------


def test_a_day_in_the_future_is_refused_in_the_form(report):
    data = {"channel": "paper", "arrived_on": "06/11/2026"}
    page = html(logged_in(make_staff()).post(deed_url(report, "receive"), data))
    assert "Ngày đến không được sau hôm nay." in page


def test_each_card_leads_to_exactly_the_list_that_it_counts(report):
    period = report.period
    make_report(make_unit("Quá hạn 1"), period, due_on=date(2026, 11, 4))
    make_report(make_unit("Quá hạn 2"), period, due_on=date(2026, 10, 4))
    client = logged_in(make_leader())
    assert "waits=copy" not in html(client.get("/admin/"))
    for number in range(3):
        make_report(make_unit(f"Chờ {number}"), period, state="submitted", arrived_on=date(2026, 11, 4))
    make_report(make_unit("Xong"), period, state="accepted", first_submitted_at=clock.start_of_day(date(2026, 11, 4)))
    start = html(client.get("/admin/"))
    for which, expected in {"week": 1, "overdue": 2, "accept": 3, "copy": 1}.items():
        count = re.search(rf'href="{LIST}\?charge=all&amp;waits={which}".*?<strong>(\d+)</strong>', start, re.S)[1]
        listed = client.get(f"{LIST}?charge=all&waits={which}").context["cl"].result_count
        assert (int(count), listed) == (expected, expected)


@pytest.mark.parametrize("standing", ["on_time", "late", "received", "returned", "open", "overdue", "exempt"])
def test_the_list_filters_by_standing(standing, report):
    answer = logged_in(make_staff()).get(LIST, {"standing": standing})
    assert answer.context["cl"].result_count == (standing == "open")


def test_staff_extend_with_a_day_and_a_reason(report):
    client = logged_in(make_staff())
    assert "Hạn mới phải sau ngày 05/11/2026." in html(
        client.post(deed_url(report, "extend"), {"new_due_on": "05/11/2026", "reason": "bão"})
    )
    client.post(deed_url(report, "extend"), {"new_due_on": "09/11/2026", "reason": "bão"})
    report.refresh_from_db()
    assert report.due_on == date(2026, 11, 9)
    assert Extension.objects.get().reason == "bão"
    assert "05/11/2026 → 09/11/2026" in html(client.get(change_url(report)))
    assert "gia hạn đến 09/11/2026" in html(client.get(BOARD))


def test_returning_asks_why_and_the_unit_reads_it(report, lead):
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.SUBMITTED, arrived_on=date(2026, 11, 4), first_submitted_at=None, came_on=date(2026, 11, 4)
    )
    client = logged_in(make_staff())
    client.post(deed_url(report, "return"), {"reason": ""})
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED
    client.post(deed_url(report, "return"), {"reason": "Thiếu số mô hình"})
    assert "Thiếu số mô hình" in html(logged_in(lead).get(change_url(report)))


def test_the_ban_takes_the_list_it_sees_as_a_workbook(report):
    other = make_report(
        make_unit("Xong"), report.period, state="accepted", arrived_on=date(2026, 11, 4), models_count=0
    )
    export = f"{LIST}export/?standing=open"
    answer = logged_in(make_staff()).post(export)
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if row[0] == "Kỳ báo cáo")
    assert [row[:5] for row in rows[head + 1 :]] == [
        [report.period.title, report.unit.choice_label, datetime(2026, 11, 5), "còn hạn", "chưa gửi"]
    ]
    assert other.unit.name not in str(rows)
    for stranger in (make_lead(report.unit), make_clerk()):
        assert logged_in(stranger).post(export).status_code == 403


# --- periods and schemes ----------------------------------------------------------------------------------------------


def test_staff_make_a_period_from_its_scheme_and_open_it():
    make_unit()
    scheme = make_scheme()
    client = logged_in(make_staff())
    client.post(reverse("admin:movements_reportingperiod_add"), {"scheme": scheme.pk, "year": "2026", "index": "11"})
    period = ReportingPeriod.objects.get()
    assert (period.title, period.data_from, period.due_on) == (
        "Báo cáo công tác dân vận tháng 11/2026",
        date(2026, 11, 1),
        date(2026, 12, 5),
    )
    url = reverse("admin:movements_reportingperiod_transition", args=[period.pk, "open"])
    client.get(url)
    assert not Report.objects.exists()
    client.post(url, {"reason": ""})
    assert Report.objects.exists()
    page = html(client.get(reverse("admin:movements_reportingperiod_change", args=[period.pk])))
    assert 'name="due_on"' not in page


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"index": "13"}, "Ở đây chỉ có số từ 1 đến 12."),
        ({"data_to": "01/01/2026"}, "Ngày cuối"),
        ({"due_on": "01/10/2026"}, "Hạn gửi không được trước ngày bắt đầu kỳ."),
        ({"data_from": "15/10/2026"}, "Thời gian này trùng với"),
        ({"index": "10"}, "Chế độ báo cáo này đã có kỳ đó."),
        ({"year": ""}, "bắt buộc"),
        ({"year": "abc"}, "số nguyên"),
    ],
)
def test_a_period_that_makes_no_sense_is_told(values, message):
    period = make_period()
    data = {"scheme": period.scheme_id, "year": "2026", "index": "11", **values}
    page = html(logged_in(make_staff()).post(reverse("admin:movements_reportingperiod_add"), data))
    assert message in page
    assert ReportingPeriod.objects.count() == 1


def test_a_lead_sees_no_planned_period_and_no_scheme(lead, report):
    planned = make_period(report.period.scheme, index=12, title="Kỳ chưa công bố", state=PeriodState.PLANNED)
    client = logged_in(lead)
    assert "Kỳ chưa công bố" not in html(client.get(reverse("admin:movements_reportingperiod_changelist")))
    assert client.get(reverse("admin:movements_reportingperiod_change", args=[planned.pk])).status_code == 302
    assert client.get(reverse("admin:movements_reportingscheme_changelist")).status_code == 403


@pytest.mark.parametrize("url", [LIST, BOARD, "/admin/movements/reportingperiod/", "/admin/movements/reportingscheme/"])
def test_the_questions_of_a_page_do_not_grow_with_its_rows(url):
    client = logged_in(make_staff())
    scheme = make_scheme()
    counts = []
    for wanted in (1, 3):
        while ReportingPeriod.objects.count() < wanted:
            index = ReportingPeriod.objects.count() + 1
            period = make_period(scheme, index=index)
            make_scheme()
            for _ in range(2):
                make_report(make_unit(), period)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
