"""A lead changes nothing of another unit, puts nothing into it, and ties nothing of the own unit to it."""

from itertools import chain

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from danvan.access.roles import Role
from danvan.spreadsheets.writing import write_table
from danvan.transfers.admin import ExportMixin, ImportMixin
from danvan.transfers.widgets import RelatedWidget
from danvan.workflow.admin import TransitionsMixin
from tests.bad_input.discovery import addresses_of, form_pages
from tests.bad_input.filling import Filled, open_form
from tests.crawl.addresses import addresses, deeds_of
from tests.isolation.answers import leaks, shape
from tests.world import (  # noqa: F401 - fixtures
    MAKERS,
    OTHER,
    built_world,
    everything,
    registered_admins,
    rights,
    rolled_back,
    world,
)

pytestmark = [pytest.mark.isolation, pytest.mark.usefixtures("quiet")]

ADMINS = registered_admins()
SEEN = [label for label in ADMINS if "view" in rights(label, Role.UNIT_LEAD)]
MISSING = 987_654_321
UNSEEN_COLUMNS = {"version", "search_text", "sort_key", "came_on"}
"""Columns that a save computes."""


@pytest.fixture
def quiet(caplog):
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.fixture
def lead(world):  # noqa: F811
    return world.client("lead")


def address_of(label, page, *args):
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def foreign_state(world):  # noqa: F811
    """The columns of every row of the other unit and of the Ban's own."""
    rows = chain.from_iterable(chain(world.other.rows.values(), world.ban.rows.values()))
    return [type(row).objects.filter(pk=row.pk).values().first() for row in rows]


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", SEEN)
def test_bulk_actions_with_foreign_keys(label, world, lead):  # noqa: F811
    """Every action of the list, and Django's own, over foreign rows and "over all"."""
    page = lead.get(address_of(label, "changelist"))
    names = {*ADMINS[label].get_actions(page.wsgi_request), "delete_selected"}
    rows = [row.pk for side in (world.other, world.ban) for row in side.rows.get(label, ())]
    before = foreign_state(world)
    for name in sorted(names):
        for across in ("0", "1"):
            data = {"action": name, "_selected_action": rows, "select_across": across, "index": 0, "post": "yes"}
            with rolled_back():
                answer = lead.post(address_of(label, "changelist"), data, follow=True)
                assert leaks(answer) == []
                assert foreign_state(world) == before


def test_posting_nothing_everywhere_changes_nothing_foreign(world, lead):  # noqa: F811
    before = foreign_state(world)
    for side in (world.other, world.ban, world.own):
        found, _unknown = addresses({label: side.rows.get(label, [])[:1] for label in MAKERS}, list(ADMINS))
        for address in chain.from_iterable(found.values()):
            assert leaks(lead.post(address, {"post": "yes"})) == [], address
    assert foreign_state(world) == before


# --- Forms ------------------------------------------------------------------------------------------------------------


def leads_forms(world, lead):  # noqa: F811
    """Each form that the lead can open, filled in with what fits."""
    for name, deed in form_pages():
        for address in addresses_of(world, name, deed):
            if answer := open_form(lead, address):
                yield Filled(lead, address, answer)
                break


def foreign_choices(field, chosen, world):  # noqa: F811
    """Foreign records that somebody could put into *field* by hand, as its control would send them."""
    if isinstance(field, forms.ModelChoiceField):
        label = field.queryset.model._meta.label_lower
        return [str(row.pk) for side in (world.other, world.ban) for row in side.rows.get(label, ())[:1]]
    if isinstance(field, forms.ChoiceField) and chosen and chosen[0].rpartition(":")[2].isdecimal():
        kind = chosen[0].rpartition(":")[0]
        kinds = ("organization.unit", "organization.collective", "organization.person")
        return [f"{kind}:{world.other.one(label).pk}" for label in kinds]
    return []


def test_every_relation_of_every_form_refuses_a_foreign_record(world, lead):  # noqa: F811
    tried = []
    for filled in leads_forms(world, lead):
        for name, field in filled.fields.items():
            for value in foreign_choices(field, filled.sent.get(name), world):
                before = everything()
                with rolled_back():
                    answer = filled.post({name: value})
                    assert answer.status_code == 200, f"{filled.address} took {name}={value}"
                    assert everything() == before
                assert leaks(answer) == [], f"{filled.address} {name}={value}"
                key = value.rpartition(":")[2]
                absent = filled.post({name: value.replace(key, str(MISSING))})
                assert shape(answer, key, MISSING) == shape(absent, key, MISSING), f"{filled.address} {name}"
                tried.append((filled.address, name))
    assert len(tried) > 8


