"""The pages of schemes, periods and their year; the schedule of a new office; the signed copy behind a report."""

import re
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from danvan import clock
from danvan.access.panels import start_page
from danvan.history.models import Activity
from danvan.notices.models import Holiday, ReminderRule
from movements.enums import PeriodKind, ReportState
from movements.models import Registration, Report, ReportingPeriod, ReportingScheme, ScheduleOverride
from tests.factories import (
    logged_in,
    make_clerk,
    make_lead,
    make_leader,
    make_period,
    make_registration,
    make_report,
    make_scheme,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db

YEAR = "/admin/movements/reportingscheme/year/"
CHOOSE = "/admin/movements/reportingscheme/choose/"
FILL = "/admin/notices/holiday/fill/"
ADD_PERIOD = "/admin/movements/reportingperiod/add/"


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel("2026-11-04 09:00 +0700", tick=False):
        yield


@pytest.fixture
def staff():
    return make_staff()


def html(response):
    return response.content.decode()


def ticked(response):
    """How many boxes and buttons of the page are chosen beforehand."""
    return len(re.findall(r"<input[^>]*\schecked[\s>]", html(response)))


def errors_of(response):
    """The errors of the form on an admin page, by field."""
    return dict(response.context["adminform"].form.errors)


# --- a year -----------------------------------------------------------------------------------------------------------


def test_a_year_is_previewed_and_then_made(staff):
    scheme, client = make_scheme(), logged_in(staff)
    page = client.get(YEAR, {"schemes": scheme.pk, "year": 2027})
    assert "Tạo 12 kỳ" in html(page)
    assert "chưa có ngày nghỉ năm 2027" in html(page)
    sent = {"schemes": scheme.pk, "year": 2027, "seen": page.context["plan"].mark}
    Holiday.objects.create(day=date(2027, 2, 5), name="Nghỉ bù")
    scheme.shift_rule = "after"
    scheme.save()
    refused = client.post(YEAR, sent)
    assert "đã thay đổi" in html(refused)
    assert not ReportingPeriod.objects.exists()
    client.post(YEAR, sent | {"seen": refused.context["plan"].mark})
    assert ReportingPeriod.objects.filter(planned_by=staff, year=2027).count() == 12
    assert "Tạo 12 kỳ" not in html(client.get(YEAR, {"schemes": scheme.pk, "year": 2027}))


@pytest.mark.parametrize("year", ["1", "1999", "2101", "9999", "99999999999999999999", "hai nghìn", ""])
def test_a_year_out_of_range_is_refused_at_its_field(staff, year):
    page = logged_in(staff).get(YEAR, {"schemes": make_scheme().pk, "year": year})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["year"])
    page = logged_in(staff).get(FILL, {"year": year})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["year"])


def test_ticked_schemes_lead_to_their_year(staff):
    schemes = [make_scheme(), make_scheme(PeriodKind.YEAR)]
    deed = {"action": "make_year", "_selected_action": [scheme.pk for scheme in schemes]}
    page = logged_in(staff).post("/admin/movements/reportingscheme/", deed, follow=True)
    assert page.request["PATH_INFO"] == YEAR
    assert ticked(page) == 2


# --- periods ----------------------------------------------------------------------------------------------------------


def test_who_adds_a_period_answers_for_its_opening(staff):
    scheme = make_scheme()
    typed = {"scheme": scheme.pk, "year": 2026, "index": 12, "opens_on": "01/12/2026"}
    logged_in(staff).post(ADD_PERIOD, typed)
    period = ReportingPeriod.objects.get()
    assert (period.planned_by, period.opens_on, period.due_on) == (staff, date(2026, 12, 1), date(2027, 1, 5))


def test_what_is_asked_for_once_is_typed_and_numbered_by_itself(staff):
    scheme, client = make_scheme(PeriodKind.ONE_OFF, window_rule="", due_day=None), logged_in(staff)
    typed = {"scheme": scheme.pk, "year": 2026, "index": 1}
    assert set(errors_of(client.post(ADD_PERIOD, typed))) == {"title", "data_from", "data_to", "due_on"}
    typed |= {"title": "Báo cáo đột xuất", "data_from": "01/11/2026", "data_to": "03/11/2026", "due_on": "06/11/2026"}
    for number in (1, 2):
        client.post(ADD_PERIOD, typed | {"title": f"Báo cáo đột xuất {number}"})
    assert list(ReportingPeriod.objects.order_by("index").values_list("index", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"data_from": "10/11/2026", "data_to": "09/11/2026"}, "data_to"),
        ({"data_from": "01/11/2026", "due_on": "31/10/2026"}, "due_on"),
        ({"data_from": "31/10/2026"}, "data_from"),  # October has this day
        ({"data_from": "01/01/0001"}, "data_from"),
        ({"due_on": "31/12/9999"}, "due_on"),
        ({"opens_on": "01/01/0001"}, "opens_on"),
        ({"opens_on": "01/02/2027"}, "opens_on"),
        ({"year": 9999, "index": 12}, "year"),
        ({"year": 1}, "year"),
        ({"index": 13}, "index"),
        ({"index": 10}, "__all__"),  # there already
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(staff, typed, fault):
    period = make_period()
    page = logged_in(staff).post(ADD_PERIOD, {"scheme": period.scheme_id, "year": 2026, "index": 11, **typed})
    assert page.status_code == 200
    assert set(errors_of(page)) == {fault}, errors_of(page)
    assert ReportingPeriod.objects.count() == 1


