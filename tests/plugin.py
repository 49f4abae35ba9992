"""What all tests share: a place of their own for files and ports, and real servers and worker processes.

Loaded by ``-p tests.plugin`` before the settings are read, so that no test touches ``var/`` or a running site.
"""

import asyncio
import atexit
import gc
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from danvan.embedded import redis as embedded_redis
from danvan.embedded.ports import HOST, free_port, wait_for
from tests.chromium import find_chromium

PROJECT = Path(__file__).resolve().parents[1]
XDIST_WORKER = os.environ.get("PYTEST_XDIST_WORKER")

# Each process of the suite has its own files and ports; the workers of xdist live inside the controller's folder.
VAR_DIR = Path(os.environ["VAR_DIR"], XDIST_WORKER) if XDIST_WORKER else Path(tempfile.mkdtemp(prefix="danvan-tests-"))
VAR_DIR.mkdir(exist_ok=True)
BROKER_PORT = free_port()
SMTP_PORT = free_port()
os.environ |= {
    "VAR_DIR": str(VAR_DIR),
    "REDIS_URL": f"redis://{HOST}:{BROKER_PORT}/0",
    "EMAIL_URL": f"smtp://{HOST}:{SMTP_PORT}",
    # Playwright's own loop makes Django believe it runs inside an async function.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
if not XDIST_WORKER:
    atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config, items):
    if os.environ.get("TEST_DATABASE_URL"):
        leave_out_what_asks_no_database(config, items)
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    if not browser_tests or find_chromium():
        return
    if os.environ.get("REQUIRE_BROWSER"):
        raise pytest.UsageError("REQUIRE_BROWSER is set and no Chromium was found")
    for item in browser_tests:
        item.add_marker(pytest.mark.skip(reason="no Chromium"))


def leave_out_what_asks_no_database(config, items):
    """Where a second database is named, what has nothing to do with one has run with the first."""
    databases = {"db", "transactional_db", "django_db_setup"}
    asking = [item for item in items if item.get_closest_marker("django_db") or databases & set(item.fixturenames)]
    known = set(map(id, asking))
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in known])
    items[:] = asking


def pytest_collection_finish():
    """Nearly everything that is alive by now stays so: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def wait_until(condition: Callable[[], object], seconds: float = 20, *, every: float = 0.05):
    """Call *condition* until it is true and return its value; fail the test after *seconds*."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} s: {getattr(condition, '__name__', condition)}")
        time.sleep(every)
    return value


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium of this machine; only for tests marked ``browser``."""
    return find_chromium()


# --- Processes --------------------------------------------------------------------------------------------------------


@dataclass
class Process:
    """A running child; ``log`` holds everything it wrote."""

    child: subprocess.Popen
    log: Path

    def kill(self) -> None:
        """Kill the child and whatever it started, as a power cut would (``kill -9``)."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def stop(self, seconds: float = 20) -> int:
        """Ask the child to end (SIGTERM) and return its exit code."""
        self.child.terminate()
        return self.child.wait(timeout=seconds)

    def wrote(self, text: str) -> bool:
        if self.child.poll() is not None:
            pytest.fail(f"ended early:\n{self.log.read_text()}")
        return text in self.log.read_text()


@pytest.fixture
def processes(tmp_path) -> Iterator[Callable[..., Process]]:
    """Start children: ``processes(name, command, **environment)``; all are killed at the end."""
    started: list[Process] = []

    def start(name: str, command: list[str], **environment: object) -> Process:
        log = tmp_path / f"{name}-{len(started)}.log"
        env = os.environ | {key: str(value) for key, value in environment.items()}
        with open(log, "w") as output:
            child = subprocess.Popen(
                command, cwd=PROJECT, env=env, stdout=output, stderr=output, start_new_session=True
            )
        started.append(Process(child, log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        print(f"--- {process.log.name}", process.log.read_text(), sep="\n")  # pytest shows it when the test failed


# --- Broker -----------------------------------------------------------------------------------------------------------


class Broker:
    """The Valkey server at ``settings.REDIS_URL``; it can be stopped and started again with its data."""

    url = os.environ["REDIS_URL"]

    def __init__(self, processes: Callable[..., Process], directory: Path):
        self.processes = processes
        self.directory = directory
        self.start()

    def start(self) -> None:
        self.process = self.processes("broker", embedded_redis.server_command(self.directory, BROKER_PORT))
        assert wait_for(BROKER_PORT, 10), self.process.log.read_text()

    def stop(self) -> None:
        self.process.stop()


@pytest.fixture
def broker(processes, tmp_path) -> Broker:
    """A real broker, empty; without this fixture nothing listens at ``settings.REDIS_URL``."""
    return Broker(processes, tmp_path / "redis")


# --- Mail -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivery:
    """One mail as the server accepted it."""

    message: EmailMessage
    recipients: tuple[str, ...]

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]


@dataclass
class MailServer:
    """Accepts mails and records them, then waits ``delay`` seconds before it says so."""

    delay: float = 0
    answer: str = "250 OK"
    """What each mail is answered; only mails answered with 2xx are recorded."""
    deliveries: list[Delivery] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.answer.startswith("2"):
            message = message_from_bytes(envelope.original_content, policy=policy.default)
            self.deliveries.append(Delivery(message, tuple(envelope.rcpt_tos)))
        await asyncio.sleep(self.delay)
        return self.answer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server at ``settings.EMAIL_URL``; without this fixture nothing listens there."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every command
    handler = MailServer()
    controller = Controller(handler, hostname=HOST, port=SMTP_PORT)
    controller.start()
    yield handler
    controller.stop()


# --- Celery -----------------------------------------------------------------------------------------------------------


def database_url() -> str:
    """Return the URL of the test database, for processes outside the test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(database['NAME']))}"
    account = f"{quote(database['USER'], safe='')}:{quote(database['PASSWORD'], safe='')}"
    return f"postgres://{account}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def _celery(processes, name: str, *arguments: str, **environment: object) -> Process:
    command = [sys.executable, "-m", "celery", "-A", "danvan", name, "--loglevel", "INFO", *arguments]
    return processes(
        name, command, DJANGO_SETTINGS_MODULE="danvan.settings.test", TEST_DATABASE_URL=database_url(), **environment
    )


@pytest.fixture
def celery_worker(transactional_db, broker, processes) -> Callable[..., Process]:
    """Start a real worker on the test database and wait until it is ready: ``celery_worker(MAIL_LEASE_SECONDS=5)``."""

    def start(**environment: object) -> Process:
        arguments = ("--concurrency", "1", "--without-gossip", "--without-mingle")
        worker = _celery(processes, "worker", *arguments, **environment)
        wait_until(lambda: worker.wrote("ready."), 60)
        return worker

    return start


@pytest.fixture
def celery_beat(transactional_db, broker, processes, tmp_path) -> Callable[..., Process]:
    """Start a real beat on the test database: ``celery_beat(PLANNER_SECONDS=1, MAIL_SWEEP_SECONDS=1)``."""

    def start(**environment: object) -> Process:
        beat = _celery(processes, "beat", "--pidfile", "", "--schedule", str(tmp_path / "beat-schedule"), **environment)
        wait_until(lambda: beat.wrote("beat: Starting"), 60)
        return beat

    return start


# --- Business clock ---------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def unshifted_clock() -> Iterator[None]:
    """The row of a shift goes with the test's transaction; what the process remembers of it goes here."""
    yield
    from danvan import clock  # noqa: PLC0415 - needs Django's settings, which pytest-django reads after this plugin

    clock.forget_shift()
