import socket
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import redis
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.db import IntegrityError, OperationalError, connection

from danvan import clock
from danvan.embedded.ports import HOST
from danvan.mail.domain import delivery, drain, last_beat, queue, sweep
from danvan.mail.domain.rendering import Message, NotNow, register_renderer
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail
from danvan.mail.tests.conftest import DROP, HANG, KEEP_AND_DROP, TRICKLE

pytestmark = pytest.mark.django_db(transaction=True)

NOW = "2026-11-12 08:00:00+07:00"
WORKER = "worker@test 1"
TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(seconds=0, microseconds=0):
    """The real instant so long after NOW. Inside ``travel(NOW, tick=False)``."""
    return clock.real_now() + timedelta(seconds=seconds, microseconds=microseconds)


@pytest.fixture
def frozen():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def state_of(mail):
    mail.refresh_from_db()
    return mail.state, mail.trouble, mail.attempts, mail.maybe_duplicate


# --- What is sent -----------------------------------------------------------------------------------------------------


def test_a_mail_is_sent_and_kept_as_it_was_sent(post_office, make_mail, frozen):
    mail = make_mail(ref={"subject": "Nhắc\n gửi", "text": "Kính gửi", "html": "<p>Kính gửi</p>"})
    assert drain(worker_id=WORKER) == 1
    (delivery,) = post_office.deliveries
    assert delivery["Message-ID"] == mail.message_id
    assert delivery["Subject"] == "Nhắc gửi"
    assert state_of(mail) == (MailState.SENT, "", 1, False)
    assert (mail.subject, mail.text, mail.html, mail.sent_at) == (
        "Nhắc gửi",
        "Kính gửi",
        "<p>Kính gửi</p>",
        clock.now(),
    )
    assert (mail.next_attempt_at, mail.lease_until, mail.leased_by) == (None, None, "")
    assert (mail.answer, mail.attempted_at) == ("250 OK", clock.real_now())


def test_many_mails_go_over_one_connection_in_the_order_of_waiting(post_office, make_mail):
    for number in range(5):
        make_mail(f"xa{number}@example.vn", recipient_name="")
    assert drain(worker_id=WORKER) == 5
    assert [message["To"] for message in post_office.deliveries] == [f"xa{n}@example.vn" for n in range(5)]
    assert post_office.conversations == 1


def test_urgent_mails_go_before_those_that_wait_longer(post_office, make_mail):
    make_mail("xa1@example.vn", recipient_name="")
    make_mail("khan@example.vn", recipient_name="", is_urgent=True)
    assert drain(worker_id=WORKER) == 2
    assert [message["To"] for message in post_office.deliveries] == ["khan@example.vn", "xa1@example.vn"]


def test_a_sent_mail_is_not_sent_again(post_office, make_mail):
    make_mail()
    assert drain(worker_id=WORKER) == 1
    assert drain(worker_id=WORKER) == 0
    assert sweep(worker_id=WORKER) == 0
    assert len(post_office.deliveries) == 1


def test_an_empty_queue_calls_no_server(post_office):
    assert drain(worker_id=WORKER) == 0
    assert post_office.conversations == 0


def test_sent_at_is_business_time(post_office, make_mail, frozen):
    clock.shift_to(clock.real_now().replace(year=2015))
    mail = make_mail()
    drain(worker_id=WORKER)
    mail.refresh_from_db()
    assert mail.created_at == mail.sent_at == clock.real_now().replace(year=2015)
    clock.reset()


def test_confidential_texts_are_sent_and_not_kept(post_office, make_mail):
    mail = make_mail(ref={"subject": "Đặt mật khẩu", "text": "mã 123", "html": "<b>mã 123</b>", "confidential": True})
    drain(worker_id=WORKER)
    assert post_office.deliveries[0].get_body(["plain"]).get_content().strip() == "mã 123"
    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html) == ("Đặt mật khẩu", "", "")


# --- What is not sent -------------------------------------------------------------------------------------------------


