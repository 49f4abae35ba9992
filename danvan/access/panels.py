"""What apps put on the start page. Filled in ``ready()``, drawn by the admin site."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Card:
    """A number that is a link to exactly the list it counts. ``tone`` "bad" makes it red."""

    title: str
    count: int
    url: str
    hint: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Task:
    """Something the reader has to do, with the address of the form where it is done."""

    title: str
    url: str
    due_on: object = None
    days_left: int | None = None
    unit: str = ""

    @property
    def days_overdue(self):
        return -self.days_left


@dataclass(frozen=True)
class Alert:
    """Something of the program itself that stands still, what to do about it, and where to look."""

    text: str
    advice: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Shortcut:
    """Something the reader often begins."""

    title: str
    url: str


@dataclass
class StartPage:
    alerts: list[Alert] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


_contributors: list[Callable] = []


def contribute(function: Callable) -> Callable:
    """Let ``function(user, page)`` add cards and tasks to the start page of *user*. It reads through the door."""
    _contributors.append(function)
    return function


def start_page(user) -> StartPage:
    page = StartPage()
    for function in _contributors:
        function(user, page)
    page.tasks.sort(key=lambda task: (task.due_on is None, task.due_on, task.title))
    return page
