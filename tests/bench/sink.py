"""``python -m tests.bench.sink PORT``: a mail server in a process of its own that takes every mail and keeps none."""

import asyncio
import sys

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP

from danvan.embedded.ports import HOST


async def serve(port):
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink(), hostname="sink"), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
