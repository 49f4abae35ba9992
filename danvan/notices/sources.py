"""What can be reminded of. Business apps register their duties in ``ready()``; this app knows none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import F, QuerySet


@dataclass(frozen=True)
class Duty:
    """Something that a unit owes by a day, in words. ``url`` is the path of the page where it is done."""

    object_id: int
    unit_id: int
    unit_name: str
    due_on: date
    title: str
    url: str


class Source:
    """Duties of one kind. Business apps subclass it and register one instance."""

    label: Any
    """The words for the kind, lazily translated."""

    due = "due_on"
    """The column of :meth:`open` that holds the due date."""

    since: str | None = None
    """The column of :meth:`open` with the day since when it is owed, if any: no step that came before it is taken."""

    made_by: str | None = None
    """The relation of :meth:`open` to the record that brings its rows into being, if any: a reporting period."""

    keeps_own_record = False
    """Whether it records by itself what was received another way, exempted or extended: it then has the methods
    ``receive``, ``exempt`` and ``extend``, called by ``domain.settlements`` for one row each, inside its transaction:

    ``receive(object_id, actor=, channel=, arrived_on=, number=, document_date=, upload=)``
    ``exempt(object_id, actor=, reason=)``
    ``extend(object_id, actor=, new_due_on=, reason=)``

    They ask whether *actor* may and raise what ``danvan.workflow`` raises: NotAllowed, Refused, ChangedMeanwhile.
    Otherwise a Settlement is written."""

    def open(self) -> QuerySet:
        """The rows that are owed now. Each has ``pk``, ``unit_id`` and the column ``due``."""
        raise NotImplementedError

    def duties(self, object_ids: Iterable[int]) -> dict[int, Duty]:
        """Those of *object_ids* that are still owed, by id."""
        raise NotImplementedError

    def may(self, actor, deed: str) -> bool:
        """Whether *actor* may ``receive``, ``exempt`` or ``extend`` duties of this kind at all."""
        return actor.has_perm("notices.record_settlement")

    def move_due_date(self, object_id: int, old_due_on: date, new_due_on: date) -> bool:
        """Move the due date of one row, if it is still owed by *old_due_on*. Returns whether it was.

        Called by ``domain.settlements.extend`` alone, inside its transaction, after it has asked whether the actor may.
        Of a source with ``keeps_own_record`` nothing is asked here.
        """
        row = self.open().filter(pk=object_id, **{self.due: old_due_on})
        return bool(row.update(**{self.due: new_due_on}, version=F("version") + 1))


_sources: dict[str, Source] = {}


def register_source(code: str, source: Source) -> None:
    """Let rules remind of the duties of *source*. Raises ImproperlyConfigured when *code* is taken."""
    if _sources.setdefault(code, source) is not source:
        raise ImproperlyConfigured(f"Two reminder sources called {code}.")


def sources() -> dict[str, Source]:
    """All sources by code."""
    return dict(_sources)


def label_of(code: str):
    """The words for the source *code*, or the code itself when its app is gone."""
    return _sources[code].label if code in _sources else code
