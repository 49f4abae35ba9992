"""Counting commendations. Rows of the register, counts without names and samples are never added to each other."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from awards.enums import SubjectKind
from danvan.text.ordering import sort_key

COLUMNS = {"collectives": _("Collectives"), "individuals": _("Individuals"), "total": _("Total")}
KINDS = {"collectives": SubjectKind.COLLECTIVE, "individuals": SubjectKind.INDIVIDUAL}


@dataclass(frozen=True)
class Line:
    """Collectives and individuals under one heading. None where a number is not known, which is not zero."""

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
    """Counts of rows of the register, and beside them the tallies. The keys are years, ids of forms, ids of units."""

    is_sample: bool
    total: Line
    by_year: list[Line]
    by_form: list[Line]
    by_unit: list[Line]
    tallies: list

    def __bool__(self):
        return bool(self.by_year or self.tallies)


def figures(*, commendations, tallies):
    """Return the Figures of the facts and those of the samples among the rows of the two querysets."""
    by_year = _grouped(commendations.order_by("-year"), "year", "year")
    by_form = _grouped(commendations.order_by("form__order", "form__sort_key", "form"), "form", "form__name")
    by_unit = _grouped(commendations.order_by("unit__order", "unit__sort_key", "unit"), "unit", "unit__name")
    tallies = list(tallies.select_related("form", "unit"))
    return tuple(
        Figures(
            is_sample=is_sample,
            total=_sum(by_year[is_sample]),
            by_year=by_year[is_sample],
            by_form=by_form[is_sample],
            by_unit=by_unit[is_sample],
            tallies=[tally for tally in tallies if tally.is_sample == is_sample],
        )
        for is_sample in (False, True)
    )


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
