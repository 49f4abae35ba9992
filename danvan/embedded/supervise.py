"""Starts web server, worker, beat and the embedded servers under supervisord, which restarts what dies."""

import ctypes
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path

from danvan.embedded import orphans
from danvan.embedded.ports import HOST

READY_SECONDS = 90


@dataclass(frozen=True)
class Program:
    """A child of the supervisor. Programs of a group are stopped together, groups in reverse order of *priority*."""

    name: str
    command: list[str]
    group: str
    priority: int
    stop_seconds: int = 3
    """How long SIGTERM has before the whole process group is killed."""


def web(port: int) -> Program:
    """The web server: two processes with a few blocking threads each, since SQLite has one writer at a time."""
    command = _python("granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2")
    command += ["--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "2"]
    return Program("web", [*command, "danvan.wsgi:application"], group="application", priority=20)


def worker() -> Program:
    """The Celery worker. It gets the time to end its task; what it cannot end is taken up again after its lease."""
    command = _python("celery", "-A", "danvan", "worker", "--concurrency", "1", "--loglevel", "INFO")
    return Program("worker", [*command, "--without-gossip", "--without-mingle"], "application", 20, stop_seconds=8)


def beat(schedule: Path) -> Program:
    """The ticks. *schedule* remembers the last ones, so that an overdue tick comes at once after a restart."""
    command = _python("celery", "-A", "danvan", "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule")
    return Program("beat", [*command, os.path.relpath(schedule)], group="application", priority=20)


def smtp(port: int, directory: Path) -> Program:
    command = _python("danvan.embedded.smtp", "--port", str(port), "--directory", os.path.relpath(directory))
    return Program("smtp", command, group="servers", priority=10)


def redis(command: list[str]) -> Program:
    return Program("redis", [os.path.relpath(part) for part in command], group="servers", priority=10)


def _python(module: str, *arguments: str) -> list[str]:
    # Relative, because supervisord takes " #" or " ;" inside an absolute path for the start of a comment.
    return [os.path.relpath(sys.executable), "-m", module, *arguments]


def write_configuration(programs: list[Program], *, run_dir: Path, log_dir: Path) -> Path:
    """Write the supervisor's configuration into *run_dir* and return its path; all paths in it are relative to here."""
    config = RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": _escaped(os.path.relpath(log_dir / "supervisord.log")),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "2",
        "pidfile": _escaped(os.path.relpath(run_dir / "supervisord.pid")),
    }
    for program in programs:
        config[f"program:{program.name}"] = {
            "command": _escaped(shlex.join(program.command)),
            "autorestart": "true",
            # No trial period: of a process that dies in it the listener learns nothing, and after some it is given up.
            "startsecs": "0",
            "stopsignal": "TERM",
            "stopwaitsecs": str(program.stop_seconds),
            # TERM for the worker's own process alone, so that it stops warm; KILL for all of its group.
            "stopasgroup": "false",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _escaped(os.path.relpath(log_dir / f"{program.name}.log")),
            "stdout_logfile_maxbytes": "5MB",
            "stdout_logfile_backups": "3",
        }
    for group, priority in dict.fromkeys((program.group, program.priority) for program in programs):
        members = [program.name for program in programs if program.group == group]
        config[f"group:{group}"] = {"programs": ",".join(members), "priority": str(priority)}
    config["eventlistener:orphans"] = {
        "command": _escaped(shlex.join(_python("danvan.embedded.orphans"))),
        "events": orphans.EVENTS,
        "buffer_size": "100",
        "stdout_logfile": "NONE",
        "stderr_logfile": _escaped(os.path.relpath(log_dir / "orphans.log")),
    }
    path = run_dir / "supervisord.conf"
    with open(path, "w") as file:
        config.write(file)
    return path


def _escaped(value: str) -> str:
    return value.replace("%", "%%")


def supervise(configuration: Path, *, address: str, log_dir: Path) -> int:
    """Run the supervisor until SIGINT, SIGTERM or SIGHUP, say when the site answers, and return the exit code.

    When this returns, everything the supervisor started has ended.
    """
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
    # A process group of its own: Ctrl-C in the terminal reaches this process alone, which passes it on in order.
    supervisor = subprocess.Popen(command, process_group=0, preexec_fn=_end_with_parent)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.send_signal(signal.SIGTERM))
    logs = os.path.relpath(log_dir)
    if _healthy(f"{address}healthz", supervisor):
        print(f"\n  Đang chạy · Running:  {address}\n  Nhật ký · Logs: {logs}    Dừng · Stop: Ctrl-C\n", flush=True)
    elif supervisor.poll() is None:
        print(f"Chưa sẵn sàng, xem nhật ký · Not healthy yet, see the logs: {logs}", file=sys.stderr, flush=True)
    return supervisor.wait()


def _end_with_parent() -> None:
    """Let Linux end the supervisor when this process is killed; without it the children would stay behind."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _healthy(url: str, supervisor: subprocess.Popen) -> bool:
    """Wait until *url* answers 200, the supervisor ends, or the patience does, and return whether it answered."""
    end = time.monotonic() + READY_SECONDS
    while supervisor.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return True
    return False
