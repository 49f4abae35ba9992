"""The sample office at work in a real browser: a lead reports, staff and leader decide, the clerk issues."""

import pytest

from awards.demonstration import load
from awards.enums import DecisionState, NominationState
from awards.models import Commendation, Decision, Nomination
from danvan import clock
from movements.enums import ReportState
from movements.models import Report
from tests.browser.desk import PASSWORD, desks

pytestmark = pytest.mark.browser


@pytest.fixture
def seat(transactional_db, live_server, chromium_path):
    load(password=PASSWORD)
    with desks(chromium_path, live_server.url) as seat:
        yield seat


def test_the_office_at_work(seat):
    a_lead_sends_a_report(seat("xa1"))
    a_leader_approves(seat("lanhdao"))
    the_clerk_issues(seat("vanthu"))
    staff_look_at_board_and_statistics(seat("chuyenvien"))


def test_a_lead_on_a_telephone(seat):
    lead = seat("xa1", width=390)
    for path in ("/admin/", "/admin/movements/report/", "/admin/movements/report/board/", "/admin/awards/dossier/"):
        lead.open(path)
        assert not lead.scrolls_sideways(), path
    lead.open("/admin/")
    lead.page.get_by_role("link", name="Báo cáo công tác dân vận").first.click()
    lead.page.wait_for_load_state()
    assert not lead.scrolls_sideways()


def a_lead_sends_a_report(lead):
    report = Report.objects.get(unit__code="X-EKAR", state=ReportState.EXPECTED)
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


def staff_look_at_board_and_statistics(staff):
    staff.click("Theo dõi gửi báo cáo")
    assert "Đảng ủy xã Ea Kar" in staff.text
    staff.click("Thống kê")
    assert "17" in staff.text and "23" in staff.text
