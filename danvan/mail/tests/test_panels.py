"""The red lines on the start page."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from danvan import clock
from danvan.access.panels import start_page
from danvan.access.roles import Role
from danvan.mail.domain import beat
from danvan.mail.enums import MailState, Trouble
from tests.factories import logged_in, make_lead, make_staff, make_user

pytestmark = pytest.mark.django_db

NOW = "2026-11-12 08:00:00+07:00"


@pytest.fixture
def frozen():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def all_alive(frozen):
    for name in ("worker", "tick", "planner"):
        beat(name)


def alerts(user):
    return [alert.text for alert in start_page(user).alerts]


@pytest.mark.parametrize(
    ("speaking", "words"),
    [
        ([], "Bộ phận xử lý nền đã ngừng từ 08:00 12/11/2026"),
        (["worker"], "Nhịp chạy của bộ phận xử lý nền đã ngừng từ 08:00 12/11/2026"),
        (["worker", "tick"], "Việc lập nhắc, đôn đốc đã ngừng từ 08:00 12/11/2026"),
    ],
)
def test_two_minutes_of_silence_are_told_once_by_what_explains_them(all_alive, frozen, speaking, words):
    staff = make_staff()
    frozen.shift(timedelta(seconds=120, microseconds=-1))
    assert alerts(staff) == []
    for name in speaking:
        beat(name)
    frozen.shift(timedelta(microseconds=1))
    (told,) = alerts(staff)
    assert told.startswith(words)


def test_what_never_began_is_told_and_the_planner_is_given_its_first_minute(frozen):
    staff = make_staff()
    (told,) = alerts(staff)
    assert told.startswith("Bộ phận xử lý nền chưa chạy")
    beat("worker")
    beat("tick")
    assert alerts(staff) == []


@pytest.mark.parametrize("role", Role)
def test_the_line_is_for_the_bans_own_people(frozen, role):
    assert bool(alerts(make_user(role))) == role.is_of_the_ban


@pytest.fixture
def troubled(make_mail, all_alive):
    def make(**columns):
        if columns["state"] == MailState.FAILED:
            columns["next_attempt_at"] = None
        return make_mail(**columns)

    return make


def ago(**delta):
    return clock.now() - timedelta(**delta)


def test_failures_of_a_week_are_told_with_their_reasons_and_lead_to_the_list_of_them(troubled, frozen):
    for _n in range(2):
        troubled(state=MailState.FAILED, trouble=Trouble.UNKNOWN_ADDRESS, created_at=ago(days=6))
    troubled(state=MailState.FAILED, trouble=Trouble.MAILBOX_FULL, created_at=ago(days=6, hours=8))
    troubled(state=MailState.FAILED, trouble=Trouble.MAILBOX_FULL, created_at=ago(days=6, hours=8, microseconds=1))
    staff = make_staff()
    (alert,) = start_page(staff).alerts
    assert alert.text == (
        "3 thư trong 7 ngày qua không gửi được: địa chỉ không tồn tại (2), hộp thư của người nhận đã đầy (1)."
    )
    assert logged_in(staff).get(alert.url).context["cl"].result_count == 3
    assert alert.text in logged_in(staff).get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, True),
        ({"trouble": Trouble.LOGIN}, True),
        ({"trouble": Trouble.BUSY}, False),
        ({"minutes": 14}, False),
        ({"waited_until": 14}, False),
        ({"waited_until": 15}, True),
    ],
)
def test_mails_that_wait_for_a_server_that_cannot_be_used_are_told(troubled, frozen, columns, told):
    until = columns.pop("waited_until", None)
    troubled(
        state=MailState.WAITING,
        created_at=ago(minutes=columns.pop("minutes", 15)),
        not_before=until and ago(minutes=until),
        **{"trouble": Trouble.UNREACHABLE, **columns},
    )
    assert [text.startswith("1 thư chờ gửi đã quá 15 phút") for text in alerts(make_staff())] == [True] * told


def test_neither_a_unit_nor_who_reads_no_outgoing_mail_is_told_of_it(troubled):
    troubled(state=MailState.FAILED, trouble=Trouble.UNKNOWN_ADDRESS)
    assert alerts(make_lead()) == alerts(make_user(Role.CLERK)) == []


def test_an_office_without_mail_hears_of_no_failure(troubled, settings):
    troubled(state=MailState.FAILED, trouble=Trouble.UNKNOWN_ADDRESS)
    settings.MAIL_ENABLED = False
    assert alerts(make_staff()) == []
