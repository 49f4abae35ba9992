import json
import socket
import time
from datetime import timedelta

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import transaction

from danvan import clock
from danvan.embedded.ports import HOST
from danvan.mail.domain import Letter, enqueue, enqueue_many, is_on, nudge, queue, resend
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail

LETTER = {"kind": "test.words", "ref": {"unit": 7}, "to": "xa1@example.vn", "recipient_name": "Đảng ủy xã Ea Kly"}


@pytest.fixture
def awake(monkeypatch):
    """The broker is called; other tests of this app let it rest."""
    monkeypatch.setattr(queue, "_rest_until", 0.0)


def tasks_in_broker():
    messages = redis.Redis.from_url(settings.REDIS_URL).lrange("celery", 0, -1)
    return [json.loads(message)["headers"]["task"] for message in messages]


@pytest.mark.django_db
def test_a_queued_mail_is_due_at_once():
    expires_at = clock.now() + timedelta(days=1)
    mail = enqueue(**LETTER, dedupe_key="k", expires_at=expires_at)
    assert (mail.to, mail.recipient_name, mail.kind, mail.ref) == (
        "xa1@example.vn",
        "Đảng ủy xã Ea Kly",
        "test.words",
        {"unit": 7},
    )
    assert (mail.state, mail.attempts, mail.expires_at, mail.subject) == (MailState.QUEUED, 0, expires_at, "")
    assert OutgoingMail.objects.due().get() == mail


@pytest.mark.django_db
def test_one_key_makes_one_mail_and_leaves_the_first_as_it_is():
    first = enqueue(**LETTER, dedupe_key="k")
    again = enqueue(**{**LETTER, "to": "xa2@example.vn"}, dedupe_key="k")
    other = enqueue(**LETTER, dedupe_key="l")
    assert (again.pk, again.to, again.message_id) == (first.pk, "xa1@example.vn", first.message_id)
    assert OutgoingMail.objects.count() == 2
    assert other.pk != first.pk


@pytest.mark.django_db
def test_many_letters_pass_over_known_keys():
    enqueue(**LETTER, dedupe_key="2")
    letters = [Letter(**LETTER, dedupe_key=str(number)) for number in (1, 2, 3, 3)]
    enqueue_many(letters)
    enqueue_many(letters)
    assert sorted(OutgoingMail.objects.values_list("dedupe_key", flat=True)) == ["1", "2", "3"]


@pytest.mark.django_db(transaction=True)
def test_the_drain_is_woken_once_after_the_commit(broker, awake):
    with transaction.atomic():
        enqueue_many([Letter(**LETTER, dedupe_key=str(number)) for number in range(3)])
        assert tasks_in_broker() == []
    assert tasks_in_broker() == ["danvan.mail.tasks.drain"]


@pytest.mark.django_db(transaction=True)
def test_nothing_to_queue_wakes_nobody(broker, awake):
    enqueue_many([])
    assert tasks_in_broker() == []


@pytest.mark.django_db(transaction=True)
def test_an_office_without_mail_queues_nothing_and_wakes_nobody(broker, awake, settings):
    settings.MAIL_ENABLED = False
    assert is_on() is False
    assert enqueue(**LETTER, dedupe_key="k") is None
    nudge()
    assert OutgoingMail.objects.count() == 0
    assert tasks_in_broker() == []


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_mail_and_wakes_nobody(broker, awake):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(**LETTER, dedupe_key="k")
        raise ZeroDivisionError
    assert OutgoingMail.objects.count() == 0
    assert tasks_in_broker() == []


@pytest.fixture
def silent_broker():
    """A broker that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, int(settings.REDIS_URL.rsplit(":", 1)[1].split("/")[0])))
        listener.listen(10)
        yield listener


@pytest.fixture
def absent_broker():
    """Nothing listens at the broker's address."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken_broker", ["absent_broker", "silent_broker"])
def test_a_broken_broker_costs_a_request_a_second_once_and_no_mail(request, broken_broker, awake):
    request.getfixturevalue(broken_broker)
    begun = time.monotonic()
    for number in range(50):
        enqueue(**LETTER, dedupe_key=str(number))
    assert time.monotonic() - begun < 2
    assert OutgoingMail.objects.due().count() == 50


@pytest.mark.django_db(transaction=True)
def test_the_broker_is_called_again_after_its_rest(broker, awake, monkeypatch):
    monkeypatch.setattr(queue, "_rest_until", time.monotonic() + 60)
    nudge()
    assert tasks_in_broker() == []
    monkeypatch.setattr(queue, "_rest_until", time.monotonic())
    nudge()
    assert tasks_in_broker() == ["danvan.mail.tasks.drain"]


# --- Sending again ----------------------------------------------------------------------------------------------------


@pytest.fixture
def officer():
    return apps.get_model("organization.User").objects.create_user("chuyenvien", full_name="Trần Thị Bình")


def activities_of(mail):
    return [*apps.get_model("history.Activity").objects.of(mail).values_list("action", "actor__username")]


@pytest.mark.django_db
def test_a_failed_mail_is_queued_with_a_fresh_plan_and_the_same_message_id(make_mail, officer):
    mail = make_mail(
        state=MailState.FAILED, next_attempt_at=None, attempts=9, trouble=Trouble.BUSY, trouble_detail="451 later"
    )
    assert resend(mail=mail, actor=officer) is True
    again = OutgoingMail.objects.due().get()
    assert (again.pk, again.state, again.attempts, again.trouble, again.trouble_detail, again.message_id) == (
        mail.pk,
        MailState.QUEUED,
        0,
        "",
        "",
        mail.message_id,
    )
    assert activities_of(mail) == [("outgoingmail.resend", "chuyenvien")]
    assert resend(mail=mail, actor=officer) is False


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in MailState.values if state != MailState.FAILED])
def test_only_a_failed_mail_is_sent_again(make_mail, officer, state):
    mail = make_mail(
        state=state,
        next_attempt_at=clock.real_now() if state in MailState.DUE else None,
        lease_until=clock.real_now() if state == MailState.IN_FLIGHT else None,
    )
    assert resend(mail=mail, actor=officer) is False
    mail.refresh_from_db()
    assert mail.state == state
    assert activities_of(mail) == []
