"""What is still owed: the open duties of a source without those that were settled another way."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

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
