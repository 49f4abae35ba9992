"""On which areas commendations count: by where their unit lies, and what became of that area. Nothing is divided."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from danvan import clock
from danvan.organization.domain.territory.areas import Fate, roll_up
from danvan.organization.models import Area, AreaLevel

LEVELS = (AreaLevel.PROVINCE, AreaLevel.COMMUNE)
"""The levels that there are since 1 July 2025, villages apart: these count with their commune."""

PATH = ("area__parent__parent__parent",)
"""What a query for units selects, so that their areas come with all that they lie in."""


@dataclass(frozen=True)
class Course:
    """An area and what became of it. Of one that ended together with what it lies in, that says what became of both.

    ``fates`` are those of the area and of all it lies in; ``fate`` is that of the first of them that has ended.
    """

    area: Area
    fate: Fate
    fates: tuple[Fate, ...]

    def lies_in(self, area):
        """Whether all of it lies in *area*, or went into it with all of what it lay in."""
        return lies_in(self.area, area) or any(fate.within and lies_in(fate.within, area) for fate in self.fates)

    def touches(self, area):
        return any(lies_in(part, area) for part in self.fate.parts)

    @property
    def of_today(self):
        """The commune or province that holds all of it, or None."""
        found = self.fate.area
        return found and next((each for each in (found, *found.containers) if each.level in LEVELS), None)

    @property
    def words(self):
        """Why it counts under no area: "Cannot be apportioned: … → … + …"."""
        parts = [part.full_path for part in self.fate.parts]
        if not self.fate.is_known_whole:
            parts.append(pgettext("area", "place not known"))
        words = {"unit": self.area.full_path, "parts": " + ".join(parts)}
        return _("Cannot be apportioned: %(unit)s → %(parts)s") % words


def lies_in(inner, outer):
    return outer in (inner, *inner.containers)


def courses(areas, day=None):
    """What became of each of *areas*, which hold their containers, until *day* (today when not given), by their ids."""
    day = day or clock.today()
    lines = {area.pk: (area, *area.containers) for area in areas}
    fates = roll_up(areas={each.pk: each for line in lines.values() for each in line}.values(), day=day)
    found = {}
    for pk, line in lines.items():
        ended = next((each for each in line if not each.exists_on(day)), line[0])
        found[pk] = Course(line[0], fates[ended.pk], tuple(fates[each.pk] for each in line))
    return found


def courses_to(area, rows):
    """The Courses of the areas in which the units of *rows* lie, to the last day of *area*, or to today."""
    areas = Area.objects.filter(pk__in=rows.order_by().values("unit__area")).with_path()
    today = clock.today()
    return courses(areas, min(area.valid_to or today, today)).values()


def counted_in(area, rows):
    """Those of *rows* whose unit lies in *area*, in one within it, or in one that wholly became part of it."""
    return rows.filter(unit__area__in=[course.area.pk for course in courses_to(area, rows) if course.lies_in(area)])


def apart_from(area, rows):
    """The Courses that only in part led into *area*, by the id of the area in which the units of *rows* lie."""
    found = courses_to(area, rows)
    return {course.area.pk: course for course in found if course.touches(area) and not course.lies_in(area)}


def by_area(lines, areas, became):
    """*lines* by unit in groups by the commune or province of today in which the units lie: labels with their lines.

    *areas* are the areas of the units by the keys of the lines, None for a unit without one; *became* are the Courses
    of these. What counts under no area of today has a group of its own, after the others; units without an area stand
    last.
    """
    together = defaultdict(list)
    for line in lines:
        area = areas[line.key]
        together[_heading(area and became[area.pk])].append(line)
    return [(label, together[place, label]) for place, label in sorted(together)]


def _heading(course):
    """The place of the line in the table and its label: each province before its communes."""
    if course is None:
        return (2,), pgettext("area", "Not known")
    if (area := course.of_today) is None:
        return (1, course.area.sort_key, course.area.pk), course.words
    province = area.containers[-1] if area.containers else area
    is_below = area != province
    return (0, province.sort_key, province.pk, is_below, area.sort_key, area.pk), area.full_path
