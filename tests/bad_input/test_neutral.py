"""A foreign record and one that does not exist: one answer, the same questions to the database, the same time."""

import re
from itertools import product

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan.access.door import rows_visible_to
from danvan.access.scope import SharedScope
from tests.bad_input.ids import MISSING
from tests.crawl.addresses import deeds_of, label_of, patterns
from tests.world import built_world, registered_admins, rolled_back, world  # noqa: F401 - fixtures

LABELS = list(registered_admins())


def may_be_foreign(label):
    """Whether there are rows of the kind that a unit must not know of: not where all share all of them."""
    scope = apps.get_model(label).access_scope
    return not isinstance(scope, SharedScope) or scope.published is not None


OF_A_RECORD = [
    name
    for name, pattern in patterns()
    if {"object_id", "job_id"} & set(pattern.pattern.regex.groupindex)
    and (label := label_of(name, LABELS))
    and may_be_foreign(label)
]
TOLD = "Không tìm thấy hồ sơ này, hoặc hồ sơ không thuộc phạm vi của đồng chí."
_VALUES = re.compile(r"'[^']*'|\b\d+(?:\.\d+)?\b|\bs\d+_x\d+\b")
_TOKEN = re.compile(r"(?:csrftoken|sessionid|messages)=[^;]*|expires=[^;]*")


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("CRITICAL", logger="django.request")


def asked(client, method, address):
    """What a request tells: its answer, and the forms of the questions that it asks the database."""
    with rolled_back(), CaptureQueriesContext(connection) as queries:
        answer = getattr(client, method)(address)
    body = b"" if answer.streaming else answer.content
    headers = sorted(item for item in answer.headers.items() if item[0] != "Expires")  # the second it was sent
    told = answer.status_code, headers, _TOKEN.sub("", str(answer.cookies)), body
    return told, [_VALUES.sub("?", query["sql"]) for query in queries]


def foreign_row(world, name):  # noqa: F811
    """A row of the page's model that the lead must not know of."""
    label = "transfers.importjob" if "job_id" in parameters(name) else label_of(name, LABELS)
    seen = set(rows_visible_to(apps.get_model(label), world.own.user).values_list("pk", flat=True))
    rows = [row for side in (world.other, world.ban) for row in side.rows.get(label, ())]
    return next(row for row in rows if row.pk not in seen)


def parameters(name):
    return dict(patterns())[name].pattern.regex.groupindex


def addresses_for(name, pk):
    own = "job_id" if "job_id" in parameters(name) else "object_id"
    others = {key: deeds_of(label_of(name, LABELS)) if key == "action" else [MISSING] for key in parameters(name)}
    others.pop(own)
    for values in product(*others.values()):
        yield reverse(name, kwargs={own: pk, **dict(zip(others, values, strict=True))})


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_A_RECORD)
def test_foreign_and_missing_are_told_and_asked_alike(name, method, world):  # noqa: F811
    row = foreign_row(world, name)
    lead = world.client("lead")
    for foreign, missing in zip(addresses_for(name, row.pk), addresses_for(name, MISSING), strict=True):
        asked(lead, method, missing)  # what a process remembers from here on
        told, questions = asked(lead, method, foreign)
        assert (told, questions) == asked(lead, method, missing)
        assert told[0] in (302, 403, 405)
        assert len(questions) > 2


def test_the_text_is_one_and_repeats_nothing(world):  # noqa: F811
    lead, texts = world.client("lead"), set()
    pages = ("movements_report_change", "awards_dossier_history", "documents_storedfile_download")
    for name in (f"admin:{page}" for page in pages):
        for pk in (foreign_row(world, name).pk, MISSING):
            page = lead.get(reverse(name, args=[pk]), follow=True)
            texts.add(tuple(str(message) for message in page.context["messages"]))
    assert texts == {(TOLD,)}


@pytest.mark.parametrize("page", ["movements_board", "awards_statistics"])
def test_pages_of_numbers_repeat_no_id(page, world):  # noqa: F811
    lead, address = world.client("lead"), reverse(f"admin:{page}")
    for name in ("board", "kind", "unit", "form"):
        errors = re.findall(rf"[^<>]*{MISSING}[^<>]*", lead.get(address, {name: MISSING}).content.decode())
        assert [text for text in errors if "href" not in text and "action" not in text] == []