def test_a_settled_matter_is_not_told(post_office, make_mail):
    settled, other = make_mail(ref={"settled": True}), make_mail()
    assert drain(worker_id=WORKER) == 1
    assert state_of(settled) == (MailState.EXPIRED, Trouble.NOT_NEEDED, 0, False)
    assert state_of(other) == (MailState.SENT, "", 1, False)
    assert len(post_office.deliveries) == 1


def test_a_mail_whose_time_has_passed_is_not_sent(post_office, make_mail, frozen):
    overdue, in_time = make_mail(expires_at=at(0)), make_mail(expires_at=at(microseconds=1))
    assert sweep(worker_id=WORKER) == 1
    assert state_of(overdue) == (MailState.EXPIRED, Trouble.OVERDUE, 0, False)
    assert state_of(in_time) == (MailState.SENT, "", 1, False)
    assert len(post_office.deliveries) == 1


def test_business_time_decides_what_has_passed(post_office, make_mail):
    mail = make_mail(expires_at=clock.now() + timedelta(days=10))
    clock.shift_to(clock.real_now() + timedelta(days=11))
    assert sweep(worker_id=WORKER) == 0
    clock.reset()
    assert state_of(mail) == (MailState.EXPIRED, Trouble.OVERDUE, 0, False)


def test_a_mail_whose_time_passes_while_others_are_sent_is_not_sent(post_office, make_mail, frozen):
    register_renderer("test.slow", lambda mail: frozen.shift(10) or Message("Nhắc", "Nội dung"))
    make_mail(kind="test.slow")
    mail = make_mail(expires_at=at(10))
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.QUEUED, "", 0, False)
    assert sweep(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.EXPIRED, Trouble.OVERDUE, 0, False)


@pytest.fixture
def shifted():
    """A business clock at Friday 20:00."""
    friday_evening = datetime(2026, 11, 13, 20, tzinfo=TIME_ZONE)
    with time_machine.travel(NOW, tick=False):
        clock.shift_to(friday_evening)
        yield friday_evening
    clock.forget_shift()


def test_a_mail_that_must_not_go_out_now_waits_without_trouble_and_holds_nobody_up(post_office, make_mail, shifted):
    def write_in_working_hours(mail):
        if clock.now() < monday:
            raise NotNow(monday)
        return Message("Nhắc", "Nội dung")

    monday = datetime(2026, 11, 16, 8, tzinfo=TIME_ZONE)
    register_renderer("test.working_hours", write_in_working_hours)
    mail, other = make_mail("xa1@example.vn", kind="test.working_hours"), make_mail("xa2@example.vn")
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.QUEUED, "", 0, False)
    assert mail.trouble_words == "sẽ gửi lúc 08:00 16/11/2026"
    assert state_of(other) == (MailState.SENT, "", 1, False)
    clock.shift_to(monday - timedelta(seconds=1))
    assert sweep(worker_id=WORKER) == 0
    clock.shift_to(monday)
    assert sweep(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 1, False)


def test_a_mail_put_off_into_the_past_does_not_go_round_and_round(post_office, make_mail, frozen):
    def put_off(mail):
        raise NotNow(clock.now())

    register_renderer("test.past", put_off)
    mail = make_mail(kind="test.past")
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.NOT_WRITTEN, 1, False)


@pytest.mark.parametrize("poison", [{"ref": {"error": "no such unit"}}, {"kind": "test.unknown"}])
def test_a_mail_that_cannot_be_written_waits_and_stops_nobody(post_office, make_mail, frozen, poison):
    poisoned, other = make_mail(**poison), make_mail()
    assert drain(worker_id=WORKER) == 1
    assert state_of(poisoned) == (MailState.WAITING, Trouble.NOT_WRITTEN, 1, False)
    assert poisoned.next_attempt_at == at(60)
    assert state_of(other) == (MailState.SENT, "", 1, False)


def test_an_address_that_is_none_fails_at_once(post_office, make_mail):
    mail, other = make_mail("xa1@"), make_mail()
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.FAILED, Trouble.INVALID_ADDRESS, 1, False)
    assert state_of(other) == (MailState.SENT, "", 1, False)


