"""The screens of this app: rules with a preview, the ledger, one's own inbox, holidays."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan import clock
from danvan.calendar.working_days import Calendar
from danvan.notices.domain.extra import remind_now
from danvan.notices.domain.holidays import calendar_between
from danvan.notices.domain.inbox import mark_read, tell_unit
from danvan.notices.domain.planner import plan
from danvan.notices.enums import Audience
from danvan.notices.models import Holiday, InboxMessage, Reminder, ReminderRule
from movements.domain.duties import source_of
from tests.factories import (
    logged_in,
    make_administrator,
    make_lead,
    make_period,
    make_report,
    make_rule,
    make_scheme,
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


@pytest.mark.parametrize("audience", [Audience.OFFICER, Audience.BAN_LEADERS])
def test_the_preview_of_a_list_shows_a_list(audience):
    words = {
        "subject": "{số đơn vị} đơn vị",
        "text": "{đơn vị}:\n{danh sách}",
        "offset_days": "1",
        "audience": audience,
    }
    answer = logged_in(make_staff()).post(reverse("admin:notices_reminderrule_preview"), words)
    page = answer.content.decode()
    assert "03 đơn vị:<br>1. Đảng ủy xã Bình Minh<br>2. " in page
    assert "Kính gửi đồng chí Nguyễn Văn An," in page


def test_the_rules_stand_in_groups_by_duty():
    for kind in ("month", "year"):
        for offset in (-3, 1):
            make_rule(offset, kind)
    page = logged_in(make_staff()).get(reverse("admin:notices_reminderrule_changelist")).content.decode()
    assert (page.count('class="dv-group"'), page.count('class="dv-muted">báo cáo')) == (2, 2)


@pytest.mark.parametrize(("hour", "is_fine"), [("6", False), ("7", True), ("17", True), ("18", False)])
def test_a_step_comes_in_working_hours(hour, is_fine):
    data = {"source": source_of("month"), "offset_days": "-3", "hour": hour, "audience": "unit_leads"}
    data |= {"subject": "{việc}", "text": "gửi {việc}"}
    answer = logged_in(make_administrator()).post(reverse("admin:notices_reminderrule_add"), data)
    assert ("chọn giờ từ 7 đến 17" in answer.content.decode()) is not is_fine
    assert ReminderRule.objects.exists() is is_fine


def test_the_ledger_is_filtered_and_shows_what_was_sent_by_hand(clock_at):
    make_rule(1)
    make_rule(1, "year", audience=Audience.BAN_LEADERS)
    make_lead(unit := make_unit("Đảng ủy xã Ea Kar"))
    report = make_report(unit)
    make_report(make_unit("Đảng ủy xã Ea Kly"), make_period(make_scheme("year"), title="Báo cáo năm"))
    clock_at("2026-11-06 08:00")
    plan()
    staff = make_staff(full_name="Trần Thị Thu Hà")
    remind_now(pairs=[(source_of("month"), report.pk)], subject="Gấp", text="Gửi {việc}", actor=staff)
    client, url = logged_in(staff), reverse("admin:notices_reminder_changelist")

    def shown(query):
        return {row.pk for row in client.get(f"{url}?{query}").context["cl"].result_list}

    by_rule, nobody, by_hand = (
        {row.pk for row in Reminder.objects.filter(**which)}
        for which in ({"rule__isnull": False, "unit": unit}, {"state": "nobody"}, {"rule": None})
    )
    assert shown("audience=by_hand") == by_hand
    assert shown("audience=unit_leads") == by_rule
    assert (
        shown("audience=ban_leaders") == shown("state__exact=nobody") == shown(f"source={source_of('year')}") == nobody
    )
    assert (
        "Trần Thị Thu Hà gửi ngoài lịch"
        in client.get(change_url(Reminder.objects.get(pk__in=by_hand))).content.decode()
    )
    assert "nhắc trực tiếp" in client.get(url).content.decode()


def test_units_with_nobody_to_remind_have_a_page_and_a_card_that_counts_it():
    make_report(make_unit("Đảng ủy xã Ea Kar"))
    make_report(make_unit("Đảng ủy xã Ea Kly", email="eakly@example.vn"))
    make_unit("Đảng ủy xã Ea Na")
    client, url = logged_in(make_staff()), reverse("admin:notices_reminder_without_recipient")
    start = client.get("/admin/").content.decode()
    assert "Đơn vị chưa có người nhận nhắc việc" in start
    assert url in start
    page = client.get(url).content.decode()
    assert [name in page for name in ("Ea Kar", "Ea Kly", "Ea Na")] == [True, False, False]
    assert logged_in(make_lead()).get(url).status_code == 403


def test_the_sidebar_counts_the_own_unread_notices(message):
    def number_of(user):
        return re.findall(r'class="dv-count">(\d+)<', logged_in(user).get("/admin/").content.decode())

    tell_unit(unit=message.unit, title="khác")
    assert number_of(message.recipient) == ["2"]
    mark_read(message=message, actor=message.recipient)
    assert number_of(message.recipient) == ["1"]
    assert number_of(make_administrator()) == number_of(make_lead()) == []


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
