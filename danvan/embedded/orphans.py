"""The supervisor's listener that ends what a dead child left behind.

A web server or worker that is killed cannot end its own workers; they would keep the port and the database for good.
The supervisor makes each child the leader of a process group, so the group is what has to go. It tells the listener
nothing of the group of programs it stops last: that must be one whose programs have no children.
"""

import os
import signal
from contextlib import suppress

from supervisor import childutils

EVENTS = "PROCESS_STATE_EXITED,PROCESS_STATE_STOPPED"


def main() -> None:
    while True:
        _, payload = childutils.listener.wait()
        event = dict(pair.split(":", 1) for pair in payload.split())
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(int(event["pid"]), signal.SIGKILL)
        childutils.listener.ok()


if __name__ == "__main__":
    main()
