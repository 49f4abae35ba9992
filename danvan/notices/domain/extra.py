"""Reminders that staff send by hand, whatever the rules say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """What became of a reminder by hand: so many duties, letters queued, people told in their inbox only, units with
    nobody to tell, duties that were settled meanwhile."""

    duties: int
    letters: int
    inbox_only: int
    nobody: int
    settled: int


def remind_now(*, pairs, subject, text, actor) -> Told:
    """Tell the leads of the units (a mailbox where there are none) of the duties *pairs* that are still owed.

    *pairs* are (source code, object id). One letter per recipient, in the words of *actor*, with the placeholders of a
    rule. Raises ValidationError at ``subject`` or ``text`` for words that a rule would refuse. The caller has made sure
    that *actor* may.
    """
    raise NotImplementedError


def reminded_on(day, pairs) -> set[tuple[str, int]]:
    """Those of *pairs* that somebody was reminded of on *day*, by a rule or by hand."""
    raise NotImplementedError
