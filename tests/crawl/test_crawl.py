"""Every page that each kind of account can reach: Vietnamese, from this host alone, without error, writing nothing.

The way begins at the address of every pattern of the resolver, made with rows that exist, and follows every link.
"""

import json
from collections import defaultdict
from itertools import chain
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.apps import apps
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from tests.crawl.addresses import addresses
from tests.crawl.reading import english, english_in, foreign_hosts, has_nested_forms, is_page, links, parse
from tests.world import MAKERS, built_world, everything, registered_admins, world  # noqa: F401 - fixtures

ACCOUNTS = ["administrator", "staff", "clerk", "lead", "nobody", "anonymous"]
"""The leader opens the pages of these, and the matrix opens the leader's."""

UNHEALTHY = "/healthz"
"""Says 503 where no worker runs, as here."""


@pytest.fixture(scope="module")
def starts(built_world):  # noqa: F811
    """The addresses at which the way begins."""
    rows = {label: built_world.sides_of(apps.get_model(label))[0].rows[label] for label in MAKERS}
    found, unknown = addresses(rows, list(registered_admins()))
    assert unknown == [], "say in tests/crawl/addresses.py with which rows these are reversed"
    return ["/", *chain.from_iterable(found.values())]


class Walk:
    """One visitor's way through the site, and what was wrong on it: kind → lines."""

    def __init__(self, client, starts):
        self.client = client
        self.wrong = defaultdict(list)
        self.seen = set()
        self.pages = 0
        self.alike = set()
        self.to_visit = []
        for start in starts:
            self.plan(start)
        while self.to_visit:
            self.visit(self.to_visit.pop())

    def plan(self, address):
        if address not in self.seen and not address.startswith("/static/"):
            self.seen.add(address)
            self.to_visit.append(address)

    def follow(self, base, link):
        """Plan the visit of *link*, a split address on the page at *base*, unless one to the same view with the same
        parameter was planned. Pages with two parameters are those of one, filtered once more."""
        address = urljoin(base, link._replace(scheme="", netloc="", fragment="").geturl())
        parameters = {*parse_qs(link.query)} - {"_changelist_filters"}
        if address in self.seen or len(parameters) > 1:
            return
        try:
            view = resolve(urljoin(base, link.path)).url_name
        except Resolver404:
            view = address
        like = (view, *parameters)
        if like not in self.alike:
            self.alike.add(like)
            self.plan(address)

    def visit(self, address):
        try:
            answer = self.client.get(address)
        except Exception as error:
            self.wrong["error"].append(f"{address}: {error!r}"[:300])
            return
        if answer.status_code >= 500 and address != UNHEALTHY:
            self.wrong["error"].append(f"{address}: {answer.status_code}")
        self.listen(address, answer)
        if "Location" in answer.headers:
            target = answer.headers["Location"]
            if not target.startswith(("/", "?")) or target.startswith("//"):
                self.wrong["host"].append(f"{address} → {target}")
            self.follow(address, urlsplit(target))
        if is_page(answer):
            self.read(address, answer)

    def listen(self, address, answer):
        """For walks that read every answer, not only pages."""

    def read(self, address, answer):
        """Look at the page of *answer* and plan the visits of its links."""
        self.pages += 1
        page = parse(answer)
        self.judge(address, answer, page)
        if has_nested_forms(answer):
            self.wrong["form in a form"].append(address)
        for link in links(page):
            self.follow(address, link)

    def judge(self, address, answer, page):
        self.wrong["English"] += [f"{address} {line}" for line in english_in(page)]
        self.wrong["host"] += [f"{address} {line}" for line in foreign_hosts(page)]
        if page.get("lang") != "vi":
            self.wrong["language"].append(f"{address}: lang={page.get('lang')}")
        title = " ".join(page.findtext(".//title", "").split())
        parts = {part.strip() for part in title.split("|")}
        ours = answer.status_code >= 400 or gettext("Skilful mass mobilisation") in parts
        if not ours or "" in parts or english() & parts:
            self.wrong["title"].append(f"{address}: {title!r}")

    def findings(self):
        """What was wrong, each thing once, with one address as an example."""
        examples = {}
        for kind, lines in self.wrong.items():
            examples |= {(kind, line.partition(" ")[2] or line): f"{kind}: {line}" for line in reversed(lines)}
        return sorted(examples.values())


@pytest.mark.once
@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_is_vietnamese_ours_and_changes_nothing(account, starts, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")  # every refusal would be written with its traceback
    client = world.client(account)
    before = everything()
    walk = Walk(client, starts)
    wrong = walk.findings()
    assert not wrong, "\n".join(wrong)
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert walk.pages > (1 if account in ("nobody", "anonymous") else 50)


def test_the_words_of_scripts_are_vietnamese(world):  # noqa: F811
    content = world.client("lead").get("/admin/jsi18n/").content.decode()
    words, _end = json.JSONDecoder().raw_decode(content, content.index("{", content.index("newcatalog = ")))
    assert words["Choose"] == "Chọn"
    assert [key for key, value in words.items() if value == key and key in english()] == []
