"""``python -m tests.reliability [--seed N] [line …]``: every line, or those named, two at a time.

    reliability LINE figures … ok|FAILED: what broke its bound | seconds

Each line has a process, a folder, a broker, a mail server and a database of its own. The exit code is 1 when a bound is
broken, or a line takes longer than it may.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import django
from django.core.management import call_command
from django.utils.module_loading import import_string

from danvan.embedded.ports import HOST, free_port
from danvan.embedded.postgres import postgres_server

AT_A_TIME = 2
STOP_SECONDS = 15
ALL_SECONDS = 15 * 60 - STOP_SECONDS


@dataclass(frozen=True)
class Line:
    """What runs (by name: it needs Django's apps), on which database, for how long at most."""

    runs: str
    vendor: str
    seconds: int


LINES = {
    "postgresql": Line("tests.reliability.storm.on_postgresql", "postgresql", 400),
    "recovery": Line("tests.reliability.recovery.with_production_numbers", "postgresql", 330),
    "sqlite": Line("tests.reliability.storm.on_sqlite", "sqlite", 200),
    "peer-select-send-mark": Line("tests.reliability.peers.select_send_mark", "postgresql", 240),
    "peer-mark-then-send": Line("tests.reliability.peers.mark_then_send", "postgresql", 240),
    "outage": Line("tests.reliability.outage.ten_days", "postgresql", 150),
    "five-ticks": Line("tests.reliability.beats.five_at_once", "postgresql", 120),
    "commit": Line("tests.reliability.commits.between_commit_and_publish", "postgresql", 120),
    "guards": Line("tests.reliability.removal.removed_one_at_a_time", "sqlite", 300),
}


def run_line(name: str, seed: int) -> int:
    """Prepare the place of the line *name*, run it here and print what it found. Returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    line = LINES[name]
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="danvan-reliability-")))
        server = None
        database = f"sqlite:///{folder / 'office.sqlite3'}"
        if line.vendor == "postgresql":
            server = stack.enter_context(postgres_server(synchronous_commit="on"))
            database = server.url
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.reliability.settings",
            "VAR_DIR": str(folder),
            "TEST_DATABASE_URL": database,
            "REDIS_URL": f"redis://{HOST}:{free_port()}/0",
            "EMAIL_URL": f"smtp://{HOST}:{free_port()}",
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
        house = import_string("tests.reliability.house.House")(folder, database, seed, server)
        finding = import_string(line.runs)(house)
    verdict = f"FAILED: {'; '.join(finding.problems)}" if finding.problems else "ok"
    print(f"reliability {name} {finding.line} {verdict} | {time.monotonic() - began:.0f} s", flush=True)
    return int(bool(finding.problems))


class Runs:
    """Runs lines, each in a process of its own."""

    def __init__(self, seed: int):
        self.seed, self.ends_at = seed, time.monotonic() + ALL_SECONDS
        self.children: set[subprocess.Popen] = set()
        self.is_stopped = False

    def run(self, name: str) -> int:
        """Run the line *name* for as long as it may take. Returns the exit code."""
        seconds = min(LINES[name].seconds, self.ends_at - time.monotonic())
        if self.is_stopped or seconds <= 0:
            print(f"reliability {name} FAILED: not run", flush=True)
            return 1
        child = subprocess.Popen([sys.executable, "-m", "tests.reliability", "--seed", str(self.seed), "--here", name])
        self.children.add(child)
        try:
            return child.wait(seconds)
        except subprocess.TimeoutExpired:
            print(f"reliability {name} FAILED: not done within {seconds:.0f} s", flush=True)
            end(child)
            return 1
        finally:
            self.children.remove(child)

    def stop(self, *_signal) -> None:
        self.is_stopped = True
        for child in list(self.children):
            child.terminate()


def end(child: subprocess.Popen) -> None:
    """Ask *child* to end, which ends what it started first; kill it when it does not."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.reliability")
    parser.add_argument("lines", nargs="*", metavar="line", help=", ".join(LINES))
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10_000), help="of what is random")
    parser.add_argument("--here", action="store_true", help="run the one line in this process")
    options = parser.parse_args()
    if unknown := set(options.lines) - set(LINES):
        parser.error(f"unknown line: {', '.join(unknown)}; there are {', '.join(LINES)}")
    if options.here:
        (name,) = options.lines
        return run_line(name, options.seed)
    print(f"reliability seed={options.seed}", flush=True)
    began = time.monotonic()
    runs = Runs(options.seed)
    signal.signal(signal.SIGTERM, runs.stop)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        codes = list(pool.map(runs.run, options.lines or LINES))
    print(f"reliability lines={len(codes)} failed={sum(map(bool, codes))} | {time.monotonic() - began:.0f} s")
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
