"""The line of succession of a unit as a drawing: units as bars over time, between them the events that joined them.

In the units of a viewBox as wide as a telephone; the server draws it, no script is needed. Coordinates are whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from textwrap import wrap

from django.utils.translation import gettext as _

from danvan.organization.domain.units.succession import Event, Lineage
from danvan.organization.enums import ReorganisationKind

WIDTH = 360
OWN, OTHER = "#b91c1c", "#64748b"
LETTERS = 46
"""How many letters go in a line of text."""
NO_BREAK = "\N{NO-BREAK SPACE}"
_LINE, _BAR, _GAP, _ARROW, _TO_COME = 16, 10, 10, 12, 40
_OPEN_START = timedelta(days=4 * 365)
"""How far before the first known day a unit is drawn whose first day is not known."""

lines = partial(wrap, break_on_hyphens=False)


@dataclass(frozen=True)
class Text:
    x: int
    y: int
    words: str
    is_event: bool = False
    is_own: bool = False


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    fill: str
    is_open: bool

    height = _BAR

    @property
    def arrow(self) -> str:
        """The points of the arrow at the end of a unit that goes on."""
        end, middle = self.x + self.width, self.y + _BAR // 2
        return f"{end},{self.y - 3} {end + 9},{middle} {end},{self.y + _BAR + 3}"


@dataclass(frozen=True)
class Drawing:
    """``links`` are the x, the top and the bottom of the lines between the units of an event."""

    bars: list[Bar]
    texts: list[Text]
    links: list[tuple[int, int, int]]
    sentences: list[str]
    height: int

    width = WIDTH


def narrowed(lineage: Lineage) -> Lineage:
    """*lineage* without the units that are neither before nor after its own: what the unit itself may be told."""
    kept = {lineage.unit.pk}
    for events, ends, starts in (
        (reversed(lineage.events), "successors", "predecessors"),
        (lineage.events, "predecessors", "successors"),
    ):
        line = {lineage.unit.pk}
        for event in events:
            if line.intersection(unit.pk for unit in getattr(event, ends)):
                line.update(unit.pk for unit in getattr(event, starts))
        kept |= line

    def own(units):
        return tuple(unit for unit in units if unit.pk in kept)

    events = [
        Event(**{**vars(event), "predecessors": own(event.predecessors), "successors": own(event.successors)})
        for event in lineage.events
    ]
    return Lineage(lineage.unit, own(lineage.units), tuple(event for event in events if event.predecessors))


def drawing_of(lineage: Lineage, today: date) -> Drawing | None:
    """The Drawing of *lineage*, or None where nothing ever happened to the unit."""
    if not lineage.events:
        return None
    scale = _scale(lineage, today)
    bars, texts, links, places = [], [], [], {}
    y = 4
    for item in _in_order(lineage):
        if isinstance(item, Event):
            for words in lines(event_words(item), LETTERS - 2):
                texts.append(Text(14, y + 12, words, is_event=True))
                y += _LINE
            y += _GAP
            continue
        is_own = item.pk == lineage.unit.pk
        for words in lines(unit_words(item), LETTERS):
            texts.append(Text(0, y + 12, words, is_own=is_own))
            y += _LINE
        left = scale(item.valid_from) if item.valid_from else 0
        right = scale(item.valid_to) if item.valid_to else WIDTH - _ARROW
        bars.append(Bar(left, y + 2, max(right - left, 3), OWN if is_own else OTHER, item.valid_to is None))
        places[item.pk] = y + 2
        y += _BAR + _GAP
    for event in lineage.events:
        ends = [places[unit.pk] for unit in (*event.predecessors, *event.successors)]
        if len(ends) > 1:
            links.append((scale(event.effective_on), min(ends) + _BAR, max(ends)))
    axis = _axis(lineage, scale, y)
    return Drawing(bars, texts + axis, links, [sentence(event) for event in lineage.events], y + 20)


def unit_words(unit) -> str:
    """The name of *unit* with the days of its life, as far as they are known. The days stay in one line."""
    days = {"first": _day(unit.valid_from), "last": _day(unit.valid_to)}
    if unit.valid_from and unit.valid_to:
        words = "({first} – {last})".format(**days)
    elif unit.valid_from:
        words = _("(from %(first)s)") % days
    elif unit.valid_to:
        words = _("(until %(last)s)") % days
    else:
        return unit.name
    return f"{unit.name} {words.replace(' ', NO_BREAK)}"


def event_words(event: Event) -> str:
    """Day and kind of *event*, and by which decree."""
    words = {"day": _day(event.effective_on), "kind": event.kind.label, "decree": event.decree}
    return _("%(day)s: %(kind)s – %(decree)s") % words


def sentence(event: Event) -> str:
    """*event* for who cannot see the drawing."""
    words = {
        "event": event_words(event),
        "old": ", ".join(unit.name for unit in event.predecessors),
        "new": ", ".join(unit.name for unit in event.successors) or _("nobody"),
    }
    if event.kind == ReorganisationKind.TRANSFER:
        return _("%(event)s (%(old)s)") % words
    return _("%(event)s (%(old)s → %(new)s)") % words


def _in_order(lineage: Lineage) -> Iterator:
    """Units and events from the top down: before an event the units that it ended, after it those it brought."""
    waiting = {unit.pk: unit for unit in lineage.units}
    for event in lineage.events:
        for unit in event.predecessors:
            if waiting.pop(unit.pk, None):
                yield unit
        yield event
        for unit in event.successors:
            if waiting.pop(unit.pk, None):
                yield unit
    yield from waiting.values()


def _known_days(lineage):
    days = [event.effective_on for event in lineage.events]
    return days + [day for unit in lineage.units for day in (unit.valid_from, unit.valid_to) if day]


def _scale(lineage, today):
    """A function from a day to its x. A day that is not known lies at the edge: at the left one for a beginning.

    The days to come take a part of the width, so that a new unit is more than a line.
    """
    known = _known_days(lineage)
    first, last = min(known) - _OPEN_START, max(*known, today)
    pixels = (WIDTH - _ARROW - _TO_COME) / (last - first).days

    def scale(day):
        return round((day - first).days * pixels)

    return scale


def _axis(lineage, scale, y):
    """The years of the events and of the first known day under the drawing, as far as they find room."""
    texts, free = [], 0
    for day in sorted({*(event.effective_on for event in lineage.events), min(_known_days(lineage))}):
        x = min(scale(day), WIDTH - 34)
        if x >= free:
            texts.append(Text(x, y + 14, str(day.year)))
            free = x + 42
    return texts


def _day(day):
    return f"{day:%d/%m/%Y}" if day else ""
