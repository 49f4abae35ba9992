"""What higher apps know of a person. Filled in ``ready()``, shown on the page of the person."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One line about the person with the id *person*, and the address of its record. It is said in plain words."""

    person: int
    words: str
    url: str


@dataclass(frozen=True)
class Facts:
    title: str
    lines: tuple[Fact, ...]


_contributors: list[Callable] = []


def contribute_facts(function: Callable) -> Callable:
    """Let ``function(user, people)`` return the Facts of *people*, a list, that *user* sees, read through the door."""
    _contributors.append(function)
    return function


def facts_of(user, people) -> list[Facts]:
    return [function(user, people) for function in _contributors]