def test_what_a_form_does_not_ask_for_is_not_taken(world, lead):  # noqa: F811
    """``unit``, hidden fields, states and texts of the Ban, sent along with an own record."""
    tried = 0
    for label in SEEN:
        model = apps.get_model(label)
        for row in world.own.rows.get(label, ())[:1]:
            address = address_of(label, "change", row.pk)
            page = open_form(lead, address)
            if page is None:
                continue
            filled = Filled(lead, address, page)
            smuggled = {
                field.name: str(foreign_value(field, world.other.one(label)))
                for field in model._meta.concrete_fields
                if field.name not in filled.fields and not field.primary_key
            }
            before = model.objects.filter(pk=row.pk).values().get()
            with rolled_back():
                answer = filled.post({name: value for name, value in smuggled.items() if name not in filled.sent})
                after = model.objects.filter(pk=row.pk).values().get()
            assert answer.status_code == 302, address
            columns = {field.attname for field in model._meta.concrete_fields if field.name in smuggled}
            changed = {name for name in columns - UNSEEN_COLUMNS if before[name] != after[name]}
            assert changed == set(), address
            tried += 1
    assert tried >= 6


def foreign_value(field, row):
    return getattr(row, field.attname)


def test_inlines_take_no_foreign_rows(world, lead):  # noqa: F811
    """A formset sent with the key of a foreign row neither shows, changes nor deletes it."""
    before = foreign_state(world)
    for label, found in ADMINS.items():
        for inline in found.inlines:
            target = inline.model._meta.label_lower
            prefix = (
                inline.model._meta.get_field(inline.fk_name).remote_field.get_accessor_name() if inline.fk_name else ""
            )
            prefix = prefix or default_prefix(inline, found.model)
            for row, foreign in zip(world.own.rows.get(label, ()), world.other.rows.get(target, ()), strict=False):
                data = {
                    f"{prefix}-TOTAL_FORMS": 1,
                    f"{prefix}-INITIAL_FORMS": 1,
                    f"{prefix}-0-id": foreign.pk,
                    f"{prefix}-0-DELETE": "on",
                }
                answer = lead.post(address_of(label, "change", row.pk), data)
                assert leaks(answer) == []
                assert foreign_state(world) == before


def default_prefix(inline, parent):
    relation = next(field for field in inline.model._meta.fields if field.related_model is parent)
    return relation.remote_field.get_accessor_name()


@pytest.mark.parametrize("label", [label for label in SEEN if isinstance(ADMINS[label], TransitionsMixin)])
def test_deeds_of_own_records_that_are_not_the_units(label, world, lead):  # noqa: F811
    """A deed that the role table gives to the Ban alone is answered like one that does not exist."""
    side = world.own if world.own in world.sides_of(apps.get_model(label)) else world.shared
    for deed, state in deeds_of(label).items():
        if deed in rights(label, Role.UNIT_LEAD):
            continue
        row = side.in_state(label, state)
        before = type(row).objects.filter(pk=row.pk).values().get()
        answer = lead.post(address_of(label, "transition", row.pk, deed), {"reason": "vì"})
        assert answer.status_code == 302
        assert type(row).objects.filter(pk=row.pk).values().get() == before


# --- Files ------------------------------------------------------------------------------------------------------------

IMPORTERS = [label for label, found in ADMINS.items() if isinstance(found, ImportMixin)]


def columns_of(world, label):  # noqa: F811
    resource = ADMINS[label].resource_class(world.own.user)
    return resource.import_columns


def cells_of(columns, row):
    """The cells of *row* as the file of its own unit would hold them."""
    cells = []
    for column in columns.values():
        known = column.attribute in {field.name for field in row._meta.fields}
        value = getattr(row, column.attribute) if known else None
        cells.append(getattr(value, "code", None) or (column.text(row) if known else ""))
    return cells


