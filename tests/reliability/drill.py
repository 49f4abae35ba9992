"""The short form: ticks, a kill, a broker that loses everything, letters whose time has passed, in one go."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from danvan import clock
from danvan.mail.domain.queue import enqueue_many
from tests.reliability import notice, office
from tests.reliability.house import Finding, House
from tests.reliability.machines import Overdue, wait_until
from tests.reliability.outcome import outcome_of
from tests.reliability.storm import settled

NUMBERS = {
    "MAIL_LEASE_SECONDS": 3,
    "MAIL_DEADLINE_SECONDS": 2,
    "MAIL_SWEEP_SECONDS": 1,
    "PLANNER_SECONDS": 1,
    "MAIL_RECONNECT_SECONDS": 1,
}
DUTIES = 30
NOTICES = 6
ENOUGH_SECONDS = 15
"""From when workers are there again, the lease and a sweep included."""


def drill(house: House, *, take_out: Callable[[], object] = lambda: None, **environment: object) -> Finding:
    """Five ticks at once plan and send, again and again; in the middle of it all processes and the broker die, and
    others take over. Some letters wait already, and for some it is too late.

    *take_out* is called when everything is in the database and nothing runs yet; *environment* is that of the
    processes.
    """
    addresses = office.set_up(DUTIES)
    waiting, too_late = ([f"{name}{number}@daklak.example" for number in range(NOTICES)] for name in ("tin", "hop"))
    clock.shift_to(office.MORNING)
    enqueue_many(notice.letters(waiting, "Lịch công tác tuần"))
    enqueue_many(notice.letters(too_late, "Mời họp giao ban", expires_at=office.MORNING - timedelta(minutes=1)))
    take_out()
    with house.open(delay=0.01, **NUMBERS | environment) as (machines, post_office):
        worker = machines.start_worker(concurrency=4)
        machines.wait_for_workers()
        for share in range(0, DUTIES // 2, 3):
            wait_until(lambda share=share: len(post_office.arrivals) >= share, 30, "the first letters")
            machines.five_ticks()
        post_office.delay = 0.6
        taken = len(post_office.arrivals)
        wait_until(lambda: len(post_office.arrivals) > taken + 1, 30, "a letter that is taken and not answered yet")
        machines.kill_workers([worker])
        post_office.delay = 0.01
        killed_at = time.monotonic()
        machines.empty_broker()
        machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        with suppress(Overdue):  # then the figures say what is missing
            wait_until(lambda: settled(DUTIES), ENOUGH_SECONDS, "the last letter")
    outcome = outcome_of(post_office, addresses, kills=[killed_at], workers_killed=1)
    arrived = post_office.addresses()
    stale = sum(arrived[address] for address in too_late)
    unsent = sum(not arrived[address] for address in waiting)
    problems = outcome.problems()
    if stale:
        problems.append(f"{stale} letters whose time had passed")
    if unsent:
        problems.append(f"{unsent} letters that waited did not come")
    return Finding(f"{outcome.line()} stale={stale} lease={NUMBERS['MAIL_LEASE_SECONDS']}s", problems)
