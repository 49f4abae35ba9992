"""Whether time or size tells a record of another unit from one that does not exist: both are asked for in turns."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from math import erfc, sqrt
from random import Random
from statistics import median
from time import perf_counter

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from awards.models import Dossier, Nomination
from danvan.documents.models import StoredFile
from danvan.organization.models import Unit
from movements.models import Exemplar
from tests.bench.nominations import fill
from tests.factories import logged_in, make_field, make_lead

TRIES = 200
WARM_UP = 20
GOAL = 1.05


@dataclass(frozen=True)
class Page:
    """A page about one record: whose rows the ids are of, and how it is asked for with a client and an id."""

    name: str
    model: type
    ask: Callable


def got(name):
    return lambda client, pk: client.get(reverse(f"admin:{name}", args=[pk]))


def posted(name, *args):
    return lambda client, pk: client.post(reverse(f"admin:{name}", args=[pk, *args]))


def chosen(name, field):
    """A form that is sent with the id as the choice of *field*."""
    return lambda client, pk: client.post(reverse(f"admin:{name}"), {field: pk})


PAGES = [
    Page("change", Nomination, got("awards_nomination_change")),
    Page("save", Nomination, posted("awards_nomination_change")),
    Page("history", Nomination, got("awards_nomination_history")),
    Page("delete", Nomination, got("awards_nomination_delete")),
    Page("deed", Dossier, posted("awards_dossier_transition", "submit")),
    Page("download", StoredFile, got("documents_storedfile_download")),
    Page("choice", Exemplar, chosen("movements_registration_add", "exemplar")),
]


def oracle_timing(name):
    fill()
    add_files_and_exemplars()
    lead = make_lead(Unit.objects.get(code="X0"))
    client = logged_in(lead)
    missing = {model: made_missing(model, lead) for model in dict.fromkeys(page.model for page in PAGES)}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what was deleted long ago leaves nothing to step over
    for page in PAGES:
        yield line(f"{name}-{page.name}", page, client, lead, missing[page.model])


def add_files_and_exemplars():
    now, units, field = timezone.now(), Unit.objects.values_list("pk", flat=True), make_field()
    StoredFile.objects.bulk_create(
        StoredFile(file=f"{i}", original_name="Tờ trình.pdf", size=1, sha256="", unit_id=unit, uploaded_at=now)
        for i, unit in enumerate([*units] * 20)
    )
    Exemplar.objects.bulk_create(
        Exemplar(name=f"Mô hình {i}", unit_id=unit, field=field) for i, unit in enumerate([*units] * 20)
    )


def made_missing(model, lead):
    """Delete rows of other units in the midst of *model* and return their ids, so that only the row is missing."""
    foreign = foreign_ids(model, lead)
    chosen = foreign[1 :: len(foreign) // (TRIES + WARM_UP) - 1][: TRIES + WARM_UP]
    if model is Dossier:
        Nomination.objects.filter(dossier__in=chosen).delete()
    model.objects.filter(pk__in=chosen).delete()
    return chosen


def foreign_ids(model, lead):
    """The ids of other units' rows, all of four or of five digits: the length of the id must not tell."""
    own = model.objects.visible_to(lead).values("pk")
    digits = len(str(model.objects.count() // 2))
    ids = model.objects.exclude(pk__in=own).filter(pk__gte=10 ** (digits - 1), pk__lt=10**digits)
    return list(ids.order_by("pk").values_list("pk", flat=True))


def line(name, page, client, lead, missing):
    """Ask for a foreign row and for a missing one in turns, and return the line that tells what differs.

    ``floor`` is the time in that of the one question to the database; ``p`` that of the Mann-Whitney test.
    """
    foreign = foreign_ids(page.model, lead)
    foreign = foreign[:: len(foreign) // len(missing)][: len(missing)]
    taken = {"foreign": [], "missing": []}
    told, bare, order = {"foreign": set(), "missing": set()}, [], Random(len(name))
    for turn, pair in enumerate(zip(foreign, missing, strict=True)):
        # In an order by chance: what comes back every second time, in Python or in the database, must not take sides.
        for kind, pk in order.sample(list(zip(taken, pair, strict=True)), 2):
            client.cookies.pop("messages", None)
            began = perf_counter()
            response = page.ask(client, pk)
            seconds = perf_counter() - began
            if turn >= WARM_UP:
                taken[kind].append(seconds)
                told[kind].add(answer(response))
        began = perf_counter()
        page.model.objects.visible_to(lead).filter(pk=pair[0]).exists()
        bare.append(perf_counter() - began)
    # As everywhere the median of the turns' own ratios: the machine's noise meets both.
    ratio = median(ours / peer for ours, peer in zip(*taken.values(), strict=True))
    answers = set.union(*told.values())
    statuses, _targets, sizes = (set(column) for column in zip(*answers, strict=True))
    alike = told["foreign"] == told["missing"] and len(answers) == 1
    verdict = "ok" if alike and 1 / GOAL <= ratio <= GOAL else "short"
    foreign, missing = (median(seconds) * 1000 for seconds in taken.values())
    return (
        f"bench {name} peer={ratio:.3f} goal<={GOAL} floor={foreign / median(bare) / 1000:.1f} {verdict}"
        f" | least={1 / GOAL:.3f} p={mann_whitney(*taken.values()):.2f} bytes={max(sizes) - min(sizes)}"
        f" status={'/'.join(map(str, statuses))} tries={TRIES} rows={page.model.objects.count()} {connection.vendor}"
        f" foreign={foreign:.2f}ms missing={missing:.2f}ms"
    )


def answer(response):
    """What can be told of an answer beside its time: status, where it leads, and how many bytes it takes."""
    headers = "".join(f"{name}: {value}" for name, value in response.items()) + response.cookies.output()
    return response.status_code, response.get("Location"), len(headers.encode()) + len(response.content)


def mann_whitney(first, second):
    """The two-sided p of the U test, by its normal approximation with ties: how often chance alone differs so much."""
    both = sorted(first + second)
    ranks, ties, place = {}, 0, 0
    for value, same in groupby(both):
        count = len(list(same))
        ranks[value] = place + (count + 1) / 2
        ties += count**3 - count
        place += count
    n, m = len(first), len(second)
    u = sum(ranks[value] for value in first) - n * (n + 1) / 2
    spread = sqrt(n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1))))
    return erfc(abs(u - n * m / 2) / spread / sqrt(2)) if spread else 1.0
