"""The processes of an office: broker, workers, beats. Whatever was started is killed at the end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings

from danvan.embedded import redis, supervise
from danvan.embedded.ports import wait_for

PROJECT = Path(__file__).resolve().parents[2]


class Overdue(Exception):
    """Something did not happen in the time it may take."""


def wait_until(condition: Callable[[], object], seconds: float, what: str, *, every: float = 0.02):
    """Call *condition* until it is true and return its value. Raises Overdue after *seconds*."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise Overdue(f"not within {seconds:.0f} s: {what}")
        time.sleep(every)
    return value


@dataclass
class Machine:
    """A running process group; ``log`` holds what it wrote."""

    child: subprocess.Popen
    log: Path

    def kill(self) -> None:
        """End it and whatever it started, as a power cut would (``kill -9``)."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def times(self, words: str) -> int:
        """How often it wrote *words*."""
        return self.log.read_text().count(words)


class Machines:
    """Starts processes on the database at *url* with *environment*; a context manager that kills them all.

    ``workers`` are those that run or start. The broker listens where the settings say.
    """

    def __init__(self, folder: Path, url: str, **environment: object):
        self.folder = folder
        self.environment = os.environ | {name: str(value) for name, value in environment.items()}
        self.environment |= {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.reliability.settings"}
        self.environment["LOG_LEVEL"] = "INFO"  # Celery tells when a worker is ready and a task has ended
        self.workers: list[Machine] = []
        self._all: list[Machine] = []
        self._numbers = count(1)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        for machine in self._all:
            machine.kill()

    def start_broker(self) -> None:
        """Start the broker, empty."""
        folder = self.folder / "broker"
        shutil.rmtree(folder, ignore_errors=True)
        port = urlsplit(settings.REDIS_URL).port
        self.broker = self._start("broker", redis.server_command(folder, port))
        if not wait_for(port, 10):
            raise Overdue("the broker did not start")

    def empty_broker(self) -> None:
        """Kill the broker and start one that knows nothing."""
        self.broker.kill()
        self.start_broker()

    def start_worker(self, *, concurrency: int = 1) -> Machine:
        """Start a worker and do not wait for it (see :meth:`wait_for_workers`)."""
        name = f"worker{next(self._numbers)}"
        command = [*supervise.worker().command, "--concurrency", str(concurrency), "--hostname", f"{name}@%h"]
        self.workers.append(self._start(name, command))
        return self.workers[-1]

    def ready_workers(self) -> list[Machine]:
        """The workers that take tasks."""
        return [worker for worker in self.workers if worker.times("ready.")]

    def wait_for_workers(self) -> None:
        wait_until(lambda: len(self.ready_workers()) == len(self.workers), 90, "workers that take tasks")

    def kill_workers(self, workers: list[Machine]) -> None:
        """Kill *workers*, all before the first of them is waited for."""
        for worker in workers:
            os.killpg(worker.child.pid, signal.SIGKILL)
            self.workers.remove(worker)
        for worker in workers:
            worker.child.wait()

    def start_beat(self) -> Machine:
        name = f"beat{next(self._numbers)}"
        self.beat = self._start(name, supervise.beat(self.folder / name).command)
        return self.beat

    def five_ticks(self) -> None:
        """What five beats would send at one moment."""
        with current_app.connection_for_write() as connection:
            for task in ("danvan.mail.tasks.sweep", "danvan.notices.tasks.plan_reminders"):
                for _n in range(5):
                    current_app.send_task(task, connection=connection, ignore_result=True)

    def last_words(self) -> str:
        """The latest errors in the logs, for whoever looks for the reason."""
        lines = [
            f"{machine.log.name}: {line[:1500]}"
            for machine in self._all
            for line in machine.log.read_text().splitlines()
            if '"ERROR"' in line or "Error:" in line
        ]
        return "\n".join(lines[-10:])

    def _start(self, name: str, command: list) -> Machine:
        log = self.folder / f"{name}.log"
        with open(log, "a") as output:
            child = subprocess.Popen(
                command, cwd=PROJECT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        self._all.append(Machine(child, log))
        return self._all[-1]
