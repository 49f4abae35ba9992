"""A mail server on the loopback interface that keeps every mail as a file and relays nothing.

``python -m danvan.embedded.smtp --port 2525 --directory var/mail``
"""

import argparse
import asyncio
import itertools
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from danvan.embedded.ports import HOST

DEFAULT_PORT = 2525
MAX_MAIL_BYTES = 33_554_432


class KeepMail:
    """Writes each accepted mail to ``<time>-<n>.eml`` in *directory* and answers after *delay* seconds.

    The mail is written before the delay: a sender that dies while it waits for the answer does not know
    that its mail has arrived, which is the hard case for whoever sends again.
    """

    def __init__(self, directory: Path, delay: float = 0):
        self.directory = directory
        self.delay = delay

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.keep(envelope)
        await asyncio.sleep(self.delay)
        return "250 OK"

    def keep(self, envelope: Envelope) -> None:
        moment = time.strftime("%Y%m%d-%H%M%S")
        names = (f"{moment}-{number}.eml" for number in itertools.count(1))
        name = next(name for name in names if not (self.directory / name).exists())
        draft = self.directory / f".{name}"
        draft.write_bytes(envelope.original_content)
        # Readers see whole mails only.
        draft.rename(self.directory / name)


async def serve(port: int, directory: Path, delay: float) -> None:
    """Accept mails until SIGTERM or SIGINT."""
    directory.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    handler = KeepMail(directory, delay)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=MAX_MAIL_BYTES, enable_SMTPUTF8=True), HOST, port
    )
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m danvan.embedded.smtp")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--directory", type=Path, default=Path("var/mail"))
    parser.add_argument("--delay-ms", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.directory, options.delay_ms / 1000))


if __name__ == "__main__":
    main()
