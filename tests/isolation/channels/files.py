"""Workbooks in and out, stored files, documents to print."""

from contextlib import suppress

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch

from danvan.spreadsheets.writing import write_table
from danvan.transfers.admin import ExportMixin, ImportMixin
from danvan.transfers.widgets import RelatedWidget
from tests.isolation.answers import content_of, leaks, workbook_titles
from tests.isolation.case import MISSING_KEY, WORDS, Verdict
from tests.isolation.channels import OF_UNITS, ONE_LEAD, channel
from tests.isolation.policy import masked_from
from tests.world import rolled_back


def exports(case):
    return isinstance(case.admin, ExportMixin)


def imports(case):
    return isinstance(case.admin, ImportMixin)


def units_import(case):
    return imports(case) and case.access(case.home).may("import")


# --- Out --------------------------------------------------------------------------------------------------------------


@channel("C32", "C33", "C34", applies=exports)
def export(case):
    """Who may export takes a workbook of rows and columns that the policy allows; nobody else gets a file."""
    keys = [row.pk for side in case.forbidden for row in case.rows(side)]
    for data in ({}, {"export_items": keys, "file_format": "2", "resource": "0"}):
        with rolled_back():
            answer = case.client.post(case.url("export"), data)
        is_file = "spreadsheet" in answer.headers.get("Content-Type", "")
        if case.access(case.home).may("export"):
            yield Verdict(case.home, "" if is_file else f"no workbook but {answer.status_code}")
        else:
            yield Verdict(case.home, "gave a workbook" if is_file else "")
        yield from case.told(answer)
        if is_file:
            hidden = {str(case.model._meta.get_field(name).verbose_name) for name in masked_of(case)}
            titles = {title.lower() for title in workbook_titles(answer)}
            yield Verdict("columns", f"has {hidden & titles}" if hidden & titles else "")


def masked_of(case):
    return masked_from(case.actor.column, case.label) - {"state"}


@channel("X-get-exports", applies=exports)
def export_by_get(case):
    """No workbook leaves by GET: an export is written into the history."""
    answer = case.client.get(case.url("export"))
    yield Verdict(case.home, "gave a workbook" if "spreadsheet" in answer.headers.get("Content-Type", "") else "")


# --- In ---------------------------------------------------------------------------------------------------------------


def columns_of(case):
    return case.admin.resource_class(case.world.own.user).import_columns


def cells_of(columns, row):
    """The cells of *row* as the file of its own unit would hold them."""
    cells = []
    for column in columns.values():
        known = column.attribute in {field.name for field in row._meta.fields}
        value = getattr(row, column.attribute) if known else None
        cells.append(getattr(value, "code", None) or (column.text(row) if known else ""))
    return cells


def sheet(columns, cells):
    content = write_table([str(column.title) for column in columns.values()], [list(cells.values())])
    return SimpleUploadedFile("bảng.xlsx", content)


@channel("W-import", applies=imports)
def import_pages(case):
    """The pages of importing, and the template, are for those who may import."""
    for page in ("import", "import_template"):
        answer = case.get(page)
        if case.access(case.home).may("import"):
            yield Verdict(case.home, "" if answer.status_code == 200 else f"refused with {answer.status_code}")
        else:
            yield Verdict(case.home, f"opened with {answer.status_code}" if answer.status_code == 200 else "")
        yield from case.told(answer)


@channel("C35", "C36", "C37", actors=ONE_LEAD, applies=units_import)
def files_with_foreign_rows(case):
    """A file that names another unit, or its records by their keys, shows nothing of them and changes nothing."""
    columns = columns_of(case)
    for side in case.forbidden:
        if side not in case.sides or not case.rows(side):
            continue
        row, unit_of_the_row = case.rows(side)[0], getattr(case.world, side).unit
        for unit in (unit_of_the_row.code, unit_of_the_row.name, ""):
            cells = dict(zip(columns, cells_of(columns, row), strict=True))
            if "unit" in cells:
                cells["unit"] = unit
            kept = case.model.objects.filter(pk=row.pk).values()
            of_the_unit = case.model.objects.filter(**{case.model.access_scope.lookups[0]: unit_of_the_row})
            before, count = kept.get(), of_the_unit.count()
            with rolled_back():
                answer = case.client.post(case.url("import"), {"file": sheet(columns, cells), "sheet": ""}, follow=True)
                typed = sorted({str(value) for value in cells.values()} | {str(unit_of_the_row)}, key=len, reverse=True)
                yield from case.told(answer, but=[text for text in typed if text])
                job = (answer.context or {}).get("job")
                if unit and "unit" in cells:
                    yield Verdict(side, "" if job is None or job.errors else "took a row of another unit")
                if job is not None and not job.errors:
                    case.client.post(answer.context["confirm_url"])
                same = kept.get() == before and of_the_unit.count() == count
            yield Verdict(side, "" if same else "changed or made a row of another unit")


