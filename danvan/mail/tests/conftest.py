import asyncio
import itertools
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings

from danvan import clock
from danvan.embedded.ports import HOST
from danvan.mail.domain import Message, enqueue_many, queue, register_renderer
from danvan.mail.domain.queue import Letter
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail

DROP = "drop the line"
HANG = "say nothing"
TRICKLE = "send a line of an answer that never ends now and then"
KEEP_AND_DROP = "take the mail, then drop the line"


@dataclass
class PostOffice:
    """A real mail server that answers what the test has written down, and accepts the rest.

    ``at_mail`` holds the answers to the next mails whoever gets them; ``at_recipient`` and ``at_data`` those to the
    next attempts at an address.
    """

    at_mail: list = field(default_factory=list)
    at_recipient: dict = field(default_factory=lambda: defaultdict(list))
    at_data: dict = field(default_factory=lambda: defaultdict(list))
    deliveries: list = field(default_factory=list)
    conversations: int = 0

    def arrived(self, address):
        return [message for message in self.deliveries if address in message["To"]]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.conversations += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await self.play(self.at_mail, server)
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self.play(self.at_recipient[address], server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answers = self.at_data[envelope.rcpt_tos[0]]
        keeps = not answers or answers[0] == KEEP_AND_DROP
        if keeps:
            self.deliveries.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return await self.play(answers, server)

    async def play(self, answers, server):
        answer = answers.pop(0) if answers else "250 OK"
        if answer in (DROP, KEEP_AND_DROP):
            server.transport.abort()
        elif answer == HANG:
            await asyncio.sleep(60)
        elif answer == TRICKLE:
            for _n in range(600):
                server.transport.write(b"250-one moment\r\n")
                await asyncio.sleep(0.1)
        return answer


@pytest.fixture
def post_office():
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd tells every command
    office = PostOffice()
    controller = Controller(office, hostname=HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield office
    controller.stop()


@pytest.fixture(autouse=True)
def knock_at_once(monkeypatch):
    """No test inherits the rest after another one's failed call to the broker."""
    monkeypatch.setattr(queue, "_rest_until", float("inf"))


# --- Renderers as higher apps would register them ---------------------------------------------------------------------


def render_words(mail):
    """The message that the reference spells out; None and errors when it asks for them."""
    if mail.ref.get("settled"):
        return None
    if "error" in mail.ref:
        raise ValueError(mail.ref["error"])
    return Message(**{"subject": "Nhắc gửi báo cáo", "text": "Đề nghị gửi báo cáo.", **mail.ref})


register_renderer("test.words", render_words)

_numbers = itertools.count(1)


@pytest.fixture
def make_mail():
    """Queue a mail with ``test.words`` as its renderer; ``ref`` changes what that writes."""

    def make(
        to="xa1@example.vn",
        *,
        recipient_name="Đảng ủy xã Ea Kly",
        ref=None,
        expires_at=None,
        is_urgent=False,
        **columns,
    ):
        key = f"test:{next(_numbers)}"
        kind = columns.pop("kind", "test.words")
        enqueue_many(
            [
                Letter(
                    kind=kind,
                    ref=ref or {},
                    to=to,
                    recipient_name=recipient_name,
                    dedupe_key=key,
                    expires_at=expires_at,
                    is_urgent=is_urgent,
                )
            ]
        )
        if columns.get("state") == MailState.SENT:
            columns.setdefault("sent_at", clock.now())
        if columns:
            OutgoingMail.objects.filter(dedupe_key=key).update(**columns)
        return OutgoingMail.objects.get(dedupe_key=key)

    return make
