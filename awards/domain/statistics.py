"""Counting commendations. Rows of the register, counts without names and samples are never added to each other."""

from collections import defaultdict
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from awards.domain import areas
from awards.enums import SubjectKind
from danvan.organization.domain.units.succession import roll_up
from danvan.organization.models import Unit
from danvan.text.ordering import sort_key

COLUMNS = {"collectives": _("Collectives"), "individuals": _("Individuals"), "total": _("Total")}
KINDS = {"collectives": SubjectKind.COLLECTIVE, "individuals": SubjectKind.INDIVIDUAL}


@dataclass(frozen=True)
class Line:
    """Collectives and individuals under one heading. None where a number is not known, which is not zero.

    ``key`` is what the rows have in common: a year, the id of a form or of a unit; ids of units, as a tuple, where
    those of several are counted together.
    """

    key: object
    label: object
    collectives: int | None
    individuals: int | None

    @property
    def total(self):
        if self.collectives is None or self.individuals is None:
            return None
        return self.collectives + self.individuals


@dataclass(frozen=True)
class Figures:
    """Counts of rows of the register, and beside them the tallies."""

    is_sample: bool
    total: Line
    by_year: list[Line]
    by_form: list[Line]
    by_unit: list[Line]
    by_kind: list[Line]
    by_area: list[Line]
    tallies: list

    def __bool__(self):
        return bool(self.by_year or self.tallies)


def figures(*, commendations, tallies, with_areas):
    """Return the Figures of the facts and those of the samples among the rows of the two querysets.

    By kind they are told as the units of the time were, by area as the map is today; without *with_areas* not at all.
    """
    by_year = _grouped(commendations.order_by("-year"), "year", "year")
    by_form = _grouped(commendations.order_by("form__order", "form__sort_key", "form"), "form", "form__name")
    by_unit = _grouped(commendations.order_by("unit__order", "unit__sort_key", "unit"), "unit", "unit__name")
    by_kind, by_area = _by_kind_and_area(by_unit, with_areas)
    tallies = list(tallies.select_related("form", "unit"))
    return tuple(
        Figures(
            is_sample=is_sample,
            total=_sum(by_year[is_sample]),
            by_year=by_year[is_sample],
            by_form=by_form[is_sample],
            by_unit=by_unit[is_sample],
            by_kind=by_kind[is_sample],
            by_area=by_area[is_sample],
            tallies=[tally for tally in tallies if tally.is_sample == is_sample],
        )
        for is_sample in (False, True)
    )


def _by_kind_and_area(by_unit, with_areas):
    """The lines by unit, of facts and of samples, put together by the kinds of the units and by their areas."""
    ids = {line.key for lines in by_unit.values() for line in lines}
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=ids).select_related("kind", *areas.PATH)}
    by_kind = {is_sample: _together(_kinds(lines, units)) for is_sample, lines in by_unit.items()}
    if not with_areas:
        return by_kind, {False: [], True: []}
    places = {pk: unit.area for pk, unit in units.items()}
    became = areas.courses({area for area in places.values() if area})
    return by_kind, {is_sample: _together(areas.by_area(lines, places, became)) for is_sample, lines in by_unit.items()}


def _kinds(lines, units):
    found = defaultdict(list)
    for line in lines:
        found[units[line.key].kind].append(line)
    return [(kind.name, found[kind]) for kind in sorted(found, key=lambda kind: (kind.order, kind.sort_key, kind.pk))]


def _together(groups):
    """One line for each group of lines by unit, which are told as labels with lines."""
    return [replace(_sum(lines), key=tuple(line.key for line in lines), label=label) for label, lines in groups]


