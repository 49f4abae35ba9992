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
INVITED = 5
ENOUGH_SECONDS = 15
"""From when workers are there again, the lease and a sweep included."""


def drill(house: House, *, take_out: Callable[[], object] = lambda: None, **environment: object) -> Finding:
    """Five ticks at once plan and send; in the middle of it all processes and the broker die, and others take over.

    *take_out* is called when everything is in the database and nothing runs yet; *environment* is that of the
    processes.
    """
    addresses = office.set_up(DUTIES)
    invited = [f"hop{number}@daklak.example" for number in range(INVITED)]
    clock.shift_to(office.MORNING)
    enqueue_many(notice.letters(invited, "Mời họp giao ban", expires_at=office.MORNING - timedelta(minutes=1)))
    take_out()
    with house.open(delay=0.05, **NUMBERS | environment) as (machines, post_office):
        worker = machines.start_worker(concurrency=4)
        machines.wait_for_workers()
        machines.five_ticks()
        wait_until(lambda: len(post_office.arrivals) >= DUTIES // 3, 30, "the first letters")
        machines.kill_workers([worker])
        killed_at = time.monotonic()
        machines.empty_broker()
        machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        with suppress(Overdue):  # then the figures say what is missing
            wait_until(lambda: settled(DUTIES), ENOUGH_SECONDS, "the last letter")
    outcome = outcome_of(post_office, addresses, kills=[killed_at], workers_killed=1)
    stale = sum(post_office.addresses()[address] for address in invited)
    problems = outcome.problems()
    if stale:
        problems.append(f"{stale} letters whose time had passed")
    return Finding(f"{outcome.line()} stale={stale} lease={NUMBERS['MAIL_LEASE_SECONDS']}s", problems)