@channel("C39", "X-import-words", actors=ONE_LEAD, applies=units_import)
def foreign_codes_in_files(case):
    """In every column over a relation a foreign code is refused in the words for a code that does not exist."""
    columns = columns_of(case)
    fitting = dict(zip(columns, cells_of(columns, case.world.own.draft(case.label)), strict=True))
    for name, column in columns.items():
        if not isinstance(column.widget, RelatedWidget):
            continue
        label = column.widget.model_field.related_model._meta.label_lower
        for side in case.forbidden:
            for row in getattr(case.world, side).rows.get(label, ())[:1]:
                words = {getattr(row, lookup, None) for lookup in column.widget.lookups} - {None, ""}
                for word in words or {column.widget.text(row)}:
                    found = errors_of(case, columns, fitting | {name: word})
                    absent = errors_of(case, columns, fitting | {name: "khongcogi"})
                    yield Verdict(side, "" if found == absent != [] else f"{name}: {found} but {absent}")


def errors_of(case, columns, cells):
    """What the upload of a file with the one row *cells* finds wrong, but for what was typed."""
    with rolled_back():
        answer = case.client.post(case.url("import"), {"file": sheet(columns, cells), "sheet": ""}, follow=True)
        return [(error["cell"], error["message"]) for error in answer.context["job"].errors]


@channel("X-import-jobs", applies=imports)
def uploads_of_others(case):
    """Preview, confirmation and errors of an upload that somebody else made, by its key."""
    job = case.world.other.new("transfers.importjob", resource=case.label)
    for page, method in (("import_job", "get"), ("import_confirm", "post"), ("import_errors", "get")):
        ask = getattr(case.client, method)
        answer, absent = ask(case.url(page, job.pk)), ask(case.url(page, MISSING_KEY))
        if case.actor.name == "moved":
            continue
        yield Verdict("other", f"opened with {answer.status_code}" if answer.status_code == 200 else "")
        yield case.alike(answer, absent, job.pk, "other")
        yield from case.told(answer)


# --- Stored files and documents ---------------------------------------------------------------------------------------


@channel("C38", applies=lambda case: case.label == "documents.storedfile")
def stored_files(case):
    """A private file has no public address; its own one answers to those who may see it."""
    for side in case.sides:
        stored = case.rows(side)[0]
        for address in (f"/media/{stored.file.name}", f"/static/{stored.file.name}", f"/{stored.file.name}"):
            answer = case.client.get(address)
            yield Verdict(side, f"{address} is public" if answer.status_code == 200 else "")
        answer = case.get("download", stored.pk)
        yield from case.opened(answer, side)
        if answer.status_code == 200:
            content_of(answer)
            headers = answer.headers
            kept = headers["Content-Disposition"].startswith("attachment") and "no-store" in headers["Cache-Control"]
            inert = headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in headers["Content-Security-Policy"]
            yield Verdict(side, "" if kept and inert else "could be run or kept by a browser")


@channel("X-quarantine", applies=lambda case: case.label == "documents.storedfile")
def quarantined_files(case):
    """A file that was reported as uploaded by mistake is given to nobody, whatever the role."""
    for side in case.sides:
        stored = case.rows(side)[0]
        with rolled_back():
            case.model.objects.filter(pk=stored.pk).update(state="quarantined")
            answer = case.get("download", stored.pk)
        yield Verdict(side, "was given" if answer.status_code == 200 else "")


DOCUMENTS = ("docx", "pdf", "certificates", "specimen")


@channel("X-documents", actors=(*OF_UNITS, "council member", "auditor"))
def documents_to_print(case):
    """Word files, PDFs and certificates, opened and read."""
    for page in DOCUMENTS:
        for side in case.sides:
            for row in case.rows(side)[-1:]:
                with suppress(NoReverseMatch):
                    answer = case.get(page, row.pk)
                    told = leaks(answer, [WORDS[name] for name in case.forbidden])
                    yield Verdict(side, f"{page} tells {told}" if told else "")
                    if not case.access(side).reads:
                        opened = answer.status_code == 200
                        yield Verdict(side, f"{page} opened" if opened else "")