def test_what_was_queued_before_mail_was_switched_off_waits_and_says_so(post_office, make_mail, settings, frozen):
    mail, overdue = make_mail(), make_mail(expires_at=at(0))
    settings.MAIL_ENABLED = False
    assert sweep(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.QUEUED, "", 0, False)
    assert mail.trouble_words == "chờ đến khi bật lại việc gửi thư"
    assert state_of(overdue) == (MailState.EXPIRED, Trouble.OVERDUE, 0, False)
    assert last_beat("worker") == last_beat("tick") == clock.real_now()
    settings.MAIL_ENABLED = True
    assert sweep(worker_id=WORKER) == 1


# --- What the server says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["at_recipient", "at_data"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("421 4.3.2 Closing", MailState.WAITING),
        ("450 4.2.0 Greylisted", MailState.WAITING),
        ("451 4.3.0 Later", MailState.WAITING),
        ("550 5.7.1 Refused", MailState.FAILED),
        ("554 5.7.1 Refused", MailState.FAILED),
    ],
)
def test_a_refusal_waits_or_fails_and_holds_nobody_up(post_office, make_mail, frozen, step, answer, state):
    mail, other = make_mail("xa1@example.vn"), make_mail("xa2@example.vn")
    getattr(post_office, step)["xa1@example.vn"].append(answer)
    assert drain(worker_id=WORKER) == 1
    trouble = Trouble.BUSY if state == MailState.WAITING else Trouble.REFUSED
    assert state_of(mail) == (state, trouble, 1, False)
    assert answer in mail.trouble_detail
    assert mail.next_attempt_at == (at(60) if state == MailState.WAITING else None)
    assert state_of(other) == (MailState.SENT, "", 1, False)
    assert post_office.arrived("xa1@example.vn") == []


def test_an_unknown_address_is_told_as_such(post_office, make_mail):
    mail = make_mail("xa1@example.vn")
    post_office.at_recipient["xa1@example.vn"].append("550 5.1.1 User unknown")
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.FAILED, Trouble.UNKNOWN_ADDRESS, 1, False)


def test_the_plan_is_kept_to_the_moment_and_then_the_mail_has_failed(post_office, make_mail, frozen, settings):
    settings.MAIL_RETRY_SECONDS = [60, 300]
    mail = make_mail("xa1@example.vn")
    post_office.at_recipient["xa1@example.vn"] = ["450 later"] * 3
    for attempt, delay in enumerate([60, 300], start=1):
        drain(worker_id=WORKER)
        assert state_of(mail) == (MailState.WAITING, Trouble.BUSY, attempt, False)
        assert mail.next_attempt_at == at(delay)
        frozen.shift(timedelta(seconds=delay, microseconds=-1))
        drain(worker_id=WORKER)
        assert state_of(mail) == (MailState.WAITING, Trouble.BUSY, attempt, False)
        frozen.shift(timedelta(microseconds=1))
    drain(worker_id=WORKER)
    assert state_of(mail) == (MailState.FAILED, Trouble.BUSY, 3, False)
    assert mail.next_attempt_at is None


def test_a_refusal_that_passes_ends_in_a_sent_mail_without_a_trace_of_trouble(post_office, make_mail, frozen):
    mail = make_mail("xa1@example.vn")
    post_office.at_recipient["xa1@example.vn"].append("450 later")
    drain(worker_id=WORKER)
    frozen.shift(60)
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 2, False)
    assert mail.trouble_detail == ""


@pytest.mark.parametrize("ending", ["421 4.7.0 Too many mails in this session", DROP])
def test_a_server_that_ends_a_long_conversation_delays_no_mail(post_office, make_mail, ending):
    mails = [make_mail(f"xa{number}@example.vn") for number in range(4)]
    post_office.at_mail = ["250 OK", "250 OK", ending]
    assert drain(worker_id=WORKER) == 4
    assert [state_of(mail) for mail in mails] == [(MailState.SENT, "", 1, False)] * 4
    assert len(post_office.deliveries) == 4
    assert post_office.conversations == 2


