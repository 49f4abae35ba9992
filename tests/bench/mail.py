"""The drain of the mail queue against a bare loop over one SMTP connection that builds the same mails and sends them.

Both write to the same server, a process of its own, in turns. The loop asks no database, keeps nothing and repeats
what it has sent when it is started again.
"""

import smtplib
import subprocess
import sys
from contextlib import contextmanager
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, parseaddr
from statistics import median

from django.conf import settings
from django.db import connection

from danvan import clock
from danvan.embedded.ports import free_port, wait_for
from danvan.mail.domain import Letter, drain, enqueue_many, register_renderer
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.wording import Piece, letter
from tests.bench.measuring import WARM_UP, seconds

MAILS, ROUNDS, GOAL = 300, 9, 0.7
KIND = "bench.letter"


def mail_drain(name):
    words = Piece(
        "Đề nghị gửi Báo cáo công tác dân vận tháng 10/2026",
        "Đề nghị Đảng ủy xã Ea Kly gửi Báo cáo công tác dân vận tháng 10/2026 trước ngày 05/11/2026 (còn 3 ngày).",
        "http://127.0.0.1:8000/admin/movements/report/1/change/",
    )
    message = letter([words] * 3)
    register_renderer(KIND, lambda mail: message)
    enqueue_many(
        Letter(kind=KIND, ref={"n": n}, to=f"xa{n}@example.vn", recipient_name=f"Đảng ủy xã Ea {n}", dedupe_key=f"b{n}")
        for n in range(MAILS)
    )
    with mail_server():
        yield line(name, lambda mail: message)


@contextmanager
def mail_server():
    settings.EMAIL_PORT = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(settings.EMAIL_PORT)])
    try:
        assert wait_for(settings.EMAIL_PORT, 20)
        yield
    finally:
        server.kill()
        server.wait()


def line(name, message_of):
    mails = [(mail, message_of(mail)) for mail in OutgoingMail.objects.order_by("pk")]
    runners = drained, lambda: bare_loop(mails)
    times = []
    for _round in range(WARM_UP + ROUNDS):
        queue_again()
        times.append([seconds(run) for run in runners])
    del times[:WARM_UP]
    ratio = median(bare / ours for ours, bare in times)
    ours, bare = (median(column) / MAILS * 1000 for column in zip(*times, strict=True))
    return (
        f"bench {name} bare={ratio:.2f} goal>={GOAL} {'ok' if ratio >= GOAL else 'short'}"
        f" | worst={min(bare / ours for ours, bare in times):.2f} rounds={ROUNDS} mails={MAILS} {connection.vendor}"
        f" ours={ours:.2f}ms bare={bare:.2f}ms a mail"
    )


def queue_again():
    OutgoingMail.objects.update(state=MailState.QUEUED, attempts=0, next_attempt_at=clock.real_now(), sent_at=None)


def drained():
    sent = drain(worker_id="bench")
    assert sent == MAILS, sent


def bare_loop(mails):
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
        for mail, message in mails:
            smtp.sendmail(sender, [mail.to], built(mail, message))


def built(mail, message):
    """The mail as one builds it with the standard library, in the faster of its two ways (the other: EmailMessage)."""
    letter = MIMEMultipart("alternative")
    letter["Subject"] = message.subject
    letter["From"] = settings.DEFAULT_FROM_EMAIL
    letter["To"] = formataddr((mail.recipient_name, mail.to))
    letter["Date"] = formatdate()
    letter["Message-ID"] = mail.message_id
    letter.attach(MIMEText(message.text, "plain", "utf-8"))
    letter.attach(MIMEText(message.html, "html", "utf-8"))
    return letter.as_string()
