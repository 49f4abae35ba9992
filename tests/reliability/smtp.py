"""A mail server that writes down what arrives, and answers whom it is told to as bad servers do."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from itertools import repeat

from aiosmtpd.controller import Controller

from danvan.embedded.ports import HOST

DROP = "drop the line"
HANG = "say nothing"
TAKE_AND_DROP = "take the mail, then drop the line"
OK = "250 OK"


@dataclass(frozen=True)
class Arrival:
    """One mail as the server took it; ``at`` in seconds of the monotonic clock."""

    message_id: str
    recipient: str
    subject: str
    at: float


@dataclass
class PostOffice:
    """Takes a mail after half of ``delay`` seconds, writes it down, and says so after the other half.

    Who sends and dies before has not sent, who dies after has and cannot know.

    ``at_recipient`` and ``at_text`` hold the answers to the next attempts at an address; then all is well.
    """

    delay: float = 0
    arrivals: list[Arrival] = field(default_factory=list)
    at_recipient: dict[str, Iterator[str]] = field(default_factory=dict)
    at_text: dict[str, Iterator[str]] = field(default_factory=dict)

    def addresses(self) -> Counter:
        """How often each address was written to."""
        return Counter(arrival.recipient for arrival in self.arrivals)

    def message_ids(self) -> dict[str, set[str]]:
        """The Message-IDs that arrived at each address."""
        found = {}
        for arrival in self.arrivals:
            found.setdefault(arrival.recipient, set()).add(arrival.message_id)
        return found

    def repeats(self) -> int:
        """How many mails arrived beyond the first of each address."""
        return len(self.arrivals) - len(self.addresses())

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._play(self.at_recipient.get(address), server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        (recipient,) = envelope.rcpt_tos
        answer = next(self.at_text.get(recipient, iter(())), OK)
        await asyncio.sleep(self.delay / 2)
        if answer in (OK, TAKE_AND_DROP):
            message = message_from_bytes(envelope.original_content, policy=policy.default)
            self.arrivals.append(Arrival(message["Message-ID"], recipient, message["Subject"], time.monotonic()))
            await asyncio.sleep(self.delay / 2)
        return await self._play(iter([answer]), server)

    async def _play(self, answers, server):
        answer = next(answers or iter(()), OK)
        if answer in (DROP, TAKE_AND_DROP):
            server.transport.abort()
        elif answer == HANG:
            await asyncio.sleep(60)
        return answer


@contextmanager
def serving(post_office: PostOffice, port: int):
    """Let *post_office* serve *port* in a thread of its own, which no kill reaches."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells every command
    controller = Controller(post_office, hostname=HOST, port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def misbehave(post_office: PostOffice, addresses: list[str]) -> set[str]:
    """Let *post_office* answer about a seventh of *addresses* badly at first. Returns those it never accepts.

    Each kind of trouble meets addresses all over the list.
    """
    troubles = [
        (8, "at_recipient", ["451 4.3.0 Try again later"]),
        (4, "at_recipient", ["421 4.3.2 Closing the channel"]),
        (4, "at_recipient", ["450 4.2.1 Busy", "451 4.7.1 Greylisted"]),
        (4, "at_text", ["452 4.3.1 Out of storage"]),
        (4, "at_recipient", [DROP]),
        (4, "at_text", [DROP]),
        (1, "at_text", [TAKE_AND_DROP]),
        (1, "at_recipient", [HANG]),
        (3, "at_recipient", repeat("550 5.1.1 No such user")),
        (1, "at_text", repeat("554 5.7.1 Refused")),
    ]
    refused = set()
    waiting = iter(addresses[3::7])
    for share, step, answers in troubles:
        for _n in range(max(1, share * len(addresses) // 240)):
            address = next(waiting)
            getattr(post_office, step)[address] = iter(answers)
            if isinstance(answers, repeat):
                refused.add(address)
    return refused
