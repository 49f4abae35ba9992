"""The drain of the mail queue against a bare loop over one SMTP connection that builds the same mails and sends them.

Both write to the same server, a process of its own, in turns. The loop asks no database, keeps nothing and repeats
what it has sent when it is started again.
"""

import smtplib
import subprocess
import sys
from contextlib import contextmanager
from datetime import datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, parseaddr
from statistics import median
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from danvan import clock
from danvan.embedded.ports import free_port, wait_for
from danvan.mail.domain import drain, register_renderer
from danvan.mail.domain.rendering import render
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.planner import plan
from tests.bench.measuring import WARM_UP, seconds
from tests.factories import make_lead, make_report, make_rule, make_unit

MAILS, ROUNDS, GOAL = 300, 9, 0.7
READY = "bench.ready"
MORNING = datetime(2026, 11, 5, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def mail_drain(name):
    """The drain alone, with letters that are ready; then with the reminders of a morning, which are written at the
    moment they are sent, by a dozen questions to the database, while the loop has its texts at hand."""
    fill()
    letters = [(mail, render(mail)) for mail in OutgoingMail.objects.order_by("pk")]
    texts = {mail.pk: message for mail, message in letters}
    register_renderer(READY, lambda mail: texts[mail.pk])
    kind = letters[0][0].kind
    with mail_server():
        OutgoingMail.objects.update(kind=READY)
        yield line(name, letters, f" goal>={GOAL}")
        OutgoingMail.objects.update(kind=kind)
        yield line(f"{name}-reminders", letters)


def fill():
    """A report due today from each of many units, and a letter about it to each lead in the queue."""
    make_rule(0)
    for _n in range(MAILS):
        unit = make_unit()
        make_lead(unit)
        make_report(unit)
    clock.shift_to(MORNING)
    plan()
    assert OutgoingMail.objects.count() == MAILS


@contextmanager
def mail_server():
    settings.EMAIL_PORT = free_port()
    settings.MAIL_DRAIN_SECONDS = 600  # one drain for all, however busy the machine is
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.sink", str(settings.EMAIL_PORT)])
    try:
        assert wait_for(settings.EMAIL_PORT, 20)
        yield
    finally:
        server.kill()
        server.wait()


def line(name, letters, goal=""):
    runners = drained, lambda: bare_loop(letters)
    times = []
    for _round in range(WARM_UP + ROUNDS):
        queue_again()
        times.append([seconds(run) for run in runners])
    ratios = [bare / ours for ours, bare in times[WARM_UP:]]
    ours, bare = (median(column) / MAILS * 1000 for column in zip(*times[WARM_UP:], strict=True))
    verdict = goal and (" ok" if median(ratios) >= GOAL else " short")
    return (
        f"bench {name} bare={median(ratios):.2f}{goal}{verdict}"
        f" | worst={min(ratios):.2f} rounds={ROUNDS} mails={MAILS} {connection.vendor}"
        f" ours={ours:.2f}ms bare={bare:.2f}ms a mail"
    )


def queue_again():
    OutgoingMail.objects.update(state=MailState.QUEUED, attempts=0, next_attempt_at=clock.real_now(), sent_at=None)


def drained():
    sent = drain(worker_id="bench")
    assert sent == MAILS, sent


def bare_loop(letters):
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as smtp:
        for mail, message in letters:
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
