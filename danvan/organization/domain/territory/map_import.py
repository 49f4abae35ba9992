"""Bringing the areas of the database up to the map. What people typed is completed and never overwritten."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.db import transaction
from django.utils.translation import gettext as _

from danvan.history.domain import record
from danvan.history.models import Activity
from danvan.organization.domain.territory.map import FIRST_DAY, read_map
from danvan.organization.models import Area, AreaLevel, AreaSuccession
from danvan.text.normalise import clean_line

BATCH = 500


@dataclass
class Counts:
    """What an import found in the map (``provinces`` to ``links``) and wrote (areas and links together)."""

    provinces: int
    communes: int
    old: int
    links: int
    created: int = 0
    changed: int = 0

    def __str__(self):
        return " ".join(f"{name}={number}" for name, number in asdict(self).items())


@transaction.atomic
def import_map(*, province=""):
    """Write the whole map, or the part of one *province* of before or of today, and return the Counts.

    A row is known by its level, its code and its time; a row without a code by its full path. What a person added or
    edited keeps all that stands in it: blanks are filled in, which its history tells. Any other row follows the map.
    Rows that the map does not know stay as they are. A sample that the map knows is a sample no more. Raises
    ValidationError, its text for the user, for an unknown province, for a code that stands at an area of another level,
    and where the data are not installed; nothing is written then.
    """
    whole = read_map()
    chosen = whole.of(province) if province else whole
    today = [place for place in chosen.places if place.valid_to is None]
    provinces = sum(place.level == AreaLevel.PROVINCE for place in today)
    counts = Counts(
        provinces=provinces,
        communes=len(today) - provinces,
        old=len(chosen.places) - len(today),
        links=len(chosen.links),
    )
    rows = _write_areas(chosen.places, counts)
    _write_links(chosen.links, rows, counts)
    return counts


def _write_areas(places, counts):
    """Write *places*, level by level, and return the row of each."""
    # A second import waits here, and then finds all rows.
    ContentType.objects.select_for_update(no_key=True).get(pk=ContentType.objects.get_for_model(Area).pk)
    existing = list(Area.objects.order_by("pk"))
    rows = _matched(places, existing)
    _refuse_taken_codes(places, existing, rows)
    writer = _Writer(Area, counts)
    for level in (AreaLevel.PROVINCE, AreaLevel.DISTRICT, AreaLevel.COMMUNE):
        for place in places:
            if place.level == level:
                wanted = {
                    "official_code": place.code,
                    "name": place.name,
                    "parent_id": rows[place.parent].pk if place.parent else None,
                    "valid_from": place.valid_from,
                    "valid_to": place.valid_to,
                }
                rows[place] = writer.write(rows.get(place), level=level, **wanted)
        writer.flush()
    return rows


def _write_links(links, rows, counts):
    existing = {(link.predecessor_id, link.successor_id): link for link in AreaSuccession.objects.all()}
    writer = _Writer(AreaSuccession, counts)
    for link in links:
        ends = {"predecessor_id": rows[link.old].pk, "successor_id": rows[link.new].pk}
        wanted = {"is_partial": link.is_partial, "effective_on": FIRST_DAY, "legal_basis": link.legal_basis}
        writer.write(existing.get(tuple(ends.values())), **ends, **wanted)
    writer.flush()


class _Writer:
    """Collects the rows of one model that must be created or changed, and writes them in bulk."""

    def __init__(self, model, counts):
        self.model, self.counts = model, counts
        told = Activity.objects.filter(object_type=ContentType.objects.get_for_model(model), actor__isnull=False)
        self.peoples = set(told.values_list("object_id", flat=True))
        self.created, self.changed, self.completed = [], [], []

    def write(self, row, **wanted):
        """Note that *row* (None: there is none) must hold *wanted*, and return the row as it will be."""
        if row is None:
            row = self.model(**wanted)
            self.created.append(row)
            return row
        differs = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if row.pk in self.peoples:
            differs = {name: value for name, value in differs.items() if getattr(row, name) in EMPTY_VALUES}
            if differs:
                self.completed.append((row, {name: (getattr(row, name), value) for name, value in differs.items()}))
        if row.is_sample:
            differs["is_sample"] = False
        if differs:
            for name, value in differs.items():
                setattr(row, name, value)
            row.version += 1
            row.compute_columns()
            self.changed.append(row)
        return row

    def flush(self):
        # First what ends: its code may go to a new row.
        fields = [field.name for field in self.model._meta.concrete_fields if not field.primary_key]
        self.model.objects.bulk_update(self.changed, fields, batch_size=BATCH)
        self.model.objects.bulk_create(self.created)
        for row, changes in self.completed:
            record(actor=None, action="import", obj=row, changes=changes)
        self.counts.created += len(self.created)
        self.counts.changed += len(self.changed)
        self.created, self.changed, self.completed = [], [], []


def _refuse_taken_codes(places, existing, rows):
    """A code of today that stands at an area of another level: only a person knows which of the two is wrong."""
    known = {row.pk for row in rows.values()}
    holders = {row.official_code: row for row in existing if row.valid_to is None and row.pk not in known}
    for place in places:
        holder = holders.get(place.code)
        if place.valid_to is None and place not in rows and holder is not None:
            raise ValidationError(
                _("The code %(code)s of %(place)s stands at another area: %(area)s (%(level)s). Correct it first.")
                % {
                    "code": place.code,
                    "place": ", ".join(place.path),
                    "area": holder.name,
                    "level": holder.get_level_display(),
                }
            )


# --- which row is which place -----------------------------------------------------------------------------------------


def _matched(places, existing):
    """The row of each place that has one: first by code and name, then by code, then, where no code is known, by path.

    One code may have been given to an old area and to a new one, so a row must have existed at the time of its place.
    Where both are possible the place of today comes first.
    """
    by_code, by_path = defaultdict(list), defaultdict(list)
    paths = _paths(existing)
    for row in existing:
        if row.official_code:
            by_code[row.level, row.official_code].append(row)
        else:
            by_path[row.level, paths[row.pk]].append(row)
    found, taken = {}, set()
    ways = [
        lambda place: [row for row in by_code[place.level, place.code] if _alike(row.name) == _alike(place.name)],
        lambda place: by_code[place.level, place.code],
        lambda place: _only(by_path[place.level, tuple(map(_alike, place.path))]),
    ]
    newest_first = sorted(places, key=lambda place: place.valid_to or date.max, reverse=True)
    for way in ways:
        for place in newest_first:
            if place not in found:
                free = [row for row in way(place) if row.pk not in taken and _overlap(row, place)]
                if free:
                    found[place] = min(free, key=lambda row: row.valid_from or date.min)
                    taken.add(found[place].pk)
    return found


def _paths(rows):
    """The names of each row and of what it lies in, by its id."""
    by_id = {row.pk: row for row in rows}

    def path(row):
        return (_alike(row.name), *(path(by_id[row.parent_id]) if row.parent_id in by_id else ()))

    return {row.pk: path(row) for row in rows}


def _alike(name):
    return clean_line(name).casefold()


def _only(rows):
    """*rows* where it is a single one: of two of one path nobody can say which is meant."""
    return rows if len(rows) == 1 else []


def _overlap(row, place):
    begins = max(row.valid_from or date.min, place.valid_from or date.min)
    return begins <= min(row.valid_to or date.max, place.valid_to or date.max)
