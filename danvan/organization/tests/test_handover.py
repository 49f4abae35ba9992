"""The minutes of handing over: what of a unit is open, for its lead and for the Ban."""

import io
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.domain.people.handover import handed_over_by
from danvan.organization.tests.succession import merged
from tests.factories import (
    logged_in,
    make_administrator,
    make_clerk,
    make_exemplar,
    make_kind,
    make_lead,
    make_registration,
    make_report,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
ASKED = {"receiver": "Trần Thị Lan, Phó Bí thư", "witness": "Trần Thị Thu Hà", "place": "Ea Kar", "day": "10/11/2026"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        yield


@pytest.fixture
def lead():
    unit = make_unit("Đảng ủy xã Ea Kar", symbol="ĐU", kind=make_kind(is_party=True))
    report = make_report(unit)
    make_report(make_unit("Đảng ủy xã Cư Kuin"), report.period)
    make_registration(unit, "Thứ Bảy cùng dân", state="returned")
    make_registration(unit, "Đã gửi", state="submitted")
    make_exemplar(unit, "Tổ tự quản buôn Trưng")
    make_exemplar(unit, "Đã thôi", discontinued_on=date(2026, 1, 1))
    return make_lead(unit, full_name="Y Thăng Ayun")


def own(user):
    return user.memberships.get()


def made(client, lead, query="", **button):
    page = reverse("admin:handover") + query
    return client.post(page, {"membership": own(lead).pk, **ASKED, **button})


def words_of_pdf(content):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())


def words_of_docx(content):
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(paragraph.text for paragraph in document.paragraphs), *cells]).split())


@pytest.mark.parametrize(("button", "read"), [("pdf", words_of_pdf), ("docx", words_of_docx)])
def test_the_lead_makes_it_with_all_that_is_open(lead, button, read):
    answer = made(logged_in(lead), lead, **{button: "1"})
    text = read(answer.content)
    for words in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG ỦY XÃ EA KAR",
        "BIÊN BẢN",
        "đồng chí Y Thăng Ayun",
        "đồng chí Trần Thị Lan, Phó Bí thư",
        "Trần Thị Thu Hà",
        "Báo cáo công tác dân vận tháng 10/2026",
        "05/11/2026",
        "Quá hạn 05 ngày",
        "Đăng ký mô hình: Thứ Bảy cùng dân",
        "bị trả lại",
        "Mô hình, điển hình: Tổ tự quản buôn Trưng",
        "Bảng kê trên có 03 (ba) việc.",
        "BÊN GIAO",
        "CHỨNG KIẾN",
    ):
        assert words in text
    for words in ("Đã gửi", "Đã thôi", "Cư Kuin"):
        assert words not in text
    assert Activity.objects.of(lead).first().action == "make_handover"


def test_a_state_body_has_the_state_heading():
    lead = make_lead(make_unit("Sở Giáo dục và Đào tạo", symbol="SGDĐT", kind=make_kind(is_party=False)))
    text = words_of_pdf(made(logged_in(lead), lead, pdf="1").content)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "không còn việc nào chưa xong" in text


def test_the_ban_makes_it_from_the_account_of_who_left(lead):
    row = own(lead)
    row.valid_to = date(2026, 11, 1)
    row.save()
    client = logged_in(make_administrator())
    page = reverse("admin:organization_user_change", args=[lead.pk])
    assert f"{reverse('admin:handover')}?account={lead.pk}" in client.get(page).content.decode()
    assert "Y Thăng Ayun" in words_of_pdf(made(client, lead, f"?account={lead.pk}", pdf="1").content)


@pytest.mark.parametrize("maker", [make_lead, make_clerk])
def test_nobody_makes_it_of_the_work_of_others(lead, maker):
    user = maker()
    assert own(lead) not in handed_over_by(user)
    client = logged_in(user)
    answer = made(client, lead, f"?account={lead.pk}", pdf="1")
    assert answer.status_code == 200 and not answer.content.startswith(b"%PDF")
    assert "Ea Kar" not in client.get(reverse("admin:handover"), {"account": lead.pk}).content.decode()


def test_who_only_stands_in_hands_nothing_over(lead):
    viewer = make_user(Role.UNIT_VIEWER, own(lead).unit)
    assert not handed_over_by(viewer).exists()
    assert "Không có công việc" in logged_in(viewer).get(reverse("admin:handover")).content.decode()


@pytest.mark.parametrize("account", ["x", "9" * 30, "-1"])
def test_what_is_no_account_is_the_own(lead, account):
    page = logged_in(lead).get(reverse("admin:handover"), {"account": account})
    assert [row for row, _work in page.context["memberships"]] == [own(lead)]


def test_the_giver_is_named_with_the_units_that_went_before(lead):
    merged([make_unit("Đảng ủy xã Cư Huê"), make_unit("Đảng ủy xã Cư Ni")], own(lead).unit)
    text = words_of_pdf(made(logged_in(lead), lead, pdf="1").content)
    assert "đầu mối của Đảng ủy xã Ea Kar (trước 01/7/2025: Đảng ủy xã Cư Huê, Đảng ủy xã Cư Ni)." in text
