"""What became of areas in time, and where the figures of an old area are counted today. Nothing is ever divided."""

from dataclasses import dataclass

from danvan import clock
from danvan.organization.models import Area, AreaSuccession


@dataclass(frozen=True)
class Kin:
    """An area that came of another one, or that another one came of.

    ``wholly``: the older of the two lies in the newer one as a whole.
    """

    area: Area
    wholly: bool


@dataclass(frozen=True)
class Fate:
    """Where an area lies on a day.

    ``parts`` are the areas that hold it or a part of it. ``area`` is the one that holds all of it, or None: its figures
    cannot be apportioned then. ``within`` is the smallest area that all parts lie in, as far as all are known.
    """

    parts: tuple[Area, ...]
    is_known_whole: bool

    @property
    def area(self):
        return self.parts[0] if self.is_known_whole and len(self.parts) == 1 else None

    @property
    def within(self):
        if not self.is_known_whole or not self.parts:
            return None
        lines = [[part, *part.containers] for part in self.parts]
        return next((area for area in lines[0] if all(area in line for line in lines)), None)


def roll_up(*, areas, day=None):
    """Return the Fate of each of *areas* on *day* (today when not given), by their ids.

    An area that exists on that day is its own fate. Of one that went to several areas, or a part of which went where
    nobody recorded, the fate has no ``area``. Asks once for each link of the chains, however many areas there are.
    """
    day = day or clock.today()
    areas = list(areas)
    links = _links(areas, "predecessor", lambda link: link.effective_on <= day, lambda area: area.exists_on(day))
    fates = {}

    def fate(area, line=()):
        if area.pk not in fates:
            fates[area.pk] = Fate((area,), True) if area.exists_on(day) else follow(area, (*line, area.pk))
        return fates[area.pk]

    def follow(area, line):
        steps = [link for link in links.get(area.pk, ()) if link.successor_id not in line]
        ends = [fate(link.successor, line) for link in steps]
        # A single part without the other ones: nobody recorded where the rest went.
        is_known = bool(steps) and not (len(steps) == 1 and steps[0].is_partial)
        parts = {part.pk: part for end in ends for part in end.parts}
        return Fate(tuple(parts.values()), is_known and all(end.is_known_whole for end in ends))

    return {area.pk: fate(area) for area in areas}


def successors_of(*, area, day=None):
    """Return, as a list of Kin, what *area* had become on *day* (today when not given); itself where it exists then."""
    fate = roll_up(areas=[area], day=day)[area.pk]
    return [Kin(part, part == fate.area) for part in fate.parts]


def predecessors_of(*, area, day):
    """Return, as a list of Kin, the areas of *day* that *area* was made of; itself where it existed then.

    Both a district and its communes are among them. What was recorded for those that lie ``wholly`` in *area* may be
    added up; what was recorded for the others cannot be apportioned.
    """
    if area.exists_on(day):
        return [Kin(area, True)]
    links = _links([area], "successor", lambda link: link.effective_on > day, lambda found: found.exists_on(day))
    found = {link.predecessor.pk: link.predecessor for rows in links.values() for link in rows}
    old = [origin for origin in found.values() if origin.exists_on(day)]
    fates = roll_up(areas=old, day=area.valid_from)
    old.sort(key=lambda origin: (origin.sort_key, origin.pk))
    return [Kin(origin, fates[origin.pk].area == area) for origin in old]


def _links(areas, near, is_asked, is_end):
    """The links that lead on from *areas*, by the id of the area at their *near* end. Stops where *is_end* says so."""
    far = "successor" if near == "predecessor" else "predecessor"
    found, front = {}, {area.pk for area in areas if not is_end(area)}
    while front:
        rows = AreaSuccession.objects.filter(**{f"{near}__in": front}).order_by(f"{far}__sort_key", "pk")
        rows = rows.select_related(near, f"{far}__parent__parent__parent")
        found.update({pk: [] for pk in front})
        for link in filter(is_asked, rows):
            found[getattr(link, f"{near}_id")].append(link)
        reached = [getattr(link, far) for pk in front for link in found[pk]]
        front = {area.pk for area in reached if not is_end(area)} - found.keys()
    return found
