"""A lead learns nothing of another unit, and nothing that only the Ban may know, whatever address is asked."""

from itertools import product
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

from danvan.access.admin import filter_path
from danvan.access.door import rows_visible_to
from danvan.access.roles import Role
from danvan.history.domain import record
from danvan.site import PAGES
from tests.crawl.addresses import addresses, deeds_of, label_of, patterns
from tests.crawl.reading import parse
from tests.crawl.test_crawl import Walk
from tests.isolation.answers import leaks, shape
from tests.world import (  # noqa: F401 - fixtures
    BAN,
    MAKERS,
    OTHER,
    OWN,
    built_world,
    registered_admins,
    rights,
    world,
)

pytestmark = [
    pytest.mark.isolation,
    pytest.mark.usefixtures("quiet"),
    pytest.mark.filterwarnings("error::django.core.paginator.UnorderedObjectListWarning"),
]

LABELS = list(registered_admins())
SEEN = [label for label in LABELS if "view" in rights(label, Role.UNIT_LEAD)]
MISSING = 987_654_321


@pytest.fixture
def quiet(caplog):
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.fixture
def lead(world):  # noqa: F811
    return world.client("lead")


def list_of(label):
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def foreign_rows(world, label):  # noqa: F811
    """The rows of the model that the lead must not see."""
    seen = set(rows_visible_to(apps.get_model(label), world.own.user).values_list("pk", flat=True))
    return [row for side in (world.other, world.ban) for row in side.rows.get(label, ()) if row.pk not in seen]


# --- The tests are able to see a leak ---------------------------------------------------------------------------------


@pytest.mark.parametrize("label", SEEN)
def test_the_lead_sees_what_is_the_units_own(label, world, lead):  # noqa: F811
    sides = world.sides_of(apps.get_model(label))
    answer = lead.get(list_of(label))
    assert answer.status_code == 200
    assert leaks(answer, [sides[0].word])


@pytest.mark.parametrize("label", [label for label in LABELS if label != "notices.inboxmessage"])
def test_the_administrator_sees_what_the_lead_must_not(label, world):  # noqa: F811
    """Whatever is missing on the pages of the lead was there to be seen. An inbox is read by its owner alone."""
    hidden = [side for side in world.sides_of(apps.get_model(label)) if side.word in (OTHER, BAN)]
    answer = world.client("administrator").get(list_of(label))
    assert {word.lower() for word in leaks(answer, [OTHER, BAN])} >= {side.word.lower() for side in hidden}


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_list(label, lead):
    answer = lead.get(list_of(label))
    assert answer.status_code == (200 if label in SEEN else 403)
    assert leaks(answer) == []


@pytest.mark.parametrize("label", SEEN)
def test_filters(label, world, lead):  # noqa: F811
    """Neither the choices of a filter nor what it lets through with a foreign value in the address."""
    page = lead.get(list_of(label), {"_facets": "True"})
    assert leaks(page) == []
    names = [name for spec in page.context["cl"].filter_specs for name in spec.expected_parameters()]
    kinds = ("organization.unit", "movements.exemplar", "movements.report", "awards.dossier", "awards.decision")
    foreign = {world.other.rows[kind][0].pk for kind in kinds}
    for name, value in product(names, [*sorted(foreign), OTHER[:4]]):
        assert leaks(lead.get(list_of(label), {name: value})) == []


@pytest.mark.parametrize("page", [name for _label, _icon, _words, name in PAGES])
def test_board_and_statistics(page, world, lead):  # noqa: F811
    """A foreign unit, model or round in the address of a page of numbers: as if it did not exist."""
    address = reverse(page)
    answer = lead.get(address)
    assert answer.status_code == 200
    assert leaks(answer) == []
    controls = dict.fromkeys(parse(answer).xpath("//form[not(@method='post')]//*[@name]/@name"))
    assert controls
    rows = [side.rows[kind][0] for side in (world.other, world.ban) for kind in side.rows]
    for name, key in product(controls, {row.pk for row in rows[:8]} | {world.other.unit.pk}):
        assert leaks(lead.get(address, {name: key})) == []
    keys = (world.other.unit.pk, MISSING)
    foreign, absent = (shape(lead.get(address, {"unit": key}), *keys) for key in keys)
    assert foreign == absent


