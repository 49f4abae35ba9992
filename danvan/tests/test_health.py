"""/healthz names each part, and answers 503 as soon as one is down or silent."""

from datetime import timedelta

import pytest

from danvan import clock
from danvan.mail.domain.heartbeat import beat
from danvan.mail.models import Heartbeat


@pytest.fixture
def all_alive(db, broker):
    beat("worker")
    beat("tick")
    beat("planner")


def test_all_parts_are_well(all_alive, client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "worker": "ok", "tick": "ok", "planner": "ok"}


@pytest.mark.parametrize("name", ["worker", "tick", "planner"])
@pytest.mark.parametrize(("seconds", "state", "status"), [(118, "ok", 200), (121, "silent", 503)])
def test_a_part_that_has_been_silent_for_two_minutes_is_named(all_alive, client, name, seconds, state, status):
    Heartbeat.objects.filter(name=name).update(at=clock.real_now() - timedelta(seconds=seconds))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()[name]) == (status, state)


def test_a_part_that_never_spoke_is_silent(db, broker, client):
    parts = client.get("/healthz").json()
    assert (parts["worker"], parts["tick"]) == ("silent", "silent")
    assert parts["planner"] == "ok"  # its first pass comes later than the first look


def test_an_absent_broker_is_named_and_the_pages_go_on(db, client):
    beat("worker")
    beat("tick")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "down", "worker": "ok", "tick": "ok", "planner": "ok"}
    assert client.get("/admin/login/").status_code == 200


def test_business_time_does_not_silence_anybody(all_alive, client):
    clock.shift_to(clock.today() + timedelta(days=400))
    assert client.get("/healthz").status_code == 200