def as_of_today(figures, units):
    """*figures* with the lines by unit rolled up along the successions: by what each unit has become until today.

    *units* are those whose names the reader may know. What was split up or dissolved has a line of its own, after the
    others: it can be counted under no unit of today.
    """
    became = roll_up([line.key for line in figures.by_unit])
    ids = {pk for found in became.values() for pk in (found.unit, *found.parts)} - {None}
    known = {unit.pk: unit for unit in units.filter(pk__in=ids)}
    together, alone = defaultdict(list), []
    for line in figures.by_unit:
        found = became[line.key]
        if found.unit is None:
            alone.append(replace(line, key=(line.key,), label=_without_a_place(line, found, known)))
        else:
            together[found.unit].append(line)
    lines = [
        replace(_sum(lines), key=tuple(line.key for line in lines), label=_name_of(pk, known, lines))
        for pk, lines in sorted(together.items(), key=lambda item: _place_of(item[0], known))
    ]
    return replace(figures, by_unit=[*lines, *alone])


def present_units(rows, units):
    """The ids of the units that *rows* belong to and all of which lies in *units* today, a queryset."""
    wanted = set(units.values_list("pk", flat=True))
    return sorted(pk for pk, found in _destinations(rows).items() if found.lies_in(wanted))


def left_out(rows, units, known):
    """What :func:`present_units` leaves out of *rows* though a part of it lies in *units*, as sentences.

    One for each old unit. *known* are the units whose names the reader may know.
    """
    wanted = set(units.values_list("pk", flat=True))
    apart = {
        pk: found
        for pk, found in _destinations(rows).items()
        if wanted.intersection(found.parts) and not found.lies_in(wanted)
    }
    if not apart:
        return []
    names = {unit.pk: unit for unit in known.filter(pk__in={pk for found in apart.values() for pk in found.parts})}
    lines = _grouped(
        rows.filter(unit__in=apart).order_by("unit__order", "unit__sort_key", "unit"), "unit", "unit__name"
    )
    words = "%(line)s (%(count)s)"
    return [
        words % {"line": _without_a_place(line, apart[line.key], names), "count": line.total} for line in lines[False]
    ]


def left_out_of_area(rows, area):
    """What :func:`areas.counted_in` leaves out of *rows* though a part of it may be of *area*, as sentences."""
    apart = areas.apart_from(area, rows)
    rows = rows.filter(unit__area__in=apart).order_by("unit__area__sort_key", "unit__area")
    lines = _grouped(rows, "unit__area", "unit__area__name")[False]
    return [f"{apart[line.key].words} ({line.total})" for line in lines]


def _destinations(rows):
    ids = set(rows.order_by().values_list("unit", flat=True).distinct())
    return roll_up(ids - {None})


def _without_a_place(line, found, known):
    if not found.parts:
        return _now("Dissolved: %(unit)s") % {"unit": line.label}
    parts = " + ".join(known[pk].name if pk in known else _now("another unit") for pk in found.parts)
    return _now("Cannot be apportioned: %(unit)s → %(parts)s") % {"unit": line.label, "parts": parts}


def _name_of(pk, known, lines):
    return (
        known[pk].name if pk in known else next((line.label for line in lines if line.key == pk), _now("another unit"))
    )


def _place_of(pk, known):
    unit = known.get(pk)
    return (unit is None, unit.order, unit.sort_key, pk) if unit else (True, 0, "", pk)


def tally_line(tally):
    return Line(tally.pk, tally.occasion, tally.collectives, tally.individuals)


def values_in_use(*querysets):
    """Return the years (latest first), occasions and issuers that the rows of the *querysets* name, for choosing."""
    names = ("year", "occasion", "issuer")
    found = [row for rows in querysets for row in rows.order_by().values_list(*names).distinct()]
    values = {name: {row[place] for row in found} for place, name in enumerate(names)}
    return {
        "year": sorted(values["year"], reverse=True),
        "occasion": sorted(values["occasion"], key=sort_key),
        "issuer": sorted(values["issuer"], key=sort_key),
    }


def _grouped(rows, key, label):
    """The Lines of the facts and those of the samples, in the order of *rows*."""
    counts = {name: Count("pk", filter=Q(kind=kind)) for name, kind in KINDS.items()}
    lines = {False: [], True: []}
    for row in rows.values("is_sample", key, label).annotate(**counts):
        lines[row["is_sample"]].append(Line(row[key], row[label], row["collectives"], row["individuals"]))
    return lines


def _sum(lines):
    return Line(None, "", sum(line.collectives for line in lines), sum(line.individuals for line in lines))
