"""Where a line runs: its folder, its database, its mail server; and what it finds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from django.conf import settings

from danvan.embedded.postgres import Server
from tests.reliability.machines import Machines
from tests.reliability.smtp import PostOffice, serving

_rooms = count(1)


@dataclass(frozen=True)
class House:
    """``database`` is its URL, ``server`` what can be restarted, if anything; ``seed`` decides what is random."""

    folder: Path
    database: str
    seed: int = 1
    server: Server | None = None

    @contextmanager
    def open(
        self, *, delay: float = 0.0, is_reachable: bool = True, **environment: object
    ) -> Iterator[tuple[Machines, PostOffice]]:
        """Machines with an empty broker, and a post office that answers after *delay* seconds, if at all."""
        folder = self.folder / f"machines{next(_rooms)}"
        folder.mkdir()
        machines = Machines(folder, self.database, **environment)
        post_office = PostOffice(delay)
        with serving(post_office, settings.EMAIL_PORT) if is_reachable else nullcontext(), machines:
            machines.start_broker()
            try:
                yield machines, post_office
            except Exception:
                print(machines.last_words(), file=sys.stderr)
                raise


@dataclass(frozen=True)
class Finding:
    """The line of a run without its name, and in words what broke its bounds."""

    line: str
    problems: list[str] = field(default_factory=list)
