"""Taking a figure: ours, peer and floor in turns (A-B-C-A-B-C …), warm, and the line that tells it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

ROUNDS = 9
WARM_UP = 2


@dataclass(frozen=True)
class Contest:
    """Three ways to the same work. *goal* is the largest ratio of ours to the peer; *size* says over how many rows."""

    ours: Callable[[], object]
    peer: Callable[[], object]
    floor: Callable[[], object]
    goal: float
    size: str
    rounds: int = ROUNDS


def line(name: str, contest: Contest) -> str:
    """Run *contest* and return its line. The ratios are medians of the rounds' own ratios, so that noise of the machine
    meets both sides; "worst" is the largest of them."""
    runners = (contest.ours, contest.peer, contest.floor)
    queries = [_queries(run) for run in runners[:2]]
    for _ in range(WARM_UP):
        for run in runners:
            run()
    rounds = [[seconds(run) for run in runners] for _ in range(contest.rounds)]
    to_peer = [ours / peer for ours, peer, _floor in rounds]
    to_floor = [ours / floor for ours, _peer, floor in rounds]
    ours, peer, floor = (median(column) * 1000 for column in zip(*rounds, strict=True))
    verdict = "ok" if median(to_peer) <= contest.goal else "short"
    return (
        f"bench {name} peer={median(to_peer):.2f} goal<={contest.goal} floor={median(to_floor):.1f} {verdict}"
        f" | worst={max(to_peer):.2f} rounds={contest.rounds} {contest.size} {connection.vendor}"
        f" ours={ours:.1f}ms peer={peer:.1f}ms floor={floor:.2f}ms queries={queries[0]} (peer {queries[1]})"
    )


def seconds(run: Callable[[], object]) -> float:
    """How long *run* takes once."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _queries(run: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)
