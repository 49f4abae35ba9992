"""What is still owed: the open duties of a source without those that were settled another way."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value

from danvan.notices.models import Settlement
from danvan.notices.sources import Duty, sources


def owed(code: str) -> QuerySet:
    """The rows of the source *code* that are owed now: ``open()`` without what a settlement in force settles.

    Not restricted to a reader: pages add ``visible_to``. Raises KeyError for a code that nobody registered.
    """
    source = sources()[code]
    if source.keeps_own_record:
        return source.open()
    settled = Settlement.objects.settling().filter(source=code, object_id=OuterRef("pk"))
    return source.open().filter(~Exists(settled))


def duties_in(code: str, object_ids: Iterable[int]) -> dict[int, Duty]:
    """Those of *object_ids* that are still owed to the source *code*, by id. Raises KeyError like :func:`owed`."""
    source = sources()[code]
    wanted = set(object_ids)
    if not source.keeps_own_record:
        wanted -= set(Settlement.objects.settled(code, wanted))
    return source.duties(wanted) if wanted else {}


def open_rows(*, user, codes, units=None, due_from: date | None = None, due_to: date | None = None) -> QuerySet | None:
    """What is owed to the sources *codes* as far as *user* sees it: tuples that begin with code and id.

    The earliest due first, units in the order of the official list. *units* is a queryset that narrows it, both end
    days count. One query over all sources, to be counted and sliced; None when the user sees no kind of these.
    """
    parts = []
    for code in codes:
        rows, due = owed(code).visible_to(user), sources()[code].due
        if rows.query.is_empty():
            continue
        if units is not None:
            rows = rows.filter(unit__in=units.values("pk"))
        if due_from:
            rows = rows.filter(**{f"{due}__gte": due_from})
        if due_to:
            rows = rows.filter(**{f"{due}__lte": due_to})
        rows = rows.order_by().annotate(
            duty_code=Value(code, CharField()),
            duty_due=F(due),
            unit_order=F("unit__order"),
            unit_key=F("unit__sort_key"),
        )
        parts.append(rows.values_list("duty_code", "pk", "duty_due", "unit_order", "unit_key"))
    if not parts:
        return None
    return parts[0].union(*parts[1:], all=True).order_by("duty_due", "unit_order", "unit_key", "duty_code", "pk")


def listed(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, Duty]]:
    """The duties of *pairs* (source code, object id), which came from :func:`open_rows`, each with its code.

    One query for each kind among them. What was done meanwhile is left out.
    """
    pairs = list(pairs)
    found = {}
    for code, object_ids in by_code(pairs).items():
        for object_id, duty in sources()[code].duties(object_ids).items():
            found[code, object_id] = code, duty
    return [found[pair] for pair in pairs if pair in found]


def chosen(*, user, pairs: Iterable[tuple[str, int]]) -> list[tuple[str, Duty]]:
    """Those of *pairs* that are still owed and that *user* sees, in the order of the official list of units."""
    seen = []
    for code, object_ids in by_code(pairs).items():
        if code in sources():
            rows = owed(code).visible_to(user).filter(pk__in=object_ids).order_by()
            columns = "unit__order", "unit__sort_key", sources()[code].due
            seen += [(*row[1:], code, row[0]) for row in rows.values_list("pk", *columns)]
    return listed(row[-2:] for row in sorted(seen))


def by_code(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """The ids among *pairs* by the code of their source."""
    found = defaultdict(list)
    for code, object_id in pairs:
        found[code].append(object_id)
    return dict(found)