@pytest.mark.parametrize("label", SEEN)
def test_search(label, lead):
    """Searching for the beginning of a foreign word finds as little as searching for nonsense."""
    for part in (OTHER[:4], BAN[:5], "2737", "2937"):
        answer = lead.get(list_of(label), {"q": part})
        assert leaks(answer) == []
        assert answer.context["cl"].result_count == 0


@pytest.mark.parametrize("label", SEEN)
def test_lookups_in_the_address(label, world, lead):  # noqa: F811
    """``?score__gte=…``: a true guess about a field that is no filter is answered like a false one."""
    model, found = apps.get_model(label), registered_admins()[label]
    request = lead.get(list_of(label)).wsgi_request
    declared = {filter_path(item) for item in found.get_list_filter(request)} | {found.date_hierarchy}
    for path, field in paths_of(model):
        if path.removesuffix("__id") not in declared:
            true, false = guesses(field)
            answers = {shape(lead.get(list_of(label), {f"{path}{end}": value})) for end, value in (true, false)}
            assert len(answers) == 1, f"{path} tells true from false"


def paths_of(model):
    """The fields and relations of *model*, and those of what it points to."""
    for field in model._meta.get_fields():
        if field.concrete or field.is_relation:
            yield field.name, field
        if field.is_relation and field.concrete and field.related_model:
            yield from ((f"{field.name}__{beyond.name}", beyond) for beyond in field.related_model._meta.get_fields())


def guesses(field):
    """A lookup that every row fulfils and one that none does."""
    if isinstance(field, models.CharField | models.TextField):
        return ("__regex", "."), ("__regex", "^zzz$")
    if field.is_relation:
        return ("__isnull", "False"), ("__in", str(MISSING))
    if isinstance(field, models.BooleanField):
        return ("__in", "0,1"), ("__in", "")
    if isinstance(field, models.DateField):
        return ("__gte", "1900-01-01"), ("__gte", "2900-01-01")
    return ("__gte", "0"), ("__gte", str(MISSING))


# --- Records ----------------------------------------------------------------------------------------------------------

SHARED_BY_ALL = {"organization.area", "organization.unitkind", "documents.letterhead", "movements.field"} | {
    "movements.reportingscheme",
    "awards.awardform",
}
"""Models without foreign rows: there is nothing in them that a unit must not know."""

OF_A_RECORD = [
    name
    for name, pattern in patterns()
    if "object_id" in pattern.pattern.regex.groupindex and label_of(name, LABELS) not in {None, *SHARED_BY_ALL}
]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_A_RECORD)
def test_a_foreign_record_answers_like_a_missing_one(name, method, world, lead):  # noqa: F811
    """Change, delete, history, deeds, files and every other page of one record; by POST too, where nothing changes."""
    label = label_of(name, LABELS)
    pattern = dict(patterns())[name].pattern
    others = {"action": deeds_of(label)} if "action" in pattern.regex.groupindex else {}
    others |= {key: [MISSING] for key in pattern.regex.groupindex if key not in ("object_id", "action")}
    data = {"name": OTHER, "post": "yes", "reason": "vì", "_version": "0"} if method == "post" else {}
    for values in product(*others.values()):
        kwargs = dict(zip(others, values, strict=True))
        absent = getattr(lead, method)(reverse(name, kwargs={"object_id": MISSING, **kwargs}), data)
        absent_told = told_next(lead, absent)
        rows = foreign_rows(world, label)
        assert rows
        for row in {rows[0], rows[-1]}:
            before = type(row).objects.filter(pk=row.pk).values().get()
            answer = getattr(lead, method)(reverse(name, kwargs={"object_id": row.pk, **kwargs}), data)
            assert shape(answer, row.pk, MISSING) == shape(absent, row.pk, MISSING)
            assert leaks(answer) == []
            told = told_next(lead, answer)
            assert told == absent_told == [] or shape(*told, row.pk, MISSING) == shape(*absent_told, row.pk, MISSING)
            assert type(row).objects.filter(pk=row.pk).values().get() == before