@pytest.mark.parametrize("label", [label for label in IMPORTERS if "import" in rights(label, Role.UNIT_LEAD)])
@pytest.mark.parametrize("unit", ["code", "name", "own"])
def test_a_file_with_foreign_rows(label, unit, world, lead):  # noqa: F811
    """A file naming the other unit, or its records by their keys, shows nothing of them and changes nothing."""
    columns = columns_of(world, label)
    row = world.other.one(label)
    cells = dict(zip(columns, cells_of(columns, row), strict=True))
    if "unit" in cells:
        cells["unit"] = {"code": row.unit.code, "name": row.unit.name, "own": ""}[unit]
    before = foreign_state(world)
    file = SimpleUploadedFile(
        "bảng.xlsx", write_table([str(c.title) for c in columns.values()], [list(cells.values())])
    )
    answer = lead.post(address_of(label, "import"), {"file": file, "sheet": ""}, follow=True)
    job = answer.context.get("job")
    if job is not None:
        typed_by_the_lead = {str(value) for value in cells.values()} | {f"{row.unit if 'unit' in cells else ''}"}
        told = answer.content.decode()
        for text in sorted(typed_by_the_lead, key=len, reverse=True):
            told = told.replace(text, "") if text else told
        assert OTHER not in told
        if unit in ("code", "name") and "unit" in cells:
            assert job.errors
        if not job.errors:
            lead.post(answer.context["confirm_url"])
            assert row.__class__.objects.latest("pk").pk != row.pk
    assert foreign_state(world) == before


@pytest.mark.parametrize("label", [label for label in IMPORTERS if "import" in rights(label, Role.UNIT_LEAD)])
def test_a_foreign_code_in_a_file_reads_like_a_missing_one(label, world, lead):  # noqa: F811
    """In every column over a relation: the unit, the dossier, the movement that the Ban still drafts."""
    columns = columns_of(world, label)
    fitting = dict(zip(columns, cells_of(columns, world.own.draft(label)), strict=True))
    tried = 0
    for name, column in columns.items():
        if not isinstance(column.widget, RelatedWidget):
            continue
        model = column.widget.model_field.related_model
        foreign = [row for side in (world.other, world.ban) for row in side.rows.get(model._meta.label_lower, ())[:1]]
        for row in foreign:
            words = {getattr(row, lookup, None) for lookup in column.widget.lookups} - {None, ""}
            for word in words or {column.widget.text(row)}:
                found = errors_of(lead, label, columns, fitting | {name: word})
                absent = errors_of(lead, label, columns, fitting | {name: "khongcogi"})
                assert found == absent != []
                tried += 1
    assert tried


def errors_of(client, label, columns, cells):
    """What the upload of a file with the one row *cells* finds wrong, but for what was typed."""
    file = SimpleUploadedFile(
        "bảng.xlsx", write_table([str(c.title) for c in columns.values()], [list(cells.values())])
    )
    answer = client.post(address_of(label, "import"), {"file": file, "sheet": ""}, follow=True)
    return [(error["cell"], error["message"]) for error in answer.context["job"].errors]


@pytest.mark.parametrize("label", IMPORTERS)
def test_uploads_of_others(label, world, lead):  # noqa: F811
    if "import" not in rights(label, Role.UNIT_LEAD):
        assert lead.get(address_of(label, "import")).status_code == 403
        return
    job = world.other.new("transfers.importjob", resource=label)
    for page, method in (("import_job", "get"), ("import_confirm", "post"), ("import_errors", "get")):
        answer = getattr(lead, method)(address_of(label, page, job.pk))
        absent = getattr(lead, method)(address_of(label, page, MISSING))
        assert answer.status_code == 404
        assert shape(answer, job.pk, MISSING) == shape(absent, job.pk, MISSING)


@pytest.mark.parametrize("label", [label for label, found in ADMINS.items() if isinstance(found, ExportMixin)])
def test_export(label, lead, world):  # noqa: F811
    """A unit exports nothing today; whatever it may export later holds nothing foreign."""
    answer = lead.post(address_of(label, "export"))
    assert answer.status_code == (200 if "export" in rights(label, Role.UNIT_LEAD) else 403)
    assert leaks(answer) == []
    assert leaks(world.client("staff").post(address_of(label, "export")), [OTHER]) or label == "organization.area"


def test_own_file_is_served_and_a_foreign_one_is_not(world, lead):  # noqa: F811
    own, foreign = world.own.one("documents.storedfile"), world.other.one("documents.storedfile")
    assert lead.get(address_of("documents.storedfile", "download", own.pk)).status_code == 200
    answer = lead.get(address_of("documents.storedfile", "download", foreign.pk))
    assert answer.status_code == 302
    assert leaks(answer) == []
