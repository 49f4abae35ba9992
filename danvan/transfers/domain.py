"""Import jobs and exports. The resource that is passed in belongs to the user who acts."""

import hashlib
import uuid
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from danvan import clock
from danvan.documents.domain.quota import claim_room
from danvan.history.domain import own_key, record
from danvan.spreadsheets.errors import SpreadsheetError
from danvan.spreadsheets.writing import write_table
from danvan.text.numbers import format_int
from danvan.transfers.models import Export, ImportJob, ImportState


def upload(*, user, resource, content, name, sheet, form_key):
    """Keep the workbook *content* and return its ImportJob: previewed, or refused with all its errors.

    Nothing is imported: the import is tried and rolled back. A *form_key* makes one job of a good file, however often
    it is sent; with another file, or after a refusal, the same form makes another job. The caller has made sure that
    *user* may import. Raises SpreadsheetError for a file that holds no such table, and where *user* has no room left
    for uploads; it is not kept.
    """
    form_key = own_key(form_key, user)
    sha256 = hashlib.sha256(content).hexdigest()
    if made := _made_with(form_key, user):
        if made.sha256 == sha256 and made.state != ImportState.REFUSED:
            return made
        # The browser's way back shows the form as it was: its key is used up, the mended file is not.
        form_key = uuid.uuid4()
    outcome = resource.import_rows(resource.read(content, sheet=sheet), commit=False)
    job = ImportJob(
        owner=user,
        resource=resource.code(),
        form_key=form_key,
        original_name=name[:255],
        sheet=sheet,
        sha256=sha256,
        size=len(content),
        created_at=clock.now(),
    )
    _take(job, outcome, ImportState.REFUSED if outcome.errors else ImportState.PREVIEWED)
    try:
        with transaction.atomic():
            claim_room(actor=user, size=job.size)
            job.file.save(name, ContentFile(content), save=False)
            job.save()
    except ValidationError as error:
        raise SpreadsheetError(" ".join(error.messages)) from None
    except IntegrityError:
        # The other half of a double click was faster.
        job.file.delete(save=False)
        if made := _made_with(form_key, user):
            return made
        raise
    return job


def confirm(*, user, resource, job):
    """Import the kept file of *job* and return whether this very call did: another may have been faster.

    Only the owner's previewed job is imported, once. The file is read again and checked again as a whole; where
    something is wrong by now the job has failed, with its errors, and nothing was saved. *job* is refreshed.
    """
    try:
        rows, errors = resource.read(_content_of(job), sheet=job.sheet), []
    except (SpreadsheetError, OSError) as error:
        rows, errors = None, [_file_error(error)]
    with transaction.atomic():
        claim = ImportJob.objects.filter(pk=job.pk, owner=user, state=ImportState.PREVIEWED)
        claimed = claim.update(state=ImportState.FAILED if errors else ImportState.CONFIRMED, confirmed_at=clock.now())
        job.refresh_from_db()
        if not claimed:
            return False
        if errors:
            job.errors = errors
        else:
            outcome = resource.import_rows(rows, commit=True)
            _take(job, outcome, ImportState.FAILED if outcome.errors else ImportState.CONFIRMED)
        job.save()
    return True


def kept_imports(user):
    """What the imports of *user* take of the room for uploads."""
    return ImportJob.objects.filter(owner=user), "created_at"


def _made_with(form_key, user):
    return ImportJob.objects.filter(form_key=form_key, owner=user).first()


def _take(job, outcome, state):
    job.state = state
    job.rows_new, job.rows_changed, job.rows_unchanged = outcome.new, outcome.changed, outcome.unchanged
    job.preview = {"columns": outcome.columns, "rows": outcome.preview}
    job.errors = [asdict(error) for error in outcome.errors]


def _content_of(job):
    with job.file.open() as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != job.sha256:
        raise OSError("the kept file is not the one that was uploaded")
    return content


def _file_error(error):
    lost = _("The file can no longer be read. Upload it again.")
    message = str(error) if isinstance(error, SpreadsheetError) else lost
    return {"cell": "", "column": "", "value": "", "message": message}


class ExportRefused(Exception):
    """The rows may not be taken away now; the text tells the user why and what to do."""


def export(*, user, resource, queryset, filters="", reason=""):
    """Return *queryset* as an .xlsx workbook with the columns of *resource*, once it is recorded who takes it.

    The caller has scoped the rows to what *user* may export. Raises ExportRefused where so many rows need a reason, and
    as :func:`record_export` does.
    """
    name = _names(resource)
    titles = [str(column.title) for column in resource.fields.values()]
    rows = list(resource.export_rows(queryset))
    if needs_reason(len(rows)) and not reason.strip():
        raise ExportRefused(_("Say why so many rows are needed."))
    made = record_export(user=user, name=name, columns=titles, rows=len(rows), filters=filters, reason=reason)
    return write_table(titles, rows, sheet_name=name, footer=made.mark)


def record_export(*, user, name, columns, rows, filters="", reason=""):
    """Record that *user* takes a workbook of *rows* rows away and return the Export; without it there is no workbook.

    *name*, *columns* and *filters* are the words the user saw. Raises ExportRefused where the rows are more than the
    day leaves to one person.
    """
    with transaction.atomic():
        # Two exports at once must not both find room: the second waits here for the first.
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        if rows > (left := rows_left_today(user)):
            words = _(
                "This workbook has %(rows)s rows, and of the %(limit)s rows that one person may export in a day, "
                "%(left)s are left. Narrow the list with the filters, or go on tomorrow."
            )
            numbers = {"rows": rows, "limit": settings.EXPORT_ROWS_PER_DAY, "left": left}
            raise ExportRefused(words % {key: format_int(number) for key, number in numbers.items()})
        made = Export.objects.create(
            owner=user, name=name, rows=rows, columns=columns, filters=filters, reason=reason, made_at=clock.now()
        )
        what = {"rows": rows, "columns": ", ".join(columns), "filters": filters}
        changes = {key: [None, value] for key, value in what.items() if value != ""}
        record(actor=user, action="export", obj=made, changes=changes, reason=reason)
    return made


def needs_reason(rows):
    """Whether a workbook of so many records is taken away only with a reason. Statistics are no records."""
    return rows > settings.EXPORT_REASON_ROWS


def rows_left_today(user):
    """How many rows *user* may still export today, in business time."""
    today = Export.objects.filter(owner=user, made_at__gte=clock.start_of_day(clock.today()))
    return max(0, settings.EXPORT_ROWS_PER_DAY - (today.aggregate(sum=Sum("rows"))["sum"] or 0))


def template(*, resource):
    """Return an empty .xlsx workbook to be filled in, with one line of instructions. It can be uploaded as it is."""
    required = resource.required_columns()
    titles = []
    for name, column in resource.import_columns.items():
        hint = f" ({column.widget.format_hint})" if column.widget.format_hint else ""
        titles.append(f"{column.title}{hint}{' *' if name in required else ''}")
    instruction = _(
        "One record per row below the header. Columns with * must be filled in. Write dates as dd/mm/yyyy, for example "
        "02/11/2026. Keep the header as it is."
    )
    return write_table(titles, [], title=instruction, sheet_name=_names(resource))


def _names(resource):
    return capfirst(str(resource._meta.model._meta.verbose_name_plural))


def error_list(*, job):
    """Return the errors of *job* as an .xlsx workbook."""
    titles = [_("Cell"), _("Column"), _("Value"), _("What is wrong")]
    rows = [[error["cell"], error["column"], error["value"], error["message"]] for error in job.errors]
    return write_table(titles, rows, sheet_name=_("Errors"))
