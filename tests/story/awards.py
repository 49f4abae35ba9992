"""The fourth and fifth step of the story: from the nominations of the units to the statistics."""

import io
import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from awards.enums import Approval, DossierState, NominationState
from awards.models import AwardForm, AwardRound, Commendation, CommendationTally, Decision, Dossier, Nomination
from danvan import clock
from danvan.access.roles import Role
from danvan.documents.models import DocumentNumber, Letterhead
from danvan.notices.models import InboxMessage
from danvan.organization.models import Unit
from movements.models import Campaign

ODD_NAME = "Lan & Mai <2> {{x}}"
NOMINATIONS = "/admin/awards/nomination/"
PDF = b"%PDF-1.7 phieu trinh\n%%EOF\n"


def a_round_opens(people):
    clock.shift_to(date(2015, 11, 16))
    form = AwardForm.objects.create(code="GK", name="Giấy khen")
    people[Role.STAFF].fill_in(
        "/admin/awards/awardround/add/",
        "awardround_form",
        title="Khen thưởng công tác dân vận năm 2015",
        occasion="Tổng kết công tác dân vận năm 2015",
        campaign=str(Campaign.objects.get().pk),
        year="2015",
        achievement_from="01/01/2015",
        achievement_to="31/12/2015",
        form=str(form.pk),
        letterhead=str(Letterhead.objects.get().pk),
        opens_on="16/11/2015",
        due_on="15/12/2015",
    )
    award_round = AwardRound.objects.get()
    people[Role.STAFF].open(f"/admin/awards/awardround/{award_round.pk}/deed/open/").send()
    return award_round


def units_nominate(award_round, leads, staff):
    """18 collectives, half of them units and half teams that are none, and 25 individuals."""
    for number, (code, lead) in enumerate(sorted(leads.items())):
        unit = Unit.objects.get(code=code)
        lead.fill_in(
            "/admin/awards/dossier/add/",
            "dossier_form",
            round=str(award_round.pk),
            unit=str(unit.pk),
            letter_number=f"{number + 1}-TTr/HU",
            letter_date="01/12/2015",
        )
        dossier = Dossier.objects.get(unit=unit)
        pages = f"/admin/awards/dossier/{dossier.pk}/nominate"
        if number < 9:
            lead.fill_in(f"{pages}/collective/", subject="unit")
        if number >= 6:
            lead.fill_in(f"{pages}/collective/", name=f"Tổ dân vận Buôn {number}")
        people = (
            ["Y Biêr Niê", ODD_NAME]
            if number == 0
            else [f"Nguyễn Văn {chr(65 + number)}", f"Lê Thị {chr(65 + number)}"]
        )
        for full_name in people if number < 10 else people[:1]:
            lead.fill_in(
                f"{pages}/person/", full_name=full_name, salutation="mr", birth_year="1970", post="Bí thư chi bộ"
            )
        lead.open(f"/admin/awards/dossier/{dossier.pk}/deed/submit/").send()
        dossier.refresh_from_db()
        assert dossier.state == DossierState.SUBMITTED
        staff.open(f"/admin/awards/dossier/{dossier.pk}/deed/receive/").send()
    assert Nomination.objects.filter(kind="collective").count() == 18
    assert Nomination.objects.filter(kind="individual").count() == 25


def staff_appraise_and_a_leader_decides(award_round, people, leads):
    clock.shift_to(date(2015, 12, 21))
    staff, leader = people[Role.STAFF], people[Role.LEADER]
    rows = list(Nomination.objects.in_printed_order())
    tick(staff, "appraise_selected", rows).send(recommendation="yes", score="90,5", note="Hồ sơ đầy đủ.")
    assert Nomination.objects.filter(state=NominationState.APPRAISED).count() == 43
    assert Nomination.objects.filter(score="90.5").count() == 43

    collectives, individuals = rows[:18], rows[18:]
    refused = [collectives[-1], *[row for row in individuals if row.name.startswith("Lê Thị")][:2]]
    tick(leader, "refuse_selected", refused).send(reason="Đã được khen cho cùng thành tích.")
    approved = [row for row in rows if row not in refused]
    tick(leader, "approve_selected", approved[:30]).send()
    slip = SimpleUploadedFile("phieu-trinh.pdf", PDF)
    tick(staff, "approve_selected", approved[30:]).send(
        number="07-PT/BDVTU", signed_on="20/12/2015", leader_name="H'Lim Niê, Trưởng Ban", scan=slip
    )
    assert Nomination.objects.filter(approved_via=Approval.LOGIN).count() == 30
    assert Nomination.objects.filter(approved_via=Approval.SLIP, approved_for="H'Lim Niê, Trưởng Ban").count() == 10

    seen = leads[refused[0].dossier.unit.code].open(f"{NOMINATIONS}{refused[0].pk}/change/").text
    assert "đang xét" in seen.lower()
    assert not any(words in seen for words in ("Đã được khen cho cùng thành tích.", "Hồ sơ đầy đủ.", "90,5"))


def tick(person, action, rows):
    """Tick *rows* in the list and choose *action*; return the page that asks."""
    from tests.story.page import Page  # noqa: PLC0415

    answer = person.client.post(NOMINATIONS, {"action": action, "_selected_action": [row.pk for row in rows]})
    assert answer.status_code == 200, answer.status_code
    page = Page(person, NOMINATIONS, answer)
    assert f"{len(rows)} " in page.text
    return page


