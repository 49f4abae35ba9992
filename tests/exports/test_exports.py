"""Every workbook that the site gives out, read back from the answer."""

import uuid
import zipfile
from datetime import date
from io import BytesIO

import pytest
import tablib
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import DateField, ModelChoiceField
from django.urls import reverse
from openpyxl import load_workbook

from awards.domain.register import enter
from awards.models import Decision, Nomination
from awards.tests.factories import make_dossier, make_nomination, make_round
from danvan.access.roles import RIGHTS, Role
from danvan.spreadsheets.writing import write_table
from danvan.transfers.admin import ExportMixin, ImportMixin
from danvan.transfers.models import Export
from tests.factories import logged_in, make_exemplar, make_kind, make_registration, make_report, make_unit, make_user

pytestmark = pytest.mark.django_db

TEXTS = ["=1+1", "+84905123456", "-2+3", "@SUM(1)", "＝1+1", '=HYPERLINK("http://x.vn","y")', "'=1+1"]
"""What somebody might type as a name. Forms trim white space; what hides behind it is tested with the writer."""


def labels_of(mixin):
    return sorted(model._meta.label_lower for model, found in admin.site._registry.items() if isinstance(found, mixin))


EXPORTERS, IMPORTERS = labels_of(ExportMixin), labels_of(ImportMixin)


def address(label, name, *args):
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def exporter_of(label):
    """Somebody of the Ban who may export the records called *label*."""
    return make_user(next(role for role, verbs in RIGHTS[label].items() if "export" in verbs.split()))


@pytest.fixture
def office():
    """Units, models, registrations, reports, nominations and commendations whose texts look like formulas."""
    round = make_round()
    for number, text in enumerate(TEXTS):
        unit = make_unit(text, short_name=text, telephone=text)
        make_exemplar(unit, text)
        make_registration(unit, text, activities=text)
        make_report(unit, results=text, difficulties=text)
        dossier = make_dossier(unit, round)
        make_nomination(dossier, text, post=text)
        decision = Decision.objects.create(round=round, letterhead=round.letterhead, form=round.form)
        decision.issued_on, decision.number_text = date(2015, 12, 31), f"{number}-QĐ/BDVTU"
        enter(nomination=make_nomination(dossier, f"{text} {number}", post=text), decision=decision)
    make_unit(kind=make_kind())
    return round


def cells_of(response):
    """The cells with a value. A link would be made of what looks like one."""
    assert response.status_code == 200 and response["Content-Type"].endswith("spreadsheetml.sheet")
    with zipfile.ZipFile(BytesIO(response.content)) as archive:
        assert not [name for name in archive.namelist() if "_rels" in name and b"hyperlink" in archive.read(name)]
    rows = load_workbook(BytesIO(response.content)).active.iter_rows()
    return [cell for row in rows for cell in row if cell.value is not None]


def formulas(cells):
    return sum(cell.data_type == "f" for cell in cells)


def as_tablib_writes(cells):
    """The cells of the same texts in a workbook of tablib's own, whose export takes them for formulas."""
    content = tablib.Dataset(*[[str(cell.value)] for cell in cells], headers=["A"]).export("xlsx")
    return [cell for row in load_workbook(BytesIO(content)).active.iter_rows(min_row=2) for cell in row]


@pytest.mark.parametrize("label", EXPORTERS)
def test_an_export_holds_no_formula_where_the_usual_way_makes_some(label, office):
    cells = cells_of(logged_in(exporter_of(label)).post(address(label, "export")))

    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert [text for text in TEXTS if not any(text in found for found in texts)] == []
    assert formulas(cells) == 0
    assert formulas(as_tablib_writes(cells)) >= 2
    quoted = [cell.value for cell in cells if cell.quotePrefix]
    assert [text for text in TEXTS if text not in quoted] == []


def test_the_statistics_hold_no_formula(office):
    response = logged_in(make_user(Role.STAFF)).post("/admin/awards/commendation/statistics/xlsx/")

    cells = cells_of(response)
    assert {text for text in TEXTS if text in {cell.value for cell in cells}} == set(TEXTS)
    assert formulas(cells) == 0
    assert formulas(as_tablib_writes(cells)) == 2