def test_a_server_that_refuses_our_own_address_costs_no_mail_its_chance(post_office, make_mail):
    mail, other = make_mail("xa1@example.vn"), make_mail("xa2@example.vn")
    post_office.at_mail = ["550 5.7.1 Sender address rejected"]
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.WAITING, Trouble.SENDER_REFUSED, 1, False)
    assert state_of(other) == (MailState.SENT, "", 1, False)


@pytest.mark.parametrize(
    ("greeting", "trouble"),
    [(b"421 4.3.2 Busy", Trouble.BUSY), (b"554 5.3.2 No", Trouble.UNREACHABLE), (b"hello", Trouble.UNREACHABLE)],
)
def test_a_server_that_greets_nobody_costs_no_mail_an_attempt(make_mail, settings, greeting, trouble):
    mail = make_mail()
    with socket.create_server((HOST, settings.EMAIL_PORT)) as server:
        threading.Thread(target=lambda: server.accept()[0].sendall(greeting + b"\r\n")).start()
        assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, trouble, 0, False)


def test_a_server_that_is_busy_from_the_first_word_makes_the_mail_wait(post_office, make_mail):
    mail = make_mail()
    post_office.at_mail = ["421 4.3.2 Busy"]
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.BUSY, 1, False)


# --- Lines that break -------------------------------------------------------------------------------------------------


def test_a_line_that_breaks_before_the_text_leaves_no_doubt(post_office, make_mail, frozen):
    mail, other = make_mail("xa1@example.vn"), make_mail("xa2@example.vn")
    post_office.at_recipient["xa1@example.vn"].append(DROP)
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.WAITING, Trouble.BROKEN_OFF, 1, False)
    assert state_of(other) == (MailState.SENT, "", 1, False)
    frozen.shift(60)
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 2, False)
    assert len(post_office.arrived("xa1@example.vn")) == 1


def test_a_mail_of_unclear_fate_is_repeated_with_its_message_id_and_marked(post_office, make_mail, frozen):
    mail = make_mail("xa1@example.vn")
    post_office.at_data["xa1@example.vn"].append(KEEP_AND_DROP)
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.UNCLEAR, 1, True)
    frozen.shift(60)
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 2, True)
    assert [message["Message-ID"] for message in post_office.deliveries] == [mail.message_id] * 2


def test_a_mail_of_unclear_fate_is_repeated_once_only(post_office, make_mail, frozen):
    mail = make_mail("xa1@example.vn")
    post_office.at_data["xa1@example.vn"] = [KEEP_AND_DROP] * 5
    for _attempt in range(5):
        drain(worker_id=WORKER)
        frozen.shift(timedelta(days=1))
    assert state_of(mail) == (MailState.FAILED, Trouble.UNCLEAR, 2, True)
    assert len(post_office.deliveries) == 2


@pytest.mark.parametrize(
    ("step", "misbehaviour", "trouble", "unclear"),
    [
        ("at_recipient", HANG, Trouble.TIMED_OUT, False),
        ("at_recipient", TRICKLE, Trouble.TIMED_OUT, False),
        ("at_data", HANG, Trouble.UNCLEAR, True),
        ("at_data", TRICKLE, Trouble.UNCLEAR, True),
    ],
)
def test_a_mail_has_its_own_deadline(post_office, make_mail, settings, step, misbehaviour, trouble, unclear):
    settings.MAIL_DEADLINE_SECONDS = 0.15
    mail, other = make_mail("xa1@example.vn"), make_mail("xa2@example.vn")
    getattr(post_office, step)["xa1@example.vn"].append(misbehaviour)
    begun = time.monotonic()
    assert drain(worker_id=WORKER) == 1
    assert 0.15 <= time.monotonic() - begun < 3
    assert state_of(mail) == (MailState.WAITING, trouble, 1, unclear)
    assert state_of(other) == (MailState.SENT, "", 1, False)


def test_one_silent_answer_is_a_time_out_as_well(post_office, make_mail, settings):
    settings.EMAIL_TIMEOUT = 0.15
    mail = make_mail("xa1@example.vn")
    post_office.at_recipient["xa1@example.vn"].append(HANG)
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.TIMED_OUT, 1, False)


