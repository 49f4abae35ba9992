"""The supervisor, with real children: what dies comes back, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from danvan.embedded.ports import HOST, free_port
from tests.plugin import wait_until

# A web server, and beside it a child that starts a child of its own, each writing down its pid.
SITE = """
import sys
from os.path import relpath
from pathlib import Path
from danvan.embedded.supervise import Program, supervise, write_configuration
folder, port = Path(sys.argv[1]), sys.argv[2]
server = [relpath(sys.executable), "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", str(folder)]
family = ["sh", "-c", 'cd "$0"; echo $$ > parent; sleep 1000 & echo $! > child; wait', str(folder)]
programs = [Program("family", family, "application", 20), Program("web", server, "servers", 10)]
configuration = write_configuration(programs, run_dir=folder, log_dir=folder)
sys.exit(supervise(configuration, address=f"http://127.0.0.1:{port}/", log_dir=folder))
"""

# Only Linux tells the supervisor that its parent was killed.
KILL = pytest.param(signal.SIGKILL, marks=pytest.mark.skipif(sys.platform != "linux", reason="needs Linux"))


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "Dân vận khéo"
    path.mkdir()
    (path / "healthz").touch()
    return path


def pid(path: Path) -> int:
    """Read the file once a turn: the shell empties it before it writes."""
    return int(wait_until(lambda: path.exists() and path.read_text().strip()))


def alive(number: int) -> bool:
    """Return whether the process runs; a zombie, which only waits for whoever has to reap it, does not."""
    try:
        os.kill(number, 0)
        return ") Z " not in Path(f"/proc/{number}/stat").read_text()
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return sys.platform != "linux"


@pytest.mark.processes
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, KILL])
def test_a_killed_child_returns_without_its_orphans_and_all_end_together(folder, processes, end):
    port = free_port()
    site = processes("site", [sys.executable, "-c", SITE, folder, str(port)])
    wait_until(lambda: site.wrote("Running"), 30)
    assert urllib.request.urlopen(f"http://{HOST}:{port}/healthz").status == 200

    parent, child = pid(folder / "parent"), pid(folder / "child")
    os.kill(parent, signal.SIGKILL)
    wait_until(lambda: pid(folder / "parent") != parent)
    wait_until(lambda: not alive(child))

    wait_until(lambda: pid(folder / "child") != child)
    started = [pid(folder / name) for name in ("parent", "child", "supervisord.pid")]
    site.child.send_signal(end)
    site.child.wait(20)
    wait_until(lambda: not any(map(alive, started)), 20)


@pytest.mark.processes
def test_the_listener_is_stopped_before_it_heard_of_an_end():
    family = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    command = [sys.executable, "-m", "danvan.embedded.orphans"]
    listener = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert listener.stdout.readline() == "READY\n"
    payload = f"processname:web groupname:web from_state:STARTING pid:{family.pid}"
    listener.stdin.write(f"ver:3.0 eventname:PROCESS_STATE_RUNNING len:{len(payload)}\n{payload}")
    listener.stdin.flush()
    assert listener.stdout.readline() == "RESULT 2\n"
    assert family.poll() is None

    listener.terminate()

    assert family.wait(20) == -signal.SIGKILL
    assert listener.wait(20) == 0
