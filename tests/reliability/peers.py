"""The plain ways of ``tasks`` under the same strikes. Their mail server always answers well."""

import time
from random import Random

from tests.reliability.house import Finding, House
from tests.reliability.machines import wait_until
from tests.reliability.models import PlainLetter
from tests.reliability.storm import DELAY, STUCK_SECONDS, Storm, blow

LETTERS = 200
STRIKES = ["one"] * 3 + ["two"] * 4 + ["all"] * 3 + ["broker", "database"]
QUIET_SECONDS = 12  # longer than from one call to the next


def peer(house: House, task: str) -> Finding:
    """Let beat call *task* until every letter is marked and nothing comes any more."""
    random = Random(house.seed)
    addresses = [f"xa{number}@daklak.example" for number in range(LETTERS)]
    PlainLetter.objects.bulk_create(PlainLetter(address=address) for address in addresses)
    with house.open(delay=DELAY, RELIABILITY_PEER=task) as (machines, post_office):
        for _n in range(3):
            machines.start_worker()
        machines.wait_for_workers()
        machines.start_beat()
        storm = Storm(machines, house.server)
        blow(storm, STRIKES, random, lambda: len(post_office.addresses()), LETTERS)
        wait_until(
            lambda: (
                not PlainLetter.objects.filter(is_sent=False).exists()
                and time.monotonic() - post_office.arrivals[-1].at > QUIET_SECONDS
            ),
            STUCK_SECONDS,
            "the last letter",
            every=0.2,
        )
    lost = LETTERS - len(post_office.addresses())
    unlike = any(len(ids) > 1 for ids in post_office.message_ids().values())
    return Finding(
        f"letters={LETTERS} kills={storm.workers_killed} lost={lost} extra={post_office.repeats()}"
        f" same_message_id={'no' if unlike else 'yes'}"
    )


def select_send_mark(house: House) -> Finding:
    return peer(house, "select_send_mark")


def mark_then_send(house: House) -> Finding:
    return peer(house, "mark_then_send")