def test_without_a_server_all_that_is_due_waits_and_loses_no_attempt(make_mail, frozen):
    due = [make_mail(), make_mail(state=MailState.WAITING, trouble=Trouble.BUSY, attempts=3)]
    later = make_mail(state=MailState.WAITING, trouble=Trouble.BUSY, attempts=1, next_attempt_at=at(3600))
    unclear = make_mail(state=MailState.WAITING, trouble=Trouble.UNCLEAR, attempts=1, maybe_duplicate=True)
    assert drain(worker_id=WORKER) == 0
    assert [state_of(mail)[:3] for mail in due] == [
        (MailState.WAITING, Trouble.UNREACHABLE, 0),
        (MailState.WAITING, Trouble.UNREACHABLE, 3),
    ]
    assert [mail.next_attempt_at for mail in due] == [at(30)] * 2
    assert state_of(later) == (MailState.WAITING, Trouble.BUSY, 1, False)
    assert later.next_attempt_at == at(3600)
    assert state_of(unclear) == (MailState.WAITING, Trouble.UNCLEAR, 1, True)


def test_what_waited_for_the_server_is_sent_when_it_is_back(request, make_mail, frozen):
    mail = make_mail()
    for _minute in range(60):
        drain(worker_id=WORKER)
        frozen.shift(60)
    assert state_of(mail) == (MailState.WAITING, Trouble.UNREACHABLE, 0, False)
    request.getfixturevalue("post_office")
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 1, False)


def test_a_login_that_is_refused_is_told_as_such_and_fails_no_mail(make_mail, settings):
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "danvan"
    mail = make_mail()
    controller = Controller(
        object(),
        hostname=HOST,
        port=settings.EMAIL_PORT,
        authenticator=lambda *args: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    controller.start()
    try:
        assert drain(worker_id=WORKER) == 0
    finally:
        controller.stop()
    assert state_of(mail) == (MailState.WAITING, Trouble.LOGIN, 0, False)


# --- No more than the server allows -----------------------------------------------------------------------------------


@pytest.fixture
def three_per_minute(settings):
    settings.MAIL_PER_MINUTE = 3


def test_no_minute_has_more_attempts_than_allowed(post_office, make_mail, frozen, three_per_minute):
    for number in range(8):
        make_mail(f"xa{number}@example.vn")
    post_office.at_recipient["xa1@example.vn"].append("450 later")  # an attempt as well
    assert drain(worker_id=WORKER) == 2
    frozen.shift(timedelta(seconds=59, microseconds=999_999))
    assert sweep(worker_id="another process") == 0
    assert post_office.conversations == 1
    frozen.shift(timedelta(microseconds=1))
    assert sweep(worker_id=WORKER) == 3
    assert {*OutgoingMail.objects.filter(state=MailState.QUEUED).values_list("attempts", "attempted_at")} == {(0, None)}
    frozen.shift(60)
    assert sweep(worker_id=WORKER) == 3
    assert len(post_office.deliveries) == 8


def test_what_asks_the_server_nothing_does_not_count(post_office, make_mail, frozen, three_per_minute):
    for _n in range(5):
        make_mail(ref={"settled": True})
    for number in range(3):
        make_mail(f"xa{number}@example.vn")
    assert drain(worker_id=WORKER) == 3


def test_a_slow_attempt_counts_from_its_end(post_office, make_mail, frozen, settings):
    settings.MAIL_PER_MINUTE = 1
    register_renderer("test.ten_seconds", lambda mail: frozen.shift(10) or Message("Nhắc", "Nội dung"))
    make_mail(kind="test.ten_seconds")
    make_mail()
    assert drain(worker_id=WORKER) == 1
    frozen.shift(59)
    assert drain(worker_id=WORKER) == 0
    frozen.shift(1)
    assert drain(worker_id=WORKER) == 1


def test_a_mail_is_not_tried_twice_in_a_minute(post_office, make_mail, frozen, three_per_minute, settings):
    settings.MAIL_RETRY_SECONDS = [1]
    mail = make_mail("xa1@example.vn")
    post_office.at_recipient["xa1@example.vn"].append("450 later")
    assert drain(worker_id=WORKER) == 0
    frozen.shift(59)
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.BUSY, 1, False)
    frozen.shift(1)
    assert drain(worker_id=WORKER) == 1


