"""``python -m danvan.embedded setup`` and ``python -m danvan.embedded run``, called by the Makefile in its folder."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from danvan.embedded import redis, smtp, supervise
from danvan.embedded.ports import HOST, free_port, is_free
from danvan.embedded.prepare import prepare
from danvan.settings import base  # reads .env into the environment


def run() -> int:
    """Prepare and start everything; return the exit code when it has ended."""
    port = base.env.int("PORT", default=8000)
    if not is_free(port):
        sys.exit(
            f"Cổng {port} đang được dùng, hãy chọn cổng khác · Port {port} is in use, choose another: "
            f"PORT={free_port(port + 1)} make run"
        )
    run_dir, log_dir = base.VAR_DIR / "run", base.VAR_DIR / "log"
    for folder in (run_dir, log_dir):
        folder.mkdir(parents=True, exist_ok=True)
    programs = embedded_servers(base.VAR_DIR)
    os.environ["PORT"] = str(port)
    # In a process of its own, whose memory is free again while the site runs.
    prepared = subprocess.run([sys.executable, "-m", "danvan.embedded", "setup", "--demonstration"])
    if prepared.returncode:
        return prepared.returncode
    programs += [supervise.web(port), supervise.worker(), supervise.beat(run_dir / "beat-schedule")]
    configuration = supervise.write_configuration(programs, run_dir=run_dir, log_dir=log_dir)
    return supervise.supervise(configuration, address=f"http://{HOST}:{port}/", log_dir=log_dir)


def embedded_servers(var_dir: Path) -> list[supervise.Program]:
    """Return the servers the environment does not name, and name them there for the processes to come."""
    programs = []
    if not os.environ.get("REDIS_URL"):
        port = free_port(redis.DEFAULT_PORT)
        os.environ["REDIS_URL"] = f"redis://{HOST}:{port}/0"
        programs.append(supervise.redis(redis.server_command(var_dir / "redis", port)))
    if not os.environ.get("EMAIL_URL"):
        port = free_port(smtp.DEFAULT_PORT)
        os.environ["EMAIL_URL"] = f"smtp://{HOST}:{port}"
        programs.append(supervise.smtp(port, var_dir / "mail"))
    return programs


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.settings.local")
    parser = argparse.ArgumentParser(prog="python -m danvan.embedded")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run")
    commands.add_parser("setup").add_argument("--demonstration", action="store_true")
    options = parser.parse_args()
    if options.command == "run":
        return run()
    prepare(demonstration=options.demonstration)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
