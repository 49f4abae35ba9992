"""What is no page of one kind: start page, board, statistics, redirects, headers, mails, the whole way through."""

from itertools import product

from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from danvan.notices.domain.feed import make_address, revoke_address
from danvan.organization.models import User
from danvan.site import PAGES
from tests.crawl.addresses import addresses, patterns
from tests.crawl.reading import parse
from tests.crawl.test_crawl import Walk
from tests.isolation import policy
from tests.isolation.answers import content_of
from tests.isolation.case import MISSING_KEY, WORDS, Verdict
from tests.isolation.cast import access_of
from tests.isolation.channels import TWO_LEADS, channel
from tests.world import MAKERS, everything, registered_labels, rolled_back

WITHOUT_RIGHTS = ("anonymous", "nobody", "closed", "ended")


@channel("C42", "X-start-page", "X-sidebar", once=True)
def start_page_and_app_lists(case):
    """Tasks, cards, recent actions and the sidebar; the lists of apps."""
    apps = sorted({label.partition(".")[0] for label in registered_labels()})
    for address in (reverse("admin:index"), *(reverse("admin:app_list", args=[app]) for app in apps)):
        answer = case.client.get(address)
        yield from case.told(answer)
        if case.actor.name in WITHOUT_RIGHTS:
            yield Verdict("nobody", f"{address} opened" if answer.status_code == 200 else "")
    start = case.client.get(reverse("admin:index"))
    for task in start.context["page"].tasks if start.status_code == 200 else ():
        opens = case.client.get(task.url).status_code == 200
        yield Verdict("tasks", "" if opens else f"{task.title}: leads nowhere")
    for card in start.context["page"].cards if start.status_code == 200 else ():
        listed = case.client.get(card.url)
        opens = listed.status_code == 200
        yield Verdict("cards", "" if opens else f"{card.title}: leads to {listed.status_code}")
        if opens and "cl" in (listed.context or {}):
            count = listed.context["cl"].result_count
            yield Verdict("cards", "" if count == card.count else f"{card.title} counts {card.count} of {count} rows")


@channel("X-board", "X-statistics", "X-small-cells", once=True)
def pages_of_numbers(case):
    """A foreign unit, model or round in the address of a page of numbers: as if it did not exist."""
    for _label, _icon, _words, page in PAGES:
        address = reverse(page)
        answer = case.client.get(address)
        yield from case.told(answer)
        if answer.status_code != 200 or not case.actor.is_of_a_unit:
            continue
        controls = dict.fromkeys(parse(answer).xpath("//form[not(@method='post')]//*[@name]/@name"))
        rows = [getattr(case.world, side).rows for side in case.forbidden]
        keys = {
            found[kind][0].pk for found in rows for kind in ("organization.unit", "awards.awardround") if kind in found
        }
        for name, key in product(controls, sorted(keys)):
            yield from case.told(case.client.get(address, {name: key}))
        for side in case.forbidden:
            yield from case.told(case.client.get(address, {"charge": "all", "q": WORDS[side][:4]}))
        for side in ("parent", "child", "sibling", "other"):
            if side in case.forbidden:
                key = getattr(case.world, side).unit.pk
                given, absent = (case.client.get(address, {"unit": each}) for each in (key, MISSING_KEY))
                yield case.alike(given, absent, key, side)


@channel("X-calendar", once=True)
def calendar_of_the_visitor(case):
    """The calendar that is read without a login, at the secret address of whoever is logged in, and at an old one."""
    user = User.objects.filter(pk=case.client.session.get("_auth_user_id")).first()
    if user is None:
        return

    def read(token):
        return Client().get(reverse("calendar_feed", args=[token]))

    with rolled_back():
        old, token = make_address(user=user), make_address(user=user)
        answer = read(token)
        if case.actor.name in WITHOUT_RIGHTS:
            yield Verdict("nobody", "opened" if answer.status_code == 200 else "")
        else:
            # The file breaks its lines after 75 bytes, in the middle of words.
            text = content_of(answer).replace(b"\r\n ", b"").decode()
            yield from case.tells(text)
            blank = case.actor.is_of_a_unit and "BEGIN:VEVENT" not in text
            yield Verdict("own", "tells nothing of one's own" if blank else "")
        yield Verdict("before", "" if read(old).status_code == 404 else "the address of before opens")
        revoke_address(user=user)
        yield Verdict("before", "" if read(token).status_code == 404 else "a revoked address opens")


@channel("C28", "C44", actors=TWO_LEADS)
def redirects_by_content_type(case):
    """``/r/<content type>/<key>/``."""
    kind = ContentType.objects.get_for_model(case.model).pk
    absent = case.client.get(f"/{case.site.name}/r/{kind}/{MISSING_KEY}/")
    for side in case.forbidden:
        for row in case.rows(side)[:1]:
            answer = case.client.get(f"/{case.site.name}/r/{kind}/{row.pk}/")
            yield case.alike(answer, absent, row.pk, side)
            yield from case.told(answer)


