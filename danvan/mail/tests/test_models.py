from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from danvan import clock
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

NOW = "2026-11-12 08:00:00+07:00"


@pytest.mark.parametrize("state", MailState.values)
@pytest.mark.parametrize("waits", [True, False])
@pytest.mark.parametrize("leased", [True, False])
def test_the_times_of_a_row_fit_its_state(make_mail, state, waits, leased):
    mail = make_mail()
    columns = {
        "state": state,
        "next_attempt_at": clock.real_now() if waits else None,
        "lease_until": clock.real_now() if leased else None,
        "sent_at": clock.now() if state == MailState.SENT else None,
    }
    fitting = {
        (True, False): MailState.DUE,
        (False, True): (MailState.IN_FLIGHT,),
        (False, False): MailState.FINAL,
    }
    if state in fitting.get((waits, leased), ()):
        assert OutgoingMail.objects.filter(pk=mail.pk).update(**columns) == 1
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            OutgoingMail.objects.filter(pk=mail.pk).update(**columns)


def test_a_sent_mail_has_its_time(make_mail):
    mail = make_mail()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, next_attempt_at=None)


def test_one_mail_is_in_flight_at_a_time(make_mail):
    in_flight = {"state": MailState.IN_FLIGHT, "next_attempt_at": None, "lease_until": clock.real_now()}
    make_mail(**in_flight)
    other = make_mail()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=other.pk).update(**in_flight)


def test_due_is_what_waits_and_whose_time_has_come_and_not_passed(make_mail):
    with time_machine.travel(NOW, tick=False):
        now, tick = clock.real_now(), timedelta(microseconds=1)
        waiting = make_mail(state=MailState.WAITING, next_attempt_at=now)
        queued = make_mail(next_attempt_at=now - tick)
        make_mail(next_attempt_at=now + tick)
        make_mail(expires_at=now)
        still_useful = make_mail(expires_at=now + tick)
        make_mail(state=MailState.SENT, next_attempt_at=None)
        make_mail(state=MailState.IN_FLIGHT, next_attempt_at=None, lease_until=now - tick)

        assert [*OutgoingMail.objects.due()] == [queued, waiting, still_useful]


@pytest.mark.parametrize(("left", "abandoned"), [(-1, 1), (0, 0), (1, 0)])
def test_a_lease_holds_until_its_last_moment(make_mail, left, abandoned):
    with time_machine.travel(NOW, tick=False):
        until = clock.real_now() + timedelta(microseconds=left)
        make_mail(state=MailState.IN_FLIGHT, next_attempt_at=None, lease_until=until)
        assert OutgoingMail.objects.abandoned().count() == abandoned


def test_the_drain_asks_an_index(make_mail):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole, whatever indexes it has")
    plan = OutgoingMail.objects.due().explain()
    assert "INDEX mail_to_drain" in plan
    assert "TEMP B-TREE" not in plan


def test_mails_are_found_without_accents_by_recipient_and_address(make_mail):
    found = make_mail("eakly@example.vn", recipient_name="Đảng ủy xã Ea Kly")
    make_mail("vubon@example.vn", recipient_name="Đảng ủy xã Vụ Bổn")
    assert [*OutgoingMail.objects.search("DANG UY ea")] == [found]
    assert [*OutgoingMail.objects.search("eakly@")] == [found]


def test_message_ids_differ_and_bear_the_domain_of_the_sender(make_mail, settings):
    settings.DEFAULT_FROM_EMAIL = "Dân vận khéo <danvan@daklak.vn>"
    first, second = make_mail(), make_mail()
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@daklak.vn>")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MailState.WAITING, "máy chủ thư đang bận; sẽ thử lại lúc 08:15 12/11/2026"),
        (MailState.FAILED, "máy chủ thư đang bận"),
    ],
)
def test_the_trouble_is_told_in_words_an_official_understands(state, words):
    with time_machine.travel(NOW, tick=False):
        at = clock.real_now() + timedelta(minutes=15)
    assert OutgoingMail(state=state, trouble=Trouble.BUSY, next_attempt_at=at).trouble_words == words


def test_no_trouble_no_words():
    assert OutgoingMail(state=MailState.WAITING, next_attempt_at=clock.real_now()).trouble_words == ""
