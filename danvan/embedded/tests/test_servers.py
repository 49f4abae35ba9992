"""The embedded servers are started for real, in a folder whose name is as awkward as a user's can be."""

import os
import signal
import smtplib
import socket
import sys
import time
from email import message_from_bytes
from pathlib import Path

import psycopg
import pytest
import redis

from danvan.embedded import ports
from danvan.embedded.postgres import postgres
from danvan.embedded.redis import server_command


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / 'Dân vận "khéo" #1'
    path.mkdir()
    return path


def test_a_bound_port_is_not_free():
    port = ports.free_port()
    assert ports.is_free(port)
    assert ports.free_port(port) == port
    with socket.create_server((ports.HOST, port)):
        assert not ports.is_free(port)
        assert ports.free_port(port) != port


def test_nothing_to_wait_for():
    assert not ports.wait_for(ports.free_port(), 0.05)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_redis_keeps_its_data(folder, processes, end):
    port = ports.free_port()
    for expected in (1, 2):
        server = processes("redis", server_command(folder, port))
        assert ports.wait_for(port, 10)
        with redis.Redis(host=ports.HOST, port=port) as client:
            assert client.incr("starts") == expected
            client.execute_command("WAITAOF", 1, 0, 2000)
        server.child.send_signal(end)
        server.child.wait(10)


def test_redis_listens_on_the_loopback_interface_alone(folder, processes):
    port = ports.free_port()
    processes("redis", server_command(folder, port))
    assert ports.wait_for(port, 10)
    with redis.Redis(host=ports.HOST, port=port) as client:
        assert client.config_get("bind")["bind"] == ports.HOST


def test_smtp_keeps_each_mail_whole_and_answers_after_the_delay(folder, processes):
    port = ports.free_port()
    command = [sys.executable, "-m", "danvan.embedded.smtp", "--port", str(port), "--directory", str(folder)]
    server = processes("smtp", [*command, "--delay-ms", "200"])
    assert ports.wait_for(port, 20)
    began = time.monotonic()
    with smtplib.SMTP(ports.HOST, port) as client:
        for number in (1, 2):
            client.sendmail("ban@dan.vn", ["xa1@dan.vn"], f"Message-ID: <{number}@dan.vn>\r\n\r\nNhắc việc".encode())
    assert time.monotonic() - began >= 0.4
    mails = [message_from_bytes(path.read_bytes()) for path in folder.iterdir()]
    assert {mail["Message-ID"] for mail in mails} == {"<1@dan.vn>", "<2@dan.vn>"}
    assert {mail.get_payload(decode=True).decode().strip() for mail in mails} == {"Nhắc việc"}
    assert server.stop() == 0


def test_postgres_runs_and_leaves_nothing():
    with postgres() as url:
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT lower('ĐẮK LẮK'), current_setting('data_directory')").fetchone()
        assert rows[0] == "đắk lắk"
        data = Path(rows[1])
        assert data.is_dir()
        if os.geteuid() == 0:
            assert data.stat().st_uid != 0
    assert not data.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