@pytest.mark.parametrize(("passed", "countdown"), [(44, None), (46, 14), (58, 5)])
def test_the_next_drain_is_asked_for_when_there_is_room_unless_a_sweep_comes_first(
    post_office, make_mail, frozen, three_per_minute, monkeypatch, passed, countdown
):
    asked = []
    monkeypatch.setattr(delivery, "nudge", lambda *, after: asked.append(after))
    for number in range(4):
        make_mail(f"xa{number}@example.vn")
    drain(worker_id=WORKER)
    asked.clear()
    frozen.shift(passed)
    drain(worker_id=WORKER)
    assert asked == ([countdown] if countdown else [])


# --- Several drains, dead workers -------------------------------------------------------------------------------------


def test_drains_at_once_send_each_mail_once(post_office, make_mail):
    for number in range(40):
        make_mail(f"xa{number}@example.vn")
    sent = []

    def work(name):
        # A drain that meets another stops; the next sweep would start it again.
        while OutgoingMail.objects.filter(state__in=MailState.OPEN).exists():
            sent.append(drain(worker_id=name))
        connection.close()

    threads = [threading.Thread(target=work, args=[f"worker {number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(sent) == 40
    assert Counter(message["Message-ID"] for message in post_office.deliveries) == Counter(
        OutgoingMail.objects.values_list("message_id", flat=True)
    )
    assert set(OutgoingMail.objects.values_list("state", "attempts", "maybe_duplicate")) == {(MailState.SENT, 1, False)}


def test_a_drain_stops_where_another_has_a_mail_in_flight(post_office, make_mail):
    first, other = make_mail(), make_mail()
    assert delivery.claim(first, "another worker") is True
    assert drain(worker_id=WORKER) == 0
    with pytest.raises(IntegrityError):
        delivery.claim(other, WORKER)
    assert state_of(other) == (MailState.QUEUED, "", 0, False)
    assert post_office.deliveries == []


def test_a_mail_that_was_read_before_another_took_it_is_not_claimed(post_office, make_mail):
    read_early = make_mail()
    drain(worker_id=WORKER)
    assert delivery.claim(read_early, "another worker") is False
    assert len(post_office.deliveries) == 1


def test_a_dead_worker_delays_until_its_lease_has_run_out(post_office, make_mail, frozen):
    taken, others = make_mail("xa1@example.vn"), [make_mail("xa2@example.vn"), make_mail("xa3@example.vn")]
    delivery.claim(taken, "dead worker")
    frozen.shift(45)
    assert sweep(worker_id=WORKER) == 0
    assert state_of(taken) == (MailState.IN_FLIGHT, "", 1, False)
    frozen.shift(timedelta(microseconds=1))
    assert sweep(worker_id=WORKER) == 3
    assert state_of(taken) == (MailState.SENT, "", 2, True)
    assert [state_of(mail) for mail in others] == [(MailState.SENT, "", 1, False)] * 2
    assert Counter(message["Message-ID"] for message in post_office.deliveries) == Counter(
        mail.message_id for mail in [taken, *others]
    )


def test_a_mail_that_takes_its_worker_down_each_time_is_given_up(make_mail, frozen, settings):
    settings.MAIL_RETRY_SECONDS = [60, 300]
    mail = make_mail()
    for attempt in (1, 2, 3):
        mail.refresh_from_db()
        delivery.claim(mail, "dead worker")
        frozen.shift(46)
        delivery.free_abandoned()
        expected = MailState.QUEUED if attempt < 3 else MailState.FAILED
        assert state_of(mail) == (expected, Trouble.STOPPED, attempt, True)


def test_a_worker_that_comes_back_late_writes_nothing(make_mail, frozen):
    mail = make_mail()
    late = OutgoingMail.objects.get(pk=mail.pk)
    delivery.claim(late, "late worker")
    frozen.shift(46)
    delivery.free_abandoned()
    assert delivery.keep(late, delivery.failed(Trouble.REFUSED, "550")) is False
    mail.refresh_from_db()
    delivery.claim(mail, WORKER)
    assert delivery.keep(late, delivery.failed(Trouble.REFUSED, "550")) is False
    assert state_of(mail) == (MailState.IN_FLIGHT, Trouble.STOPPED, 2, True)
    assert delivery.keep(mail, delivery.failed(Trouble.REFUSED, "550")) is True


def test_writing_a_mail_costs_from_its_lease(post_office, make_mail, frozen):
    def dawdle(mail):
        frozen.shift(46)
        return Message("Nhắc", "Nội dung")

    register_renderer("test.dawdle", dawdle)
    mail = make_mail(kind="test.dawdle")
    assert drain(worker_id=WORKER) == 0
    assert state_of(mail) == (MailState.WAITING, Trouble.NOT_WRITTEN, 1, False)
    assert post_office.deliveries == []


def lose_the_database():
    """PostgreSQL ends our session, SQLite is held by another writer for a moment."""
    if connection.vendor == "postgresql":
        with connection.copy().cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return
    held = threading.Event()

    def hold_the_file(other):
        other.inc_thread_sharing()
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            held.set()
            threading.Event().wait(0.3)
            cursor.execute("ROLLBACK")
        other.close()

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    threading.Thread(target=hold_the_file, args=[connection.copy()]).start()
    held.wait(5)


def test_a_database_that_is_away_while_the_mail_goes_out_causes_no_second_mail(post_office, make_mail):
    def write(mail):
        lose_the_database()  # just before the outcome is written
        return Message("Nhắc", "Nội dung")

    register_renderer("test.away", write)
    mail = make_mail(kind="test.away")
    assert drain(worker_id=WORKER) == 1
    assert state_of(mail) == (MailState.SENT, "", 1, False)
    assert len(post_office.deliveries) == 1


def test_a_database_that_is_away_while_a_mail_is_written_costs_the_mail_nothing(post_office, make_mail):
    tries = []

    def write(mail):
        if not tries:
            tries.append(mail.pk)
            lose_the_database()
        OutgoingMail.objects.update(maybe_duplicate=False)
        return Message("Nhắc", "Nội dung")

    register_renderer("test.silent", write)
    mail = make_mail(kind="test.silent")
    with pytest.raises(OperationalError):
        drain(worker_id=WORKER)
    assert state_of(mail) == (MailState.QUEUED, "", 0, False)
    assert drain(worker_id=WORKER) == 1
    assert (state_of(mail), len(post_office.deliveries)) == ((MailState.SENT, "", 1, False), 1)


# --- The drain as a task ----------------------------------------------------------------------------------------------


def test_a_drain_ends_in_time_and_asks_for_the_next(post_office, broker, make_mail, settings, monkeypatch):
    make_mail()
    monkeypatch.setattr(queue, "_rest_until", 0.0)
    settings.MAIL_DRAIN_SECONDS = 0
    assert drain(worker_id=WORKER) == 0
    assert redis.Redis.from_url(settings.REDIS_URL).llen("celery") == 1
    settings.MAIL_DRAIN_SECONDS = 20
    assert drain(worker_id=WORKER) == 1
    assert redis.Redis.from_url(settings.REDIS_URL).llen("celery") == 1


def test_a_drain_shows_the_worker_and_a_sweep_the_tick(post_office, frozen):
    drain(worker_id=WORKER)
    assert (last_beat("worker"), last_beat("tick")) == (clock.real_now(), None)
    frozen.shift(15)
    sweep(worker_id=WORKER)
    assert last_beat("worker") == last_beat("tick") == clock.real_now()


def test_a_mail_costs_the_same_few_questions_however_many_there_are(post_office, make_mail, django_assert_num_queries):
    drain(worker_id=WORKER)  # makes the row of the heart-beat
    for mails in (1, 3):
        for _n in range(mails):
            make_mail()
        # Heart-beat (4), anything in flight, what is due, anything else due; per mail: claim, outcome.
        with django_assert_num_queries(7 + 2 * mails):
            assert drain(worker_id=WORKER) == mails
