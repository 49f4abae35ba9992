"""The watchdog of a connection, on a real socket."""

import socket

import pytest

from danvan.mail.domain.line import Watchdog


@pytest.fixture
def watched():
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    watchdog = Watchdog(ours)
    yield watchdog, ours, theirs
    watchdog.stop()
    ours.close()
    theirs.close()


def test_a_shorter_time_after_a_longer_one_is_kept(watched):
    watchdog, ours, theirs = watched
    with watchdog.within(30):
        theirs.sendall(b"a")
        assert ours.recv(1) == b"a"
    with watchdog.within(0.05):
        assert ours.recv(1) == b""
    assert watchdog.fired


def test_between_mails_nothing_is_ended(watched):
    watchdog, ours, theirs = watched
    for _mail in range(3):
        with watchdog.within(0.02):
            pass
    watchdog.thread.join(0.06)
    theirs.sendall(b"a")
    assert ours.recv(1) == b"a"
    assert not watchdog.fired


def test_a_stopped_watchdog_leaves_no_thread(watched):
    watchdog, _ours, _theirs = watched
    watchdog.stop()
    watchdog.thread.join(5)
    assert not watchdog.thread.is_alive()