def test_the_due_date_of_an_open_period_is_moved_with_a_reason(staff):
    report, client = make_report(make_unit()), logged_in(staff)
    address = reverse("admin:movements_reportingperiod_transition", args=[report.period_id, "redate"])
    for refused in ({"new_due_on": "12/11/2026"}, {"new_due_on": "30/09/2026", "reason": "vì"}):
        assert "dv-error" in html(client.post(address, refused))
    client.post(address, {"new_due_on": "12/11/2026", "reason": "Tỉnh ủy gia hạn"})
    report.refresh_from_db()
    assert report.due_on == report.period.due_on == date(2026, 11, 12)


# --- schemes ----------------------------------------------------------------------------------------------------------


def scheme_form(scheme, **changed):
    values = {
        "code": scheme.code,
        "name": scheme.name,
        "kind": scheme.kind,
        "window_rule": scheme.window_rule,
        "due_day": scheme.due_day,
        "due_months_after": scheme.due_months_after,
        "shift_rule": scheme.shift_rule,
        "owed_by": scheme.owed_by,
        "order": 0,
        "overrides-TOTAL_FORMS": 0,
        "overrides-INITIAL_FORMS": 0,
    }
    return values | changed


@pytest.mark.parametrize(
    ("owed_by", "fault"), [("kinds", "unit_kinds"), ("chosen", "units"), ("under", "under"), ("cluster", "cluster")]
)
def test_a_scheme_that_nobody_owes_is_refused_at_its_field(staff, owed_by, fault):
    scheme = make_scheme()
    address = reverse("admin:movements_reportingscheme_change", args=[scheme.pk])
    page = logged_in(staff).post(address, scheme_form(scheme, owed_by=owed_by))
    assert set(errors_of(page)) == {fault}
    assert logged_in(staff).post(address, scheme_form(scheme, owed_by="ban")).status_code == 302


def test_a_unit_is_given_days_of_its_own_on_the_page_of_the_scheme(staff):
    scheme, unit = make_scheme(), make_unit()
    address = reverse("admin:movements_reportingscheme_change", args=[scheme.pk])
    typed = {"overrides-TOTAL_FORMS": 1, "overrides-0-unit": unit.pk, "overrides-0-due_day": 20}
    logged_in(make_leader()).post(address, scheme_form(scheme, **typed))
    assert not ScheduleOverride.objects.exists()
    page = logged_in(staff).post(address, scheme_form(scheme, **typed | {"overrides-0-due_day": ""}))
    assert "Nhập ngày nào khác" in html(page)
    logged_in(staff).post(address, scheme_form(scheme, **typed))
    assert ScheduleOverride.objects.get().unit == unit


# --- a new office -----------------------------------------------------------------------------------------------------

CHOSEN = {
    "name": "Báo cáo công tác dân vận",
    "window_rule": "calendar",
    "shift_rule": "before",
    "owed_by": "all",
    "month": "on",
    "month_day": "25",
    **{f"{kind}_when": "0" for kind in PeriodKind.values},
}


def test_a_new_office_is_asked_for_its_schedule_and_none_is_assumed(staff):
    client = logged_in(staff)
    assert [task.url for task in start_page(staff).tasks] == [CHOOSE]
    assert [start_page(make()).tasks for make in (make_lead, make_clerk, make_leader)] == [[], [], []]
    assert ticked(client.get(CHOOSE)) == 0
    typed = CHOSEN | {"year": "on", "year_day": "10", "year_when": "1"}
    client.post(CHOOSE, typed)
    made = ReportingScheme.objects.order_by("order").values_list("kind", "window_rule", "due_day", "due_months_after")
    assert list(made) == [("month", "calendar", 25, 0), ("year", "calendar", 10, 1)]
    assert not ReportingPeriod.objects.exists()
    assert ReminderRule.objects.exists()
    assert set(Holiday.objects.dates("day", "year")) == {date(2026, 1, 1), date(2027, 1, 1)}
    assert start_page(staff).tasks == []
    assert "Cơ quan đã có chế độ báo cáo" in html(client.post(CHOOSE, typed))
    assert ReportingScheme.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"month": ""}, "__all__"),
        ({"month_day": ""}, "month_day"),
        ({"month_day": "32"}, "month_day"),
        ({"window_rule": ""}, "window_rule"),
        ({"shift_rule": ""}, "shift_rule"),
        ({"owed_by": "kinds"}, "unit_kinds"),
        ({"window_rule": "own"}, "first_day"),
        ({"window_rule": "decree", "nine_months": "on", "nine_months_day": "20"}, "nine_months_day"),
    ],
)
def test_a_schedule_that_says_too_little_is_refused_at_its_field(staff, typed, fault):
    page = logged_in(staff).post(CHOOSE, CHOSEN | typed)
    assert set(page.context["form"].errors) == {fault}
    assert not ReportingScheme.objects.exists()