def told_next(client, answer):
    """The page that *answer* leads to, where what is said in passing stands; nothing for a page."""
    return [client.get(answer.headers["Location"])] if answer.status_code == 302 else []


def test_history_of_an_own_record_hides_what_only_the_ban_may_know(world, lead):  # noqa: F811
    row = world.own.one("awards.nomination")
    changes = {name: [None, f"{BAN} {name}"] for name in row.ban_only_fields} | {"name": ["cũ", f"{OWN} mới"]}
    record(actor=world.staff, action="change", obj=row, changes=changes)
    answer = lead.get(reverse("admin:awards_nomination_history", args=[row.pk]))
    assert answer.status_code == 200
    assert f"{OWN} mới" in answer.content.decode()
    assert leaks(answer) == []


# --- Forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", SEEN)
def test_add_form_and_its_initial_values(label, world, lead):  # noqa: F811
    """Neither a drop-down nor ``?unit=<foreign>`` names a foreign record, or tells it from a missing one."""
    address = reverse(f"admin:{label.replace('.', '_')}_add")
    assert leaks(lead.get(address)) == []
    for field in apps.get_model(label)._meta.get_fields():
        if not getattr(field, "related_model", None) or field.auto_created:
            continue
        target = field.related_model._meta.label_lower
        for side in (world.other, world.ban):
            for row in side.rows.get(target, ())[:1]:
                given = lead.get(address, {field.name: row.pk})
                absent = lead.get(address, {field.name: MISSING})
                assert leaks(given) == []
                assert shape(given, row.pk, MISSING) == shape(absent, row.pk, MISSING)


@pytest.mark.parametrize("label", SEEN)
def test_own_record(label, world, lead):  # noqa: F811
    """The page of an own record, with its drop-downs, inlines and panels."""
    for row in rows_visible_to(apps.get_model(label), world.own.user):
        answer = lead.get(reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk]))
        assert answer.status_code == 200
        assert leaks(answer) == []


@pytest.mark.parametrize("label", LABELS)
def test_autocomplete(label, lead):
    """Of every relation, declared for autocompletion or not."""
    model = apps.get_model(label)
    for field in model._meta.get_fields():
        if getattr(field, "related_model", None) and not field.auto_created:
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name}
            for term in ("", OTHER[:4], BAN[:5]):
                assert leaks(lead.get("/admin/autocomplete/", {**asked, "term": term})) == []


# --- The whole site ---------------------------------------------------------------------------------------------------


class Listener(Walk):
    """A walk that reads what every answer tells, files included."""

    def __init__(self, client, starts, words):
        self.words = words
        super().__init__(client, starts)

    def listen(self, address, answer):
        if found := leaks(answer, self.words):
            self.wrong["leak"].append(f"{address} {found}")

    def judge(self, address, answer, page):
        pass


@pytest.mark.parametrize(("account", "words"), [("lead", (OTHER, BAN)), ("nobody", (OWN, OTHER, BAN))])
def test_no_page_that_can_be_reached_tells_of_others(account, words, world):  # noqa: F811
    starts = ["/"]
    for side in (world.own, world.other, world.ban, world.shared):
        found, _unknown = addresses({label: side.rows.get(label, [])[:2] for label in MAKERS}, LABELS)
        starts += [address for each in found.values() for address in each]
    walk = Listener(world.client(account), list(dict.fromkeys(starts)), words)
    assert walk.findings() == []
    assert walk.pages > 20


def test_foreign_content_types_do_not_open_records(world, lead):  # noqa: F811
    row = world.other.one("organization.person")
    kind = ContentType.objects.get_for_model(row).pk
    foreign, absent = lead.get(f"/admin/r/{kind}/{row.pk}/"), lead.get(f"/admin/r/{kind}/{MISSING}/")
    assert shape(foreign, row.pk, MISSING) == shape(absent, row.pk, MISSING)
    assert leaks(foreign) == []


def test_popups_and_other_fields_of_reference(world, lead):  # noqa: F811
    for label in SEEN:
        query = urlencode({"_popup": 1, "_to_field": "id"})
        assert leaks(lead.get(f"{list_of(label)}?{query}")) == []
