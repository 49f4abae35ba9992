"""The supervisor's listener that ends what a dead child left behind.

A web server or worker that is killed cannot end its own workers; they would keep the port and the database for good.
The supervisor makes each child the leader of a process group, so the group is what has to go.
"""

import os
import signal
import sys
from contextlib import suppress

from supervisor import childutils

BEGAN = ("PROCESS_STATE_RUNNING", "PROCESS_STATE_STOPPING")
ENDED = ("PROCESS_STATE_EXITED", "PROCESS_STATE_STOPPED")
EVENTS = ",".join(BEGAN + ENDED)


def main() -> None:
    # The supervisor stops its listeners last and does not wait until they have heard of every end before.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    groups: set[int] = set()
    try:
        while True:
            headers, payload = childutils.listener.wait()
            group = int(dict(pair.split(":", 1) for pair in payload.split())["pid"])
            if headers["eventname"] in BEGAN:
                groups.add(group)
            else:
                kill(group)
                groups.discard(group)
            childutils.listener.ok()
    finally:
        for group in groups - {os.getpgrp()}:
            kill(group)


def kill(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
