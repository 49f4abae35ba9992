"""Reminding by hand from the page of what is due."""

import uuid

import pytest
from django.urls import reverse

from danvan.access.roles import Role
from danvan.mail.models import OutgoingMail
from danvan.notices.models import ExtraReminder, Reminder
from movements.domain.duties import source_of
from movements.enums import PeriodKind
from movements.models import Report
from tests.factories import (
    logged_in,
    make_clerk,
    make_lead,
    make_leader,
    make_report,
    make_rule,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
ADDRESS = "admin:notices_remind_now"
WORDS = {"subject": "Đôn đốc {việc}", "text": "Đề nghị {đơn vị} gửi {việc}, {còn lại}."}


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at("2026-11-06 09:05")


def post(user, reports, **data):
    duties = [f"{source_of(PeriodKind.MONTH)}:{report.pk}" for report in reports]
    return logged_in(user).post(reverse(ADDRESS), {"duty": duties, **data})


def test_it_shows_before_it_sends_whom_it_reaches_in_the_words_of_the_current_step():
    unit, mailbox, silent = make_unit("Đảng ủy xã Ea Kao"), make_unit(email="vp@example.vn"), make_unit("Im lặng")
    make_lead(unit), make_lead(unit)
    reports = [make_report(each) for each in (unit, mailbox, silent)]
    make_rule(-3, subject="Sắp đến hạn", text="…"), make_rule(1, subject="Quá hạn {việc}", text="{đơn vị}: {còn lại}")
    make_rule(3, subject="Quá hạn lâu", text="…")

    page = post(make_staff(), reports)

    outlook = page.context["outlook"]
    assert (outlook.units, outlook.recipients, outlook.today) == (3, 3, 0)
    assert outlook.nobody == ["Im lặng"]
    assert page.context["form"].initial == {"subject": "Quá hạn {việc}", "text": "{đơn vị}: {còn lại}"}
    assert page.context["piece"].text == "Đảng ủy xã Ea Kao: đã quá hạn 1 ngày"
    assert (OutgoingMail.objects.count(), Reminder.objects.count(), ExtraReminder.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("offsets", "due_dates"), [((-3, 1), ["2026-11-05", "2026-11-09"]), ((0,), ["2026-11-05"])], ids=["mixed", "over"]
)
def test_where_no_step_speaks_truly_of_all_it_begins_with_words_that_do(offsets, due_dates):
    for offset in offsets:
        make_rule(offset, subject=f"Bước {offset}", text="Hôm nay")
    reports = [make_report(make_unit()) for _day in due_dates]
    for report, day in zip(reports, due_dates, strict=True):
        Report.objects.filter(pk=report.pk).update(due_on=day)
    page = post(make_staff(), reports)
    assert page.context["form"].initial["subject"] == "[Nhắc việc] {việc} – {còn lại}"
    assert "Hôm nay" not in page.context["piece"].text


def test_a_double_click_sends_once_and_the_next_page_says_who_was_told_today():
    lead, staff, key = make_lead(make_unit()), make_staff(), str(uuid.uuid4())
    reports = [make_report(lead.active_memberships[0].unit)]

    answers = [post(staff, reports, _ask="1", _form_key=key, **WORDS) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert OutgoingMail.objects.filter(to=lead.email).count() == 1
    assert ExtraReminder.objects.get().sent_by == staff
    assert post(staff, reports).context["outlook"].today == 1


@pytest.mark.parametrize("field", ["subject", "text"])
def test_unknown_placeholders_send_nothing(field):
    lead = make_lead(make_unit())
    reports = [make_report(lead.active_memberships[0].unit)]
    answer = post(make_staff(), reports, _ask="1", **{**WORDS, field: "Gửi {ngày mai}"})

    assert list(answer.context["form"].errors) == [field]
    assert OutgoingMail.objects.count() == 0


def test_the_preview_speaks_to_the_first_unit():
    report = make_report(make_unit("Đảng ủy xã Ea Kao"))
    data = {"duty": f"{source_of(PeriodKind.MONTH)}:{report.pk}", **WORDS, "text": "{đơn vị} <b>{lạ}"}
    page = logged_in(make_staff()).post(reverse("admin:notices_remind_preview"), data).content.decode()

    assert "Đảng ủy xã Ea Kao &lt;b&gt;{lạ}" in page
    assert ExtraReminder.objects.count() == 0


def test_only_officers_send():
    unit = make_unit()
    report = make_report(unit)
    for user in (make_lead(unit), make_clerk(), make_leader(), make_user(Role.VIEWER, make_unit())):
        for name in (ADDRESS, "admin:notices_remind_preview"):
            assert logged_in(user).post(reverse(name), {"duty": f"{report.pk}", **WORDS}).status_code == 403
