"""One person, several rows: which may be the same, merging them by hand, and taking a merge back."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction
from django.utils.translation import gettext as _

from danvan.access.door import reaches
from danvan.history.domain import record
from danvan.organization.models import Person, PersonIdentity, Succession
from danvan.text.folding import fold
from danvan.workflow import NotAllowed, Refused

# --- suggesting -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Two people who may be one. ``same_number``: they have the same citizen identity number."""

    first: Person
    second: Person
    same_number: bool = False


def probable_duplicates(people):
    """The Pairs of *people*, a queryset, in the order of their names. Rows that are merged already are left out.

    Alike are those with the same citizen identity number; or with the same name without accents, no two different years
    of birth, and units that are the same or of which one followed the other. Four questions, however many rows.
    """
    rows = list(people.kept().values_list("pk", "full_name", "birth_year", "unit", "is_sample"))
    numbers = dict(PersonIdentity.objects.filter(person__in=people.kept()).values_list("person", "citizen_id"))
    ancestors = _ancestors()
    by_name, by_number = defaultdict(list), defaultdict(list)
    for row in rows:
        by_name[fold(row[1])].append(row)
        if row[0] in numbers:
            by_number[numbers[row[0]]].append(row)
    found = {}
    for group in by_name.values():
        for first, second in combinations(group, 2):
            if _alike(first, second, ancestors) and _may_be_one(first, second, numbers):
                found[first[0], second[0]] = False
    for group in by_number.values():
        found |= {(first[0], second[0]): True for first, second in combinations(group, 2) if first[4] == second[4]}
    by_id = people.select_related("unit").in_bulk({pk for pair in found for pk in pair})
    pairs = [Pair(by_id[first], by_id[second], same) for (first, second), same in found.items()]
    return sorted(pairs, key=lambda pair: (pair.first.sort_key, pair.first.pk, pair.second.pk))


def _alike(first, second, ancestors):
    (_one, _name, year, unit, sample), (_other, _same, other_year, other_unit, other_sample) = first, second
    known = [each for each in (year, other_year) if each]
    related = unit == other_unit or unit in ancestors[other_unit] or other_unit in ancestors[unit]
    return sample == other_sample and len(set(known)) < 2 and related


def _may_be_one(first, second, numbers):
    """Two different citizen identity numbers are two people."""
    return len({numbers[row[0]] for row in (first, second) if row[0] in numbers}) < 2


def _ancestors():
    """By the id of a unit: the units that it followed, in whole or in part, and those that they followed."""
    parents = defaultdict(set)
    for predecessor, successor in Succession.objects.in_effect().values_list("predecessor", "successor"):
        parents[successor].add(predecessor)
    found = defaultdict(set)
    for unit in list(parents):
        waiting = [unit]
        while waiting:
            new = parents.get(waiting.pop(), set()) - found[unit]
            found[unit] |= new
            waiting += new
    return found


# --- merging ----------------------------------------------------------------------------------------------------------


def merge_refusal(*, person, into):
    """Why *person* cannot be merged into *into*, in words, or None."""
    if person.pk == into.pk:
        return _("A row cannot be merged with itself.")
    if person.duplicate_of_id is not None:
        return _("“%(name)s” is merged into another row already. Split it off first.") % {"name": person}
    if into.duplicate_of_id is not None:
        return _("“%(name)s” is itself merged into another row. Merge with the one that is kept.") % {"name": into}
    if person.duplicates.exists():
        return _("Other rows are merged into “%(name)s”. Keep this one, or split them off first.") % {"name": person}
    if person.is_sample != into.is_sample:
        return _("A sample and a real person are never the same.")
    return None


@transaction.atomic
def merge(*, person, into, actor, reason):
    """Note that *person* is the same as *into*, the row that is kept. Nothing else is rewritten.

    Raises NotAllowed, or Refused with the reason: chains and circles of merges, rows merged already.
    """
    person, into = _locked(person, into)
    if not (reaches(actor, person, "merge") and reaches(actor, into, "merge")):
        raise NotAllowed
    if refusal := merge_refusal(person=person, into=into):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused(_("Say the reason."))
    person.duplicate_of = into
    person.save(update_fields=["duplicate_of"])
    record(actor=actor, action="merge", obj=person, changes={"duplicate_of": [None, into]}, reason=reason)
    record(actor=actor, action="keep", obj=into, changes={"duplicate_of": [None, person]}, reason=reason)


@transaction.atomic
def unmerge(*, person, actor, reason=""):
    """Take back that *person* is the same as another row. Raises NotAllowed, or Refused when it is not merged."""
    (person,) = _locked(person)
    if not reaches(actor, person, "unmerge"):
        raise NotAllowed
    kept = person.duplicate_of
    if kept is None:
        raise Refused(_("This row is not merged with another one."))
    person.duplicate_of = None
    person.save(update_fields=["duplicate_of"])
    record(actor=actor, action="unmerge", obj=person, changes={"duplicate_of": [kept, None]}, reason=reason)
    record(actor=actor, action="unmerge", obj=kept, changes={"duplicate_of": [person, None]}, reason=reason)


MERGE_ACTIONS = ("merge", "keep", "unmerge")


def _locked(*people):
    """The rows of *people* as they stand now, locked in the order of their ids: two merges at once meet, or wait."""
    rows = Person.objects.select_for_update(of=("self",)).filter(pk__in={person.pk for person in people})
    by_id = {row.pk: row for row in rows.order_by("pk")}
    return [by_id[person.pk] for person in people]