def test_the_holidays_of_a_year_are_shown_and_then_added(staff):
    client = logged_in(staff)
    Holiday.objects.create(day=date(2027, 1, 1), name="Tết dương")
    assert "Thêm 14 ngày" in html(client.get(FILL, {"year": 2027}))
    assert Holiday.objects.count() == 1
    client.post(FILL, {"year": 2027})
    assert Holiday.objects.count() == 15
    assert logged_in(make_clerk()).post(FILL, {"year": 2026}).status_code == 403


# --- what comes back, and the signed copy -----------------------------------------------------------------------------


CAME = {"first_submitted_at": clock.start_of_day(date(2026, 11, 3))}


def upload():
    return SimpleUploadedFile("ban-ky.pdf", b"%PDF-1.7 ...\n%%EOF\n", "application/pdf")


@pytest.mark.parametrize("make", [make_report, make_registration])
def test_returning_asks_until_when(staff, make):
    row = make(make_unit(), state="submitted", **(CAME if make is make_report else {}))
    address = reverse(f"admin:movements_{type(row)._meta.model_name}_transition", args=[row.pk, "return"])
    client = logged_in(staff)
    assert 'value="11/11/2026"' in html(client.get(address))  # five working days
    assert "Ngày này đã qua" in html(client.post(address, {"reason": "thiếu", "complete_by": "03/11/2026"}))
    client.post(address, {"reason": "thiếu", "complete_by": "04/11/2026"})
    row.refresh_from_db()
    assert (row.state, row.complete_by) == ("returned", date(2026, 11, 4))
    assert isinstance(row, (Report, Registration))


def test_a_unit_attaches_the_signed_copy_to_a_report_that_was_accepted():
    unit = make_unit()
    lead = make_lead(unit)
    row = make_report(unit, state=ReportState.ACCEPTED, results="Gốc", **CAME)
    other = make_report(make_unit(), row.period, state="submitted", **CAME)
    assert set(Report.objects.without_signed_copy()) == {row, other}
    address = reverse("admin:movements_report_transition", args=[row.pk, "copy"])
    typed = {"number": "12-BC/ĐU", "document_date": "03/11/2026", "signer": "Nguyễn Văn An", "results": "Sửa"}
    client = logged_in(lead)
    assert client.post(address, {**typed, "document_date": "05/11/2026", "upload": upload()}).status_code == 200
    assert not row.files.exists()
    client.post(address, {**typed, "upload": upload()})
    row.refresh_from_db()
    assert (row.state, row.results, row.number, row.signer) == ("accepted", "Gốc", "12-BC/ĐU", "Nguyễn Văn An")
    kept = row.files.get()
    assert (kept.is_signed_copy, kept.file.unit) == (True, unit)
    assert list(Report.objects.without_signed_copy()) == [other]
    assert Activity.objects.filter(action="report.copy", actor=lead).exists()
    foreign = reverse("admin:movements_report_transition", args=[other.pk, "copy"])
    client.post(foreign, {**typed, "upload": upload()})
    assert not other.files.exists()


def test_a_unit_attaches_the_signed_copy_while_it_writes():
    row = make_report(make_unit())
    typed = {"results": "Đã làm", "signed_number": "12-BC/ĐU", "signed_on": "03/11/2026", "signed_copy": upload()}
    address = reverse("admin:movements_report_change", args=[row.pk])
    empty = {"difficulties": "", "proposals": "", "models_count": "", "signed_by": ""}
    logged_in(make_lead(row.unit)).post(address, {**empty, **typed})
    row.refresh_from_db()
    assert (row.results, row.number, row.document_date) == ("Đã làm", "12-BC/ĐU", date(2026, 11, 3))
    assert row.files.get().is_signed_copy


def test_a_report_says_about_which_days_it_is():
    row = make_report(make_unit())
    address = reverse("admin:movements_report_change", args=[row.pk])
    client = logged_in(make_lead(row.unit))
    assert "01/10/2026 – 31/10/2026" in html(client.get(address))
    Report.objects.filter(pk=row.pk).update(data_from=date(2026, 9, 15), data_to=date(2026, 10, 14))
    assert "15/09/2026 – 14/10/2026" in html(client.get(address))
