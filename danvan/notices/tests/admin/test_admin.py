"""The screens of this app: rules with a preview, the ledger, one's own inbox, holidays."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan import clock
from danvan.calendar.working_days import Calendar
from danvan.notices.domain.holidays import calendar_between
from danvan.notices.domain.inbox import tell_unit
from danvan.notices.domain.planner import plan
from danvan.notices.models import Holiday, InboxMessage, Reminder, ReminderRule
from movements.domain.duties import source_of
from tests.factories import (
    logged_in,
    make_administrator,
    make_lead,
    make_report,
    make_rule,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def message():
    unit = make_unit()
    make_lead(unit)
    return tell_unit(unit=unit, title="Đề nghị bổ sung báo cáo", body="Thiếu số liệu", url="/admin/")[0]


def change_url(obj):
    return reverse(f"admin:notices_{obj._meta.model_name}_change", args=[obj.pk])


def test_the_inbox_shows_ones_own_and_reading_it_changes_nothing(message):
    tell_unit(unit=message.unit, title="khác")
    client = logged_in(message.recipient)
    page = client.get(reverse("admin:notices_inboxmessage_changelist")).content.decode()
    assert "Đề nghị bổ sung báo cáo" in page
    assert "Thiếu số liệu" in client.get(change_url(message)).content.decode()
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("make", [make_staff, make_administrator, make_lead])
def test_nobody_else_sees_a_message_or_marks_it(message, make):
    client = logged_in(make())
    assert "Đề nghị bổ sung" not in client.get(reverse("admin:notices_inboxmessage_changelist")).content.decode()
    assert client.get(change_url(message)).status_code == 302
    client.post(reverse("admin:notices_inboxmessage_read", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at is None


def test_a_button_marks_a_message_as_read_and_leads_on(message):
    client = logged_in(message.recipient)
    url = reverse("admin:notices_inboxmessage_read", args=[message.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).headers["Location"] == "/admin/"
    message.refresh_from_db()
    assert message.read_at is not None


def test_the_card_of_unread_messages_leads_to_its_list(message):
    client = logged_in(message.recipient)
    page = client.get("/admin/").content.decode()
    assert "/admin/notices/inboxmessage/?unread=1" in page
    assert "Đề nghị bổ sung" in client.get("/admin/notices/inboxmessage/?unread=1").content.decode()
    client.post(
        reverse("admin:notices_inboxmessage_changelist"), {"action": "mark_read", "_selected_action": [message.pk]}
    )
    assert InboxMessage.objects.unread().count() == 0
    assert "unread=1" not in client.get("/admin/").content.decode()


def test_a_rule_is_shown_with_its_letter():
    rule = make_rule(-3, subject="[{hạn}] {việc}", text="Kính gửi {người nhận}, {đơn vị} {còn lại}.")
    page = logged_in(make_staff()).get(change_url(rule)).content.decode()
    assert "Kính gửi đồng chí Nguyễn Văn An, Đảng ủy xã Bình Minh còn 3 ngày." in page


def test_the_preview_follows_what_is_typed_and_saves_nothing():
    rule = make_rule(-3)
    client = logged_in(make_staff())
    url = reverse("admin:notices_reminderrule_preview")
    answer = client.post(url, {"subject": "Gấp: {còn lại}", "text": "<script>{việc}</script>", "offset_days": "1"})
    page = answer.content.decode()
    assert "Gấp: đã quá hạn 1 ngày" in page
    assert "&lt;script&gt;Báo cáo công tác dân vận (ví dụ)&lt;/script&gt;" in page
    assert client.get(url).status_code == 405
    rule.refresh_from_db()
    assert rule.offset_days == -3


@pytest.mark.parametrize("offset", ["", "x", "99999", "-99999"])
def test_the_preview_bears_any_number(offset):
    url = reverse("admin:notices_reminderrule_preview")
    assert logged_in(make_staff()).post(url, {"offset_days": offset}).status_code == 200


def test_a_lead_has_neither_rules_nor_preview_nor_ledger():
    rule = make_rule(0)
    client = logged_in(make_lead())
    assert client.get(change_url(rule)).status_code in (302, 403)
    assert client.post(reverse("admin:notices_reminderrule_preview"), {"text": "x"}).status_code == 403
    assert client.get(reverse("admin:notices_reminder_changelist")).status_code == 403


def test_an_unknown_placeholder_is_refused_at_its_field():
    client = logged_in(make_administrator())
    data = {"source": source_of("month"), "offset_days": "-3", "hour": "8", "audience": "unit_leads"}
    answer = client.post(
        reverse("admin:notices_reminderrule_add"), data | {"subject": "{ngày mai}", "text": "gửi {việc}"}
    )
    assert "Không có từ “{ngày mai}”" in answer.content.decode()
    assert not ReminderRule.objects.exists()
    client.post(reverse("admin:notices_reminderrule_add"), data | {"subject": "{việc}", "text": "gửi {việc}"})
    assert ReminderRule.objects.get().source == "movements.report.month"


def test_the_ledger_is_read_in_plain_words(clock_at):
    make_rule(1)
    for number in range(3):
        unit = make_unit(f"Đảng ủy xã {number}")
        if number != 1:
            make_lead(unit, full_name="H'Hen Ayun")
        make_report(unit)
    clock_at("2026-11-06 08:00")
    plan()
    client = logged_in(make_staff())
    page = client.get(reverse("admin:notices_reminder_changelist")).content.decode()
    assert page.count("sau hạn 1 ngày") == 3
    assert page.count("H&#x27;Hen Ayun") == 2
    assert page.count("không có người nhận") >= 1
    assert page.count("chờ gửi") >= 2
    reminder = Reminder.objects.first()
    assert "Báo cáo công tác dân vận tháng 10/2026" in client.get(change_url(reminder)).content.decode()


@pytest.mark.parametrize("name", ["reminder", "reminderrule", "inboxmessage", "holiday"])
def test_the_questions_of_a_list_do_not_grow_with_its_rows(name, clock_at):
    staff = make_staff()
    client = logged_in(staff)
    url = reverse(f"admin:notices_{name}_changelist")
    clock_at("2026-11-06 08:00")
    counts = []
    for wanted in (1, 3):
        while Holiday.objects.count() < wanted:
            number = Holiday.objects.count()
            Holiday.objects.create(day=date(2026, 9, 2 + number), name="Quốc khánh")
            InboxMessage.objects.create(recipient=staff, unit=make_unit(), title="Thông báo", sent_at=clock.now())
            make_rule(1 + number)
            unit = make_unit()
            make_lead(unit)
            make_report(unit)
            plan()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_holidays_are_rows_that_staff_edit():
    client = logged_in(make_staff())
    client.post(reverse("admin:notices_holiday_add"), {"day": "17/02/2026", "name": "Tết  Nguyên đán"})
    assert Holiday.objects.get().day == date(2026, 2, 17)
    again = client.post(reverse("admin:notices_holiday_add"), {"day": "17/02/2026", "name": "Tết"}).content.decode()
    assert "Ngày này đã có trong danh sách ngày nghỉ." in again
    assert calendar_between(date(2026, 2, 17), date(2026, 2, 17)) == Calendar(off=frozenset({date(2026, 2, 17)}))
    assert calendar_between(date(2026, 2, 1), date(2026, 2, 16)) == Calendar()
