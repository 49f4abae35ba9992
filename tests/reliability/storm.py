"""The storm: letters are on their way, and everything is killed again and again."""

import time
from collections import Counter
from collections.abc import Callable
from random import Random

from django.db import connection

from danvan import clock
from danvan.embedded.postgres import Server
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from danvan.notices.models import Reminder
from tests.reliability import office
from tests.reliability.house import Finding, House
from tests.reliability.machines import Machines, Overdue, wait_until
from tests.reliability.outcome import outcome_of
from tests.reliability.smtp import misbehave

# In production a lease of 45 s and a sweep of 15 s; ``recovery`` runs with those.
NUMBERS = {
    "MAIL_LEASE_SECONDS": 5,
    "MAIL_DEADLINE_SECONDS": 3,
    "MAIL_SWEEP_SECONDS": 1,
    "PLANNER_SECONDS": 2,
    "MAIL_RECONNECT_SECONDS": 1,
    "MAIL_RETRY_SECONDS": "1,2,2,2,2,2,2,2,2,2",
}
DELAY = 0.05
"""What a letter takes in the storm, in seconds, besides what it costs us."""
STUCK_SECONDS = 100
"""More than a recovery may take: then the run is given up."""


class Storm:
    """Strikes at the *machines* of an office. ``kills`` are the moments of all strikes that killed something."""

    def __init__(self, machines: Machines, database: Server | None = None):
        self.machines, self.database = machines, database
        self.kills: list[float] = []
        self.workers_killed = 0

    def strike(self, name: str, random: Random) -> None:
        """One of ``one``, ``two``, ``all`` (workers), ``broker``, ``broker_and_all``, ``beat``, ``database``,
        ``ticks``."""
        getattr(self, f"_{name}")(random)

    def _one(self, random):
        self._kill(random.sample(self.machines.ready_workers(), 1))

    def _two(self, random):
        self._kill(random.sample(self.machines.ready_workers(), 2))

    def _all(self, random):
        self._kill(self.machines.ready_workers())

    def _broker(self, random):
        self._note()
        self.machines.empty_broker()

    def _broker_and_all(self, random):
        self.machines.broker.kill()
        self._kill(self.machines.ready_workers())
        self.machines.start_broker()

    def _beat(self, random):
        self._note()
        self.machines.beat.kill()
        self.machines.start_beat()

    def _database(self, random):
        self._note()
        self.database.restart()
        connection.close()  # ours broke as well

    def _ticks(self, random):
        self.machines.five_ticks()

    def _kill(self, workers):
        """Kill *workers* and start others, as the supervisor would."""
        self.machines.kill_workers(workers)
        self._note()
        self.workers_killed += len(workers)
        for _worker in workers:
            self.machines.start_worker()

    def _note(self):
        self.kills.append(time.monotonic())


def blow(storm: Storm, strikes: list[str], random: Random, arrived: Callable[[], int], expected: int) -> None:
    """Strike in random order, spread over the *expected* letters. Every third strike comes on top of the one before,
    whatever that has left standing; the others when letters move again.

    Returns when workers are there again. Raises Overdue when nothing moves.
    """
    strikes = random.sample(strikes, len(strikes))
    for number, name in enumerate(strikes):
        if number % 3 == 2:
            time.sleep(random.uniform(0, NUMBERS["MAIL_LEASE_SECONDS"]))
        else:
            share = expected * number // len(strikes)
            wait_until(lambda share=share: arrived() > share, STUCK_SECONDS, f"letter {share} of {expected}")
            time.sleep(random.uniform(0, 0.2))
        wait_until(lambda: len(storm.machines.ready_workers()) >= 2, 90, "two workers that take tasks")
        storm.strike(name, random)
    storm.machines.wait_for_workers()


def settled(duties: int) -> bool:
    """Whether each of so many *duties* has its reminder, and no mail is open."""
    mails = OutgoingMail.objects.filter(state__in=MailState.OPEN)
    return Reminder.objects.count() >= duties and not mails.exists()


def states() -> Counter:
    """How many mails are in each state, and why."""
    return Counter(OutgoingMail.objects.values_list("state", "trouble"))


def storm(house: House, duties: int, strikes: list[str]) -> Finding:
    """Remind of so many *duties* under the *strikes*, by a mail server that answers some of them badly."""
    random = Random(house.seed)
    addresses = office.set_up(duties)
    with house.open(delay=DELAY, **NUMBERS) as (machines, post_office):
        refused = misbehave(post_office, addresses)
        for _n in range(3):
            machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        storm = Storm(machines, house.server)
        clock.shift_to(office.MORNING)
        storm.strike("ticks", random)
        time.sleep(random.uniform(0, 0.5))
        storm.strike("one", random)  # perhaps a planner in the middle of its work
        stuck = []
        try:
            blow(storm, strikes, random, lambda: len(post_office.addresses()), duties - len(refused))
            wait_until(lambda: settled(duties), STUCK_SECONDS, "the last letter", every=0.2)
        except Overdue as error:
            stuck = [str(error), str(states()), machines.last_words()]
    outcome = outcome_of(
        post_office, addresses, refused=refused, kills=storm.kills, workers_killed=storm.workers_killed
    )
    struck = " ".join(f"{name}={strikes.count(name)}" for name in ("broker", "database", "beat", "ticks"))
    lease = NUMBERS["MAIL_LEASE_SECONDS"]
    line = f"{outcome.line()} failed={len(refused)} strikes={len(strikes) + 2} {struck} lease={lease}s"
    return Finding(line, outcome.problems() + stuck)


def on_postgresql(house: House) -> Finding:
    strikes = ["one"] * 5 + ["two"] * 4 + ["all"] * 3 + ["broker_and_all"] + ["broker", "beat"]
    return storm(house, 800, strikes + ["database"] * 2 + ["ticks"] * 3)


def on_sqlite(house: House) -> Finding:
    return storm(house, 200, ["one", "two", "one", "broker", "ticks"])