@pytest.mark.parametrize("label", IMPORTERS)
def test_a_template_and_a_list_of_errors_hold_no_formula(label, office):
    role = next(role for role, verbs in RIGHTS[label].items() if "import" in verbs.split())
    client = logged_in(make_user(role))
    template = cells_of(client.get(address(label, "import_template")))
    titles = [cell.value for cell in template if cell.row == 3]
    upload = SimpleUploadedFile("a.xlsx", write_table(titles, [[text] * len(titles) for text in TEXTS]))
    job = client.post(address(label, "import"), {"file": upload, "_form_key": uuid.uuid4()})["Location"]

    errors = cells_of(client.get(f"{job}errors/"))

    assert (formulas(template), formulas(errors)) == (0, 0)
    assert {text for text in TEXTS if text in {cell.value for cell in errors}} == set(TEXTS)
    assert Export.objects.count() == 0


# --- which rows and columns -------------------------------------------------------------------------------------------


def last_value(field):
    """A day, a row that a drop-down would search for, or the last of the values on offer."""
    if isinstance(field, DateField):
        return "02/07/2025"
    if isinstance(field, ModelChoiceField):
        return field.queryset.model.objects.values_list("pk", flat=True).last()
    return list(field.choices)[-1][0]


def narrowed(label, client):
    """The queries that the filters of the list offer, one of each, and a search."""
    changelist = client.get(address(label, "changelist")).context["cl"]
    queries = [{"q": "84905"}, {"q": "không có"}]
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            if form := choice.get("form"):
                for name, field in form.fields.items():
                    if (value := last_value(field)) is not None:
                        queries.append({name: value})
    return queries


@pytest.mark.once
@pytest.mark.parametrize("label", EXPORTERS)
def test_an_export_has_the_rows_of_the_list_and_its_filters_in_words(label, office):
    client = logged_in(exporter_of(label))
    queries = narrowed(label, client)
    assert len(queries) > 2
    for query in queries:
        listed = client.get(address(label, "changelist"), query)
        action = listed.context["transfers"]["export"]
        cells = cells_of(client.post(action))
        assert len({cell.row for cell in cells}) - 1 == listed.context["cl"].result_count
        made = Export.objects.latest("pk")
        assert made.rows == listed.context["cl"].result_count
        (value,) = query.values()
        assert made.filters and (made.filters == f"Tìm kiếm: {value}") is ("q" in query)
        assert "__" not in made.filters


def titles_of(user, label):
    response = logged_in(user).post(address(label, "export"))
    return [cell.value for cell in cells_of(response) if cell.row == 1]


@pytest.mark.isolation
def test_the_columns_are_those_that_the_role_may_read(office, monkeypatch):
    """Today the Ban alone exports nominations; who may do so later takes no more columns than they read."""
    everybody = dict.fromkeys([Role.VIEWER, Role.UNIT_LEAD], "view export")
    monkeypatch.setitem(RIGHTS, "awards.nomination", {**RIGHTS["awards.nomination"], **everybody})
    unit = Nomination.objects.first().dossier.unit

    staff = titles_of(make_user(Role.STAFF), "awards.nomination")
    auditor = titles_of(make_user(Role.VIEWER), "awards.nomination")
    lead = titles_of(make_user(Role.UNIT_LEAD, unit), "awards.nomination")

    assert [title for title in staff if title not in auditor] == ["Năm sinh"]
    assert [title for title in staff if title not in lead] == ["Kết quả", "Lý do không duyệt"]
    assert (set(auditor) | set(lead)) <= set(staff)
    assert {tuple(made.columns) for made in Export.objects.all()} == {tuple(staff), tuple(auditor), tuple(lead)}


@pytest.mark.isolation
@pytest.mark.parametrize("label", EXPORTERS)
def test_an_export_is_asked_for_by_post_alone(label, office):
    client = logged_in(exporter_of(label))
    assert client.get(address(label, "export")).status_code == 405
    assert Export.objects.count() == 0
