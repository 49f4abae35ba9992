"""TCP ports of the loopback interface."""

import socket
import time

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Return whether *port* can be bound now; another program may still take it a moment later."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """Return *preferred* when nobody uses it, else a port the system picks."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_for(port: int, seconds: float) -> bool:
    """Wait until something accepts connections on *port*, at most *seconds*, and return whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False
