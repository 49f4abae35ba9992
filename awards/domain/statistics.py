"""Counting commendations. Rows of the register, counts without names and samples are never added to each other."""

from dataclasses import dataclass

from django.db.models import Count, Q

from awards.enums import SubjectKind
from danvan.text.ordering import sort_key


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
    """Counts of rows of the register. A key is a year, the id of a form, the id of a unit."""

    total: Line
    by_year: list[Line]
    by_form: list[Line]
    by_unit: list[Line]

    def __bool__(self):
        return bool(self.by_year)


def count(commendations):
    """Return the Figures of the facts and those of the samples among the rows of the queryset *commendations*."""
    tables = {
        "by_year": _grouped(commendations.order_by("-year"), "year", "year"),
        "by_form": _grouped(commendations.order_by("form__order", "form__sort_key", "form"), "form", "form__name"),
        "by_unit": _grouped(commendations.order_by("unit__order", "unit__sort_key", "unit"), "unit", "unit__name"),
    }
    return tuple(_figures(tables, is_sample=is_sample) for is_sample in (False, True))


def _grouped(rows, key, label):
    collectives = Count("pk", filter=Q(kind=SubjectKind.COLLECTIVE))
    individuals = Count("pk", filter=Q(kind=SubjectKind.INDIVIDUAL))
    grouped = rows.values("is_sample", key, label).annotate(collectives=collectives, individuals=individuals)
    return [(row["is_sample"], Line(row[key], row[label], row["collectives"], row["individuals"])) for row in grouped]


def _figures(tables, *, is_sample):
    lines = {name: [line for sample, line in table if sample == is_sample] for name, table in tables.items()}
    total = Line(
        None,
        None,
        sum(line.collectives for line in lines["by_year"]),
        sum(line.individuals for line in lines["by_year"]),
    )
    return Figures(total, **lines)


def values_in_use(*querysets):
    """Return the years (latest first), occasions and issuers that the rows of the *querysets* name, for choosing."""
    found = {row for rows in querysets for row in rows.order_by().values_list("year", "occasion", "issuer").distinct()}
    years, occasions, issuers = (set(values) for values in zip(*found, strict=True)) if found else ((), (), ())
    return {
        "year": sorted(years, reverse=True),
        "occasion": sorted(occasions, key=sort_key),
        "issuer": sorted(issuers, key=sort_key),
    }
