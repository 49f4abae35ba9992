"""The gap between COMMIT and the message to the broker, and transactions that are rolled back."""

import os
import signal
from functools import partial

from celery import current_app
from django.db import connection, transaction

from danvan.mail.domain.queue import enqueue_many
from danvan.mail.models import OutgoingMail
from tests.reliability import notice
from tests.reliability.house import Finding, House
from tests.reliability.machines import Overdue, wait_until
from tests.reliability.models import PlainLetter

CRASHES = 50


class RolledBack(Exception):
    pass


def crash_after_commit(write) -> None:
    """Call *write* in a transaction of a process of its own, which dies as soon as the transaction is committed."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            with transaction.atomic():
                # The first of the callbacks: none that *write* asks for is called.
                transaction.on_commit(partial(os.kill, os.getpid(), signal.SIGKILL))
                write()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise Overdue("the transaction was not committed")


def queue_ours(address):
    enqueue_many(notice.letters([address], "Sau COMMIT"))


def queue_plain(address):
    letter = PlainLetter.objects.create(address=address)
    send = partial(current_app.send_task, "tests.reliability.tasks.send_one", [letter.pk])
    transaction.on_commit(send)


def roll_back(addresses) -> None:
    for address in addresses:
        try:
            with transaction.atomic():
                queue_ours(address)
                queue_plain(address)
                raise RolledBack
        except RolledBack:
            pass


def between_commit_and_publish(house: House) -> Finding:
    """Crash there again and again, ours and a plain ``on_commit``; then see what comes, and of what was rolled back."""
    ours, plain, rolled_back = (
        [f"{name}{number}@daklak.example" for number in range(CRASHES)] for name in ("xa", "huyen", "tinh")
    )
    for address in ours:
        crash_after_commit(partial(queue_ours, address))
    for address in plain:
        crash_after_commit(partial(queue_plain, address))
    roll_back(rolled_back)
    with house.open(MAIL_SWEEP_SECONDS=1) as (machines, post_office):
        machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        wait_until(lambda: not OutgoingMail.objects.filter(sent_at=None).exists(), 30, "the last letter")
    arrived = post_office.addresses()
    lost, plain_lost, queued = (
        sum(not arrived[address] for address in ours),
        sum(not arrived[address] for address in plain),
        sum(arrived[address] for address in rolled_back) + OutgoingMail.objects.filter(to__in=rolled_back).count(),
    )
    problems = {f"{lost} lost": lost, f"{queued} queued by what was rolled back": queued}
    line = f"crashes={CRASHES} lost={lost} plain_on_commit_lost={plain_lost} rollbacks={CRASHES} queued={queued}"
    return Finding(line, [words for words, broken in problems.items() if broken])
