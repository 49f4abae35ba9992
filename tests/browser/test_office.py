"""The sample office at work in a real browser: a lead reports, staff and leader decide, the clerk issues."""

from decimal import Decimal

import pytest

from awards.demonstration import load
from awards.enums import DecisionState, DossierState, NominationState
from awards.models import Commendation, Decision, Dossier, Nomination
from danvan import clock
from danvan.notices.models import Contact
from movements.enums import RegistrationState, ReportState
from movements.models import Registration, Report
from tests.browser.desk import PASSWORD, desks

pytestmark = pytest.mark.browser


@pytest.fixture
def seat(transactional_db, live_server, chromium_path):
    load(password=PASSWORD)
    with desks(chromium_path, live_server.url) as seat:
        yield seat


def test_the_office_at_work(seat):
    lead, staff = seat("xa1"), seat("chuyenvien")
    a_lead_registers_a_model(lead)
    a_lead_sends_a_report(lead)
    staff_record_a_report_on_paper(staff)
    staff_appraise(staff)
    a_leader_approves(seat("lanhdao"))
    the_clerk_issues(seat("vanthu"))
    staff_look_at_the_statistics(staff)


def test_a_lead_on_a_telephone(seat):
    lead = seat("xa1", width=390)
    for path in ("/admin/", "/admin/movements/report/", "/admin/movements/report/board/", "/admin/awards/dossier/"):
        lead.open(path)
        assert not lead.scrolls_sideways(), path
    lead.open("/admin/")
    lead.page.get_by_role("link", name="Báo cáo công tác dân vận").first.click()
    lead.page.wait_for_load_state()
    assert not lead.scrolls_sideways()


def a_lead_registers_a_model(lead):
    lead.click("Đăng ký mô hình")
    lead.page.locator("a[href$='/movements/registration/add/']").first.click()
    lead.page.fill("input[name=name]", "Đèn đường buôn sáng")
    lead.page.select_option("select[name=field]", label="Văn hóa - xã hội")
    lead.page.fill("input[name=place]", "Buôn Tơng Jú")
    lead.page.locator("button[name=_continue]").click()
    lead.page.wait_for_load_state()
    lead.click("Lưu và gửi")
    assert Registration.objects.get(name="Đèn đường buôn sáng").state == RegistrationState.SUBMITTED


def staff_record_a_report_on_paper(staff):
    report = (
        Report.objects.owed()
        .exclude(unit__code="X-EKAR")
        .filter(period__scheme__kind="month", period__index=clock.today().month)
        .first()
    )
    staff.click("Theo dõi gửi báo cáo")
    row = staff.page.locator("tr").filter(has_text=report.unit.name)
    row.locator("td a").last.click()
    staff.click("Đã gọi điện")
    assert Contact.objects.get().object_id == report.pk
    staff.click("Ghi nhận đã nhận")
    staff.page.fill("input[name=number]", "15-BC/ĐU")
    staff.page.locator("form.dv-panel button[type=submit]").click()
    staff.page.wait_for_url("**/cell/**")
    report.refresh_from_db()
    assert (report.state, report.number) == (ReportState.RECEIVED, "15-BC/ĐU")
    staff.click("Về bảng theo dõi")
    assert "nhận bằng văn bản" in row.inner_text()


def staff_appraise(staff):
    dossier = Dossier.objects.get(state=DossierState.SUBMITTED)
    staff.open("/admin/")
    staff.page.locator("a.dv-card").filter(has_text="Hồ sơ chờ tiếp nhận").click()
    staff.page.locator("#result_list tbody a").first.click()
    staff.page.locator(f"a[href$='/{dossier.pk}/deed/receive/']").click()
    staff.page.locator("form.dv-panel button[type=submit]").click()
    staff.page.wait_for_load_state()
    dossier.refresh_from_db()
    assert dossier.state == DossierState.RECEIVED
    staff.open("/admin/awards/nomination/?waiting=appraisal")
    staff.page.locator("#action-toggle").check()
    staff.page.select_option("select[name=action]", "appraise_selected")
    staff.page.locator("button[name=index]").first.click()
    staff.page.fill("input[name=score]", "88,5")
    staff.page.locator("form.dv-panel button[type=submit]").click()
    staff.page.wait_for_load_state()
    assert {row.score for row in dossier.nominations.all()} == {Decimal("88.5")}


def a_lead_sends_a_report(lead):
    report = Report.objects.get(unit__code="X-EKAR", state=ReportState.EXPECTED)
    lead.open("/admin/")
    assert "DỮ LIỆU MINH HỌA" in lead.text
    lead.page.get_by_role("link", name=report.period.title).first.click()
    lead.page.fill("textarea[name=results]", "Tổ chức 02 hội nghị tuyên truyền; duy trì mô hình “Tiếng kẻng an ninh”.")
    lead.page.fill("input[name=models_count]", "2")
    lead.click("Lưu và gửi")
    report.refresh_from_db()
    assert (report.state, report.models_count) == (ReportState.SUBMITTED, 2)
    assert "đã gửi" in lead.text.lower() or "đã nhận" in lead.text.lower()


def a_leader_approves(leader):
    waiting = Nomination.objects.filter(state=NominationState.APPRAISED)
    before = waiting.count()
    assert before > 0
    leader.open("/admin/awards/nomination/?waiting=approval")
    leader.page.locator("#action-toggle").check()
    leader.page.select_option("select[name=action]", "approve_selected")
    leader.page.locator("button[name=index]").first.click()
    leader.page.wait_for_load_state()
    assert f"{before} đề nghị" in leader.text
    leader.page.locator("form.dv-panel button[type=submit]").click()
    leader.page.wait_for_load_state()
    assert waiting.count() == 0


def the_clerk_issues(clerk):
    decision = Decision.objects.get(state=DecisionState.AWAITING_NUMBER)
    rows = decision.nominations.count()
    before = Commendation.objects.count()
    clerk.open(f"/admin/awards/decision/{decision.pk}/change/")
    clerk.page.locator(f"a[href$='/{decision.pk}/deed/issue/']").click()
    clerk.page.fill("input[name=number]", "57")
    clerk.page.fill("input[name=issued_on]", clock.today().strftime("%d/%m/%Y"))
    clerk.page.locator("form.dv-panel button[type=submit]").click()
    clerk.page.wait_for_load_state()
    decision.refresh_from_db()
    assert decision.number_text == "57-QĐ/BTGDVTU"
    assert Commendation.objects.count() == before + rows
    assert clerk.download("In giấy khen (PDF)").startswith(b"%PDF")
    assert clerk.download("Tải quyết định (.docx)").startswith(b"PK")


def staff_look_at_the_statistics(staff):
    staff.open("/admin/")
    staff.click("Thống kê")
    assert "17" in staff.text and "23" in staff.text
