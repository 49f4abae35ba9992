"""The main job, end to end, on the figures of 2015: each step is done through the pages, by the person whose it is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from danvan import clock
from danvan.access.roles import Role
from danvan.organization.models import Unit
from danvan.spreadsheets.writing import Column, write_table
from movements.enums import CampaignState, PeriodState, RegistrationState, ReportState
from movements.models import Campaign, Exemplar, Registration, Report, ReportingPeriod, ReportingScheme
from tests.plugin import wait_until
from tests.story import awards, office
from tests.story.page import Person

pytestmark = pytest.mark.processes
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def workbook(titles, rows, name="danh-sach.xlsx"):
    content = write_table([Column(title) for title in titles], rows, title="DANH SÁCH")
    return SimpleUploadedFile(name, content)


def test_the_story(transactional_db, mail_server, celery_worker, celery_beat, settings):
    clock.shift_to(office.BEGINS)
    accounts = office.set_up()
    people = {role: Person(Client(), user) for role, user in accounts.items()}
    units_come_from_a_workbook(people[Role.STAFF])
    leads = {code: Person(Client(), user) for code, user in office.make_leads().items()}
    the_movement_is_launched(people)
    units_register_models(leads, people[Role.STAFF])
    period = a_period_opens(people[Role.STAFF])
    celery_worker(MAIL_SWEEP_SECONDS=1)
    celery_beat(MAIL_SWEEP_SECONDS=1, PLANNER_SECONDS=1)
    only_who_has_not_reported_is_reminded(period, people, leads, mail_server)
    award_round = awards.a_round_opens(people)
    awards.units_nominate(award_round, leads, people[Role.STAFF])
    awards.staff_appraise_and_a_leader_decides(award_round, people, leads)
    decision = awards.the_clerk_issues(award_round, people)
    awards.the_units_are_told(leads)
    awards.the_documents_say_it(decision, people[Role.CLERK])
    awards.the_statistics_show_it(people[Role.STAFF])


# --- 1. units ---------------------------------------------------------------------------------------------------------


def units_come_from_a_workbook(staff):
    rows = [
        [office.unit_code(number), f"Ban Dân vận {name}", name, "HUYEN", number, "BDVTU"]
        for number, name in enumerate(office.DISTRICTS, 1)
    ]
    file = workbook(["Mã", "Tên đơn vị", "Tên viết tắt", "Loại đơn vị", "Thứ tự", "Đơn vị cấp trên"], rows)
    preview = staff.fill_in("/admin/organization/unit/import/", file=file)
    assert "15 dòng mới, 0 dòng thay đổi" in preview.text
    assert Unit.objects.count() == 1
    preview.send("confirm")
    assert [unit.short_name for unit in Unit.objects.exclude(code="BDVTU")] == list(office.DISTRICTS)
    assert Unit.objects.in_subtree(Unit.objects.get(code="BDVTU")).count() == 16


# --- 2. the movement and its models -----------------------------------------------------------------------------------


def the_movement_is_launched(people):
    people[Role.STAFF].fill_in(
        "/admin/movements/campaign/add/",
        "campaign_form",
        code="DVK-2015",
        title="Phong trào thi đua “Dân vận khéo” năm 2015",
        theme="Năm Dân vận chính quyền",
        starts_on="05/01/2015",
        ends_on="31/12/2015",
        registration_opens="05/01/2015",
        registration_closes="31/03/2015",
    )
    campaign = Campaign.objects.get()
    assert campaign.state == CampaignState.DRAFT
    assert (campaign.starts_on, campaign.registration_closes) == (date(2015, 1, 5), date(2015, 3, 31))
    people[Role.LEADER].open(f"/admin/movements/campaign/{campaign.pk}/change/").follow("Phát động").send()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.LAUNCHED


def units_register_models(leads, staff):
    campaign = Campaign.objects.get()
    field = {"KT": 1, "VHXH": 2}
    from movements.models import Field  # noqa: PLC0415

    field = {field.code: field.pk for field in Field.objects.all()}
    first = leads["H01"]
    page = first.fill_in(
        "/admin/movements/registration/add/",
        "registration_form",
        campaign=str(campaign.pk),
        unit=str(Unit.objects.get(code="H01").pk),
        name="Tiếng kẻng an ninh",
        field=str(field["QPAN"]),
        place="Buôn Kô Sier",
    )
    registration = Registration.objects.get()
    assert registration.state == RegistrationState.DRAFT, page.errors
    first.fill_in(
        f"/admin/movements/registration/{registration.pk}/change/",
        "registration_form",
        movements_registration_save_and_send="",
    )
    registration.refresh_from_db()
    assert registration.state == RegistrationState.SUBMITTED
    assert Exemplar.objects.get().name == "Tiếng kẻng an ninh"

    titles = ["Phong trào (mã)", "Tên mô hình", "Lĩnh vực", "Địa điểm"]
    good = ["DVK-2015", "Hiến đất mở đường", "Kinh tế", "Buôn Ea Sút"]
    wrong = ["DVK-2015", "Thắp sáng đường quê", "Không có lĩnh vực này", "Thôn 3"]
    second = leads["H02"]
    refused = second.fill_in("/admin/movements/registration/import/", file=workbook(titles, [good, wrong]))
    # The header stands in row 3 under the title, so the wrong row is row 5 and the field column C.
    assert [row.xpath("td[1]")[0].text_content() for row in refused.tree.xpath("//tbody/tr")] == ["C5"], refused.text
    assert Registration.objects.count() == 1
    mended = [wrong[0], wrong[1], "Văn hóa - xã hội", wrong[3]]
    second.fill_in("/admin/movements/registration/import/", file=workbook(titles, [good, mended])).send("confirm")
    assert Registration.objects.filter(unit__code="H02").count() == 2
    assert "Hiến đất mở đường" not in first.open("/admin/movements/registration/").text
    assert "Hiến đất mở đường" in staff.open("/admin/movements/registration/").text


# --- 3. reports and reminders -----------------------------------------------------------------------------------------


def a_period_opens(staff):
    from movements.domain.duties import ensure_rules  # noqa: PLC0415

    ensure_rules()
    staff.fill_in(
        "/admin/movements/reportingscheme/add/",
        "reportingscheme_form",
        code="BC-6T",
        name="Báo cáo công tác dân vận",
        kind="half_year",
        window_rule="calendar",
        due_day="20",
        owed_by="kinds",
        unit_kinds=[str(Unit.objects.get(code="H01").kind_id)],
    )
    scheme = ReportingScheme.objects.get()
    staff.fill_in(
        "/admin/movements/reportingperiod/add/", "reportingperiod_form", scheme=str(scheme.pk), year="2015", index="1"
    )
    period = ReportingPeriod.objects.get()
    assert period.due_on == date(2015, 6, 20)
    clock.shift_to(date(2015, 6, 1))
    staff.open(f"/admin/movements/reportingperiod/{period.pk}/change/").follow("Mở kỳ").send()
    period.refresh_from_db()
    assert period.state == PeriodState.OPEN
    assert Report.objects.count() == 15
    return period


def only_who_has_not_reported_is_reminded(period, people, leads, mail_server):
    reports = {report.unit.code: report for report in Report.objects.select_related("unit")}
    online, on_paper = reports["H01"], reports["H02"]

    shift_and_wait(datetime(2015, 6, 12, 9, tzinfo=HANOI), mail_server, mails=15)
    assert addressed(mail_server) == {f"{code.lower()}@daklak.example" for code in reports}
    mail_server.deliveries.clear()

    leads["H01"].fill_in(
        f"/admin/movements/report/{online.pk}/change/",
        "report_form",
        results="Tổ chức 03 hội nghị tuyên truyền.",
        models_count="2",
        movements_report_save_and_send="",
    )
    cell = people[Role.CLERK].open(f"/admin/movements/report/{on_paper.pk}/deed/receive/?from=cell")
    cell.send(channel="paper", number="15-BC/HU", document_date="12/06/2015", arrived_on="12/06/2015")
    online.refresh_from_db(), on_paper.refresh_from_db()
    assert online.state == ReportState.SUBMITTED
    assert (on_paper.state, on_paper.arrived_on) == (ReportState.RECEIVED, date(2015, 6, 12))

    shift_and_wait(datetime(2015, 6, 18, 9, tzinfo=HANOI), mail_server, mails=13)
    assert addressed(mail_server) == {f"{code.lower()}@daklak.example" for code in reports} - {
        "h01@daklak.example",
        "h02@daklak.example",
    }
    assert {delivery.message["Subject"] for delivery in mail_server.deliveries}
    board = people[Role.STAFF].open(f"/admin/movements/report/board/?scheme={period.scheme_id}&year=2015")
    assert "Buôn Ma Thuột" in board.text and "Nhận bằng văn bản".lower() in board.text.lower()
    own = leads["H03"].open(f"/admin/movements/report/board/?scheme={period.scheme_id}&year=2015")
    assert "Buôn Đôn" in own.text and "Cư Kuin" not in own.text


def shift_and_wait(moment, mail_server, mails):
    clock.shift_to(moment)
    wait_until(lambda: len(mail_server.deliveries) >= mails, 60)


def addressed(mail_server):
    return {recipient for delivery in mail_server.deliveries for recipient in delivery.recipients}
