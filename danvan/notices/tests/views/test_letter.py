"""The official letter to units that are late, from the page of what is due."""

import io
import uuid
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from danvan.documents.models import Letterhead
from danvan.documents.tests.rendering.samples import docx_text
from danvan.notices.enums import ContactKind
from danvan.notices.models import Contact
from movements.domain.duties import source_of
from movements.enums import PeriodKind
from movements.models import Report
from tests.factories import logged_in, make_clerk, make_lead, make_leader, make_report, make_unit

pytestmark = pytest.mark.django_db
ADDRESS = "admin:notices_urging_letter"


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at("2026-11-08 09:05")


@pytest.fixture
def letterhead():
    return Letterhead.objects.create(
        superior="Tỉnh ủy Đắk Lắk",
        issuer="Ban Tuyên giáo và Dân vận",
        full_name="Ban Tuyên giáo và Dân vận Tỉnh ủy Đắk Lắk",
        symbol="BTGDVTU",
        style="party",
        place="Đắk Lắk",
    )


def post(user, reports, **data):
    duties = [f"{source_of(PeriodKind.MONTH)}:{report.pk}" for report in reports]
    return logged_in(user).post(reverse(ADDRESS), {"duty": duties, **data})


def typed(of, **data):
    return {
        "_ask": "1",
        "letterhead": of.pk,
        "send_by": "15/11/2026",
        "signer_mark": "KT",
        "signs_for": "Trưởng Ban",
        "signer_post": "Phó Trưởng Ban",
        "signer_name": "Nguyễn Văn Sơn",
        "recipients": "Như trên\n\nLưu Văn phòng",
        **data,
    }


def test_the_form_names_the_units_and_the_file_those_that_stayed_ticked(letterhead):
    reports = [make_report(make_unit(name)) for name in ("Đảng ủy xã Ea Kao", "Đảng ủy xã Krông Á")]
    clerk = make_clerk()
    asked = post(clerk, reports)
    assert [duty.unit_name for _value, duty in asked.context["rows"]] == ["Đảng ủy xã Ea Kao", "Đảng ủy xã Krông Á"]

    answer = post(clerk, reports[:1], **typed(letterhead, number="45", issued_on="08/11/2026", docx="1"))

    assert "C%C3%B4ng%20v%C4%83n" in answer["Content-Disposition"]
    words = docx_text(answer.content)
    for line in (
        "Số 45-CV/BTGDVTU",
        "Đắk Lắk, ngày 08 tháng 11 năm 2026",
        "của Đảng ủy xã Ea Kao, quá hạn 03 ngày.",
        "gửi trước ngày 15/11/2026.",
        "- Như trên;\n- Lưu Văn phòng.",
        "K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN\nNguyễn Văn Sơn",
    ):
        assert line in words
    assert "Krông Á" not in words
    assert Contact.objects.count() == 0


def test_what_is_not_overdue_yet_stands_in_no_letter(letterhead):
    late, early = make_report(make_unit("Đảng ủy xã Ea Kao")), make_report(make_unit("Đảng ủy xã Krông Á"))
    Report.objects.filter(pk=early.pk).update(due_on=date(2026, 11, 8))
    clerk = make_clerk()
    page = post(clerk, [late, early])
    assert [duty.unit_name for _value, duty in page.context["rows"]] == ["Đảng ủy xã Ea Kao"]
    assert "1 việc đã đánh dấu chưa quá hạn" in page.text
    assert "Krông Á" not in docx_text(post(clerk, [late, early], **typed(letterhead, docx="1")).content)
    refused = post(clerk, [early])
    assert (refused.status_code, refused["Location"]) == (302, reverse("admin:notices_duties"))


def test_the_print_may_be_written_down_once_however_often_it_is_fetched(letterhead):
    reports, clerk, key = [make_report(make_unit()) for _number in range(2)], make_clerk(), str(uuid.uuid4())
    for _time in range(2):
        answer = post(clerk, reports, **typed(letterhead, is_logged="on", pdf="1", _form_key=key))
        assert "Nguyễn Văn Sơn" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()

    contacts = Contact.objects.all()
    assert {(each.object_id, each.kind, each.actor) for each in contacts} == {
        (report.pk, ContactKind.LETTER, clerk) for report in reports
    }
    assert len(contacts) == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"send_by": "08/11/2026"}, "send_by"),
        ({"signs_for": ""}, "signs_for"),
        ({"signer_post": ""}, "signer_post"),
        ({"letterhead": "0"}, "letterhead"),
    ],
)
def test_what_cannot_be_stands_at_its_field(letterhead, data, field):
    answer = post(make_clerk(), [make_report(make_unit())], **typed(letterhead, is_logged="on", **data))

    assert list(answer.context["form"].errors) == [field]
    assert Contact.objects.count() == 0


def test_who_may_not_record_prints_no_letter(letterhead):
    unit = make_unit()
    report = make_report(unit)
    for user in (make_lead(unit), make_leader()):
        assert post(user, [report], **typed(letterhead)).status_code == 403
