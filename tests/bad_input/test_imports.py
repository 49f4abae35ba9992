"""Whatever stands in an uploaded file: it is imported as it stands, or refused at its cell, in Vietnamese."""

import csv
import io
from datetime import date

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.access.roles import Role
from danvan.spreadsheets.writing import write_table
from danvan.transfers.admin import ImportMixin
from danvan.transfers.widgets import DateWidget, DecimalWidget, IntWidget, TextWidget, UnitWidget
from tests.bad_input.kinds import DATES, FITTING, KINDS, NUMBERS, TEXTS, kept_as
from tests.crawl.reading import english_in, parse
from tests.world import built_world, everything, registered_admins, rights, world  # noqa: F401 - fixtures

IMPORTERS = [label for label, found in registered_admins().items() if isinstance(found, ImportMixin)]


class Sheet:
    """A file with one row that fits: like a row of the lead's unit, under another key."""

    def __init__(self, world, label):  # noqa: F811
        self.label, self.model = label, apps.get_model(label)
        account = "lead" if "import" in rights(label, Role.UNIT_LEAD) else "staff"
        self.client = world.client(account)
        self.resource = registered_admins()[label].resource_class(world.accounts[account])
        self.columns = {
            name: column
            for name, column in self.resource.import_columns.items()
            if not isinstance(column.widget, UnitWidget)
        }
        side = world.own if world.own in world.sides_of(self.model) else world.shared
        row = side.draft(label)
        self.values = {name: code_or_text(column, row) for name, column in self.columns.items()}

    def changed(self, kind):
        """The row with what *kind* puts into the cells of its sort."""
        if kind == "duplicate":
            return self.values
        return {name: value_of(kind, column.widget, self.values[name]) for name, column in self.columns.items()}

    def upload(self, rows, as_csv):
        """Upload a file of *rows* and return the page that shows what is in it, or what is wrong with it."""
        titles = [str(column.title) for column in self.columns.values()]
        lines = [list(row.values()) for row in rows]
        if as_csv:
            text = io.StringIO()
            csv.writer(text).writerows([titles, *lines])
            file = SimpleUploadedFile("bảng.csv", text.getvalue().encode("utf-8-sig"), "text/csv")
        else:
            file = SimpleUploadedFile("bảng.xlsx", write_table(titles, lines))
        address = f"/admin/{self.label.replace('.', '/')}/import/"
        return self.client.post(address, {"file": file, "sheet": ""}, follow=True)

    def must_hold(self, row):
        """The record that was imported last holds the texts and days of *row*."""
        saved = self.model.objects.latest("pk")
        for name, value in row.items():
            if value in TEXTS.values():
                assert getattr(saved, name) == kept_as(value)
            if value == DATES["day"]:
                assert getattr(saved, name) == date(2026, 11, 2)

    def without_refused(self, row, job):
        """*row* with the cells that were refused as they were before."""
        refused = {error["column"] for error in job.errors}
        return {name: self.values[name] if str(self.columns[name].title) in refused else row[name] for name in row}


def code_or_text(column, row):
    """The cell of *column* for *row*: a related record by its code where it has one, blank for what is no field."""
    if column.attribute not in {field.name for field in row._meta.fields}:
        return ""
    return getattr(getattr(row, column.attribute), "code", None) or column.text(row)


def value_of(kind, widget, value):
    if kind == "empty":
        return ""
    if kind in TEXTS:
        return TEXTS[kind] if isinstance(widget, TextWidget) else value
    if kind in DATES:
        return DATES[kind] if isinstance(widget, DateWidget) else value
    return NUMBERS[kind] if isinstance(widget, IntWidget | DecimalWidget) else value


def without_jobs(rows):
    """*rows* but for the uploads themselves."""
    return {table: found for table, found in rows.items() if table != "transfers.ImportJob"}


@pytest.mark.once
@pytest.mark.parametrize("as_csv", [False, True], ids=["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["fitting", "duplicate", *KINDS])
@pytest.mark.parametrize("label", IMPORTERS)
def test_whatever_stands_in_a_file(label, kind, as_csv, world, caplog):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    sheet = Sheet(world, label)
    row = sheet.values if kind == "fitting" else sheet.changed(kind)
    before = without_jobs(everything())
    shown = sheet.upload([row, row] if kind == "duplicate" else [row], as_csv)
    assert without_jobs(everything()) == before, "written before it was confirmed"
    page = parse(shown)
    words = " ".join(page.text_content().split())
    assert english_in(page) == []
    assert "<script>alert(1)" not in shown.content.decode()
    job = shown.context.get("job")
    if job is None:  # the file as a whole was refused, at its field
        (message,) = shown.context["form"].errors["file"]
        assert message in words and not message.isascii()
        assert kind in ("empty", "NUL")
        return
    for error in job.errors:
        assert error["cell"] and error["column"] and error["message"] in words and not error["message"].isascii()
    if kind == "duplicate":
        assert len(job.errors) == 1
    if kind in FITTING and job.errors:
        row = sheet.without_refused(row, job)
        shown = sheet.upload([row], as_csv)
        assert shown.context["job"].errors == []
    if kind == "fitting":
        assert job.errors == []
    if not shown.context["job"].errors:
        assert sheet.client.post(shown.context["confirm_url"]).status_code == 302
        sheet.must_hold(row)
