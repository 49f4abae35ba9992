"""How long a kill stops the letters, with the numbers of production."""

from random import Random

from danvan import clock
from tests.reliability import office
from tests.reliability.house import Finding, House
from tests.reliability.machines import wait_until
from tests.reliability.outcome import RECOVERY_SECONDS, outcome_of
from tests.reliability.storm import STUCK_SECONDS, Storm, settled

LETTERS = 36
STRIKES = ("all", "broker_and_all", "database")


def with_production_numbers(house: House) -> Finding:
    """Strike while a letter is under way, wait until the next ones arrive, three times over."""
    random = Random(house.seed)
    addresses = office.set_up(LETTERS)
    with house.open(delay=0.3) as (machines, post_office):
        machines.start_worker()
        machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        clock.shift_to(office.MORNING)
        machines.five_ticks()
        storm = Storm(machines, house.server)
        for number, name in enumerate(STRIKES, 1):
            share = LETTERS * number // (len(STRIKES) + 1)
            wait_until(lambda share=share: len(post_office.arrivals) > share, STUCK_SECONDS, "the next letter")
            storm.strike(name, random)
        wait_until(lambda: settled(LETTERS), STUCK_SECONDS, "the last letter", every=0.2)
    outcome = outcome_of(post_office, addresses, kills=storm.kills, workers_killed=storm.workers_killed)
    return Finding(
        f"{outcome.line()} strikes={len(STRIKES)} lease=45s sweep=15s bound={RECOVERY_SECONDS}s", outcome.problems()
    )