def the_clerk_issues(award_round, people):
    people[Role.STAFF].fill_in(
        f"/admin/awards/decision/add/?round={award_round.pk}",
        "decision_form",
        grounds="Căn cứ chức năng, nhiệm vụ của Ban Dân vận Tỉnh ủy",
        signer_post="TRƯỞNG BAN",
        signer_name="H'Lim Niê",
    )
    decision = Decision.objects.get()
    assert decision.nominations.count() == 40
    people[Role.STAFF].open(f"/admin/awards/decision/{decision.pk}/deed/forward/").send()

    clock.shift_to(date(2015, 12, 28))
    clerk = people[Role.CLERK]
    void = clerk.fill_in(
        "/admin/awards/decision/void-number/",
        letterhead=str(Letterhead.objects.get().pk),
        number="41",
        issued_on="28/12/2015",
        reason="Đóng dấu nhầm văn bản",
    )
    assert DocumentNumber.objects.get(number=41).void_reason == "Đóng dấu nhầm văn bản", void.errors
    issue = f"/admin/awards/decision/{decision.pk}/deed/issue/"
    taken = clerk.fill_in(issue, number="41", issued_on="28/12/2015")
    assert "Số 41-QĐ/BDVTU đã hủy trong sổ: Đóng dấu nhầm văn bản" in taken.text
    assert not Commendation.objects.exists()
    clerk.fill_in(issue, number="42", issued_on="28/12/2015")
    decision.refresh_from_db()
    assert decision.number_text == "42-QĐ/BDVTU"
    register = Commendation.objects.order_by("register_number")
    assert [row.register_number for row in register] == list(range(1, 41))
    assert (register.filter(kind="collective").count(), register.filter(kind="individual").count()) == (17, 23)

    unit = Unit.objects.get(code="H01")
    unit.name = "Tên đã đổi sau khi ban hành"
    unit.save()
    assert not Commendation.objects.filter(unit_name="Tên đã đổi sau khi ban hành").exists()
    assert not Commendation.objects.filter(name="Tên đã đổi sau khi ban hành").exists()
    return decision


def the_units_are_told(leads):
    """Each unit learns all its results at once, when the decision is issued."""
    refused = Nomination.objects.filter(state=NominationState.REFUSED).in_printed_order()[0]
    lead = leads[refused.dossier.unit.code]
    seen = lead.open(f"{NOMINATIONS}{refused.pk}/change/").text
    assert "Đã được khen cho cùng thành tích." in seen
    assert "Hồ sơ đầy đủ." not in seen
    message = InboxMessage.objects.get(unit=refused.dossier.unit, title__startswith="Kết quả xét hồ sơ")
    assert f"Không duyệt: {refused.name}. Lý do: Đã được khen cho cùng thành tích." in message.body.splitlines()


def the_documents_say_it(decision, clerk):
    pages = PdfReader(io.BytesIO(download(clerk, f"/admin/awards/decision/{decision.pk}/certificates/"))).pages
    assert len(pages) == 40
    printed = [" ".join(page.extract_text().split()) for page in pages]
    assert sum("Y Biêr Niê" in text for text in printed) == 1
    assert sum(ODD_NAME in text for text in printed) == 1
    assert all("42-QĐ/BDVTU" in text for text in printed)
    document = Document(io.BytesIO(download(clerk, f"/admin/awards/decision/{decision.pk}/docx/")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
    assert any("Y Biêr Niê" in cell for cell in cells) and any(ODD_NAME in cell for cell in cells)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words and "42-QĐ/BDVTU" in words
    assert "17 tập thể" in words and "23 cá nhân" in words


def download(person, url):
    answer = person.client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def the_statistics_show_it(staff):
    staff.fill_in(
        "/admin/awards/commendationtally/add/",
        "commendationtally_form",
        year="2015",
        occasion="Tổng kết công tác dân vận năm 2015",
        form=str(AwardForm.objects.get().pk),
        issuer="Ban Dân vận Tỉnh ủy Đắk Lắk",
        collectives="17",
        individuals="23",
        source="Báo Đắk Lắk, ngày 06/01/2016",
        published_on="06/01/2016",
    )
    assert CommendationTally.objects.get().collectives == 17
    page = staff.open("/admin/awards/commendation/statistics/?year=2015")
    text = page.text
    assert re.search(r"\b17\b", text) and re.search(r"\b23\b", text) and re.search(r"\b40\b", text)
    assert not re.search(r"\b(34|46|80)\b", text)
    assert page.tree.xpath("//*[local-name()='svg']//*[local-name()='rect']")
    lists = {
        link.get("href"): int(link.text_content())
        for link in page.tree.xpath("//a[contains(@href, '/awards/commendation/?')]")
        if link.text_content().strip().isdigit()
    }
    assert {17, 23, 40} <= set(lists.values())
    for url, number in lists.items():
        answer = staff.client.get(url)
        assert answer.context["cl"].result_count == number, url
    content = staff.client.post("/admin/awards/commendation/statistics/xlsx/?year=2015").content
    sheet = load_workbook(io.BytesIO(content)).active
    numbers = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)]
    assert {17, 23, 40} <= set(numbers)