@channel("C30", "X-search", once=True)
def command_search(case):
    """The theme's search over everything."""
    for word in ("", *(WORDS[side][:4] for side in case.forbidden)):
        yield from case.told(case.client.get("/admin/search/", {"s": word, "extended": "1"}))


@channel("X-jsi18n", once=True)
def catalogue_of_scripts(case):
    """The words that scripts are given."""
    yield from case.told(case.client.get(reverse("admin:jsi18n")))


@channel("X-errors", once=True)
def error_pages(case):
    """Pages that do not exist."""
    for address in ("/admin/nothing/", "/nothing", "/admin/organization/person/x/change/", "/media/x", "/.env"):
        answer = case.client.get(address)
        yield Verdict("nobody", f"{address} opened" if answer.status_code == 200 else "")
        yield from case.told(answer)


@channel("X-cache-control", "X-headers", actors=("anonymous", "lead", "administrator"))
def headers(case):
    """No answer may be kept by a shared browser, sniffed, framed or run."""
    for address in (case.url("changelist"), case.url("add"), case.url("change", MISSING_KEY)):
        answer = case.client.get(address)
        stored = "no-store" not in answer.headers.get("Cache-Control", "")
        yield Verdict("headers", f"{address} may be stored" if stored else "")
        sniffed = answer.headers.get("X-Content-Type-Options") != "nosniff"
        yield Verdict("headers", f"{address} may be sniffed" if sniffed else "")
        framed = answer.headers.get("X-Frame-Options") != "DENY"
        yield Verdict("headers", f"{address} may be framed" if framed else "")
        free = "default-src 'self'" not in answer.headers.get("Content-Security-Policy", "")
        yield Verdict("headers", f"{address} runs anything" if free else "")


class Listener(Walk):
    """A walk that reads what every answer tells, files included."""

    def __init__(self, case, starts):
        self.case, self.verdicts = case, []
        super().__init__(case.client, starts)

    def listen(self, address, answer):
        for verdict in self.case.told(answer):
            self.verdicts.append(Verdict(verdict.side, f"{address} {verdict.problem}" if verdict.problem else ""))

    def judge(self, address, answer, page):
        pass


@channel("X-crawl", actors=("lead", "moved", "nobody"), once=True)
def crawl(case):
    """Every address of the resolver with rows of every side, every link that leads on, every file behind it."""
    world, starts = case.world, ["/"]
    for side in ("own", "other", "parent", "child", "sibling", "ban", "shared"):
        rows = getattr(world, side).rows
        found, _unknown = addresses({label: rows.get(label, [])[:1] for label in MAKERS}, registered_labels())
        starts += [address for each in found.values() for address in each]
    walk = Listener(case, list(dict.fromkeys(starts)))
    walk.findings()
    yield from walk.verdicts


@channel("X-get-changes-nothing", actors=("lead", "administrator"), once=True)
def get_changes_nothing(case):
    """No address changes a row when it is only looked at."""
    before = everything()
    found, _unknown = addresses(
        {label: case.world.own.rows.get(label, [])[:1] for label in MAKERS}, registered_labels()
    )
    for each in found.values():
        for address in each[:3]:
            case.client.get(address)
    yield Verdict("everybody", "" if everything() == before else "a GET changed something")


@channel("X-own-pages")
def pages_of_their_own(case):
    """Pages of a kind that show no single record open to who holds the right that the policy names."""
    for page, verb, kind in own_pages(case.label):
        answer = case.client.get(case.url(page))
        if answer.status_code == 405:
            answer = case.client.post(case.url(page))
        verb, _comma, sometimes = verb.partition(", ")
        holder = bool(case.actor.column) and access_of(case.actor, kind, case.home).may(verb)
        opened = answer.status_code == 200
        as_said = opened == holder or (sometimes and holder)
        yield Verdict(case.home, "" if as_said else f"{page} answered {answer.status_code}")
        yield from case.told(answer)


def own_pages(label):
    """The pages below the list of the kind that are no page of every kind, as page, verb and kind of the right."""
    everywhere = {"changelist", "add", "import", "import_template", "export"}
    prefix = f"admin:{label.replace('.', '_')}_"
    rights = {row[0].removeprefix("*:"): row[1:] for row in policy.tables()[3] if row[0].startswith("*:")}
    for name, pattern in patterns():
        page = name.removeprefix(prefix)
        if name.startswith(prefix) and page in rights and page not in everywhere and not pattern.pattern.regex.groups:
            yield page, *rights[page]
