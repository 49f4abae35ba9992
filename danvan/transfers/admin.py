"""Importing and exporting on the list pages: own pages, for the permissions of the role table."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from danvan.access.neutral import not_found
from danvan.documents.domain.files import XLSX
from danvan.documents.download import attachment
from danvan.history.attempts import note
from danvan.history.enums import Refusal
from danvan.history.forms import FORM_KEY, valid_key
from danvan.spreadsheets.errors import SpreadsheetError
from danvan.text.folding import fold
from danvan.text.numbers import format_int
from danvan.transfers import domain
from danvan.transfers.forms import ExportForm, UploadForm
from danvan.transfers.models import ImportJob, ImportState
from danvan.transfers.resources import IMPORT_LIMIT
from danvan.transfers.widgets import RelatedWidget
from danvan.transfers.words import filters_in_words

EXPORT_LIMIT = 20_000
ERRORS_ON_PAGE = 200

ROW_KINDS = {
    "new": (pgettext_lazy("kind of row", "new"), "dv-badge-ok"),
    "update": (pgettext_lazy("kind of row", "changed"), "dv-badge-warn"),
    "skip": (pgettext_lazy("kind of row", "unchanged"), ""),
}


class TransferMixin:
    """What importing and exporting share. ``resource_class`` is a GuardedResource."""

    resource_class = None
    list_before_template = "transfers/list_buttons.html"

    def transfer_links(self, request):
        return {}

    def changelist_view(self, request, extra_context=None):
        links = self.transfer_links(request)
        return super().changelist_view(request, {"transfers": links, **(extra_context or {})})

    def transfer_name(self, name):
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def transfer_path(self, route, view, name):
        return path(route, self.admin_site.admin_view(view), name=self.transfer_name(name))

    def transfer_url(self, name, *args):
        return reverse(f"{self.admin_site.name}:{self.transfer_name(name)}", args=args)

    def require(self, request, verb):
        if not self.may(request, verb):
            raise PermissionDenied

    def workbook(self, content, prefix=""):
        name = slugify(fold(f"{prefix} {self.opts.verbose_name_plural}"))
        return attachment(content, filename=f"{name}.xlsx", content_type=XLSX)


class ImportMixin(TransferMixin):
    """Lets those with the ``import`` permission upload a workbook, see what it would do, and confirm it."""

    def transfer_links(self, request):
        links = super().transfer_links(request)
        if self.may(request, "import"):
            links |= {"import": self.transfer_url("import"), "template": self.transfer_url("import_template")}
        return links

    def get_urls(self):
        return [
            self.transfer_path("import/", self.import_view, "import"),
            self.transfer_path("import/template/", self.import_template_view, "import_template"),
            self.transfer_path("import/<int:job_id>/", self.import_job_view, "import_job"),
            self.transfer_path("import/<int:job_id>/confirm/", self.import_confirm_view, "import_confirm"),
            self.transfer_path("import/<int:job_id>/errors/", self.import_errors_view, "import_errors"),
            *super().get_urls(),
        ]

    def _own_job(self, request, job_id):
        """The user's upload of such records, or None."""
        self.require(request, "import")
        jobs = ImportJob.objects.visible_to(request.user).filter(resource=self.resource_class.code())
        return jobs.filter(pk=job_id).first()

    def _import_page(self, request, template, **context):
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": self.transfer_url("changelist"),
            "import_url": self.transfer_url("import"),
        }
        return TemplateResponse(request, template, context)

    @method_decorator(require_http_methods(["GET", "POST"]))
    def import_view(self, request):
        self.require(request, "import")
        form = UploadForm(request.POST or None, request.FILES or None)
        form_key = valid_key(request.POST.get(FORM_KEY)) or uuid.uuid4()
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = domain.upload(
                    user=request.user,
                    resource=self.resource_class(request.user),
                    content=file.read(),
                    name=file.name,
                    sheet=form.cleaned_data["sheet"],
                    form_key=form_key,
                )
            except SpreadsheetError as error:
                form.add_error("file", str(error))
            else:
                note_refused_cells(request, self.resource_class(request.user), job)
                return redirect(self.transfer_url("import_job", job.pk))
        resource = self.resource_class(request.user)
        return self._import_page(
            request,
            "transfers/upload.html",
            title=_("Import %(names)s from Excel") % {"names": self.opts.verbose_name_plural},
            form=form,
            form_key=form_key,
            columns=[column.title for column in resource.import_columns.values()],
            own_unit=resource.own_unit,
            limit=IMPORT_LIMIT,
            template_url=self.transfer_url("import_template"),
        )

    @method_decorator(require_GET)
    def import_template_view(self, request):
        self.require(request, "import")
        content = domain.template(resource=self.resource_class(request.user))
        return self.workbook(content, pgettext("begins a file name", "template"))

    @method_decorator(require_GET)
    def import_job_view(self, request, job_id):
        job = self._own_job(request, job_id)
        if job is None:
            return not_found(request, ImportJob, job_id)
        columns = self.resource_class(request.user).fields
        return self._import_page(
            request,
            "transfers/job.html",
            title=_("Import from %(file)s") % {"file": job.original_name},
            job=job,
            can_confirm=job.state == ImportState.PREVIEWED,
            columns=[columns[name].title for name in job.preview["columns"] if name in columns],
            rows=[(*ROW_KINDS[kind], values) for kind, *values in job.preview["rows"]],
            errors=job.errors[:ERRORS_ON_PAGE],
            confirm_url=self.transfer_url("import_confirm", job.pk),
            errors_url=self.transfer_url("import_errors", job.pk),
        )

    @method_decorator(require_POST)
    def import_confirm_view(self, request, job_id):
        job = self._own_job(request, job_id)
        if job is None:
            return not_found(request, ImportJob, job_id)
        done_now = domain.confirm(user=request.user, resource=self.resource_class(request.user), job=job)
        if job.state != ImportState.CONFIRMED:
            return redirect(self.transfer_url("import_job", job.pk))
        if done_now:
            numbers = {"new": job.rows_new, "changed": job.rows_changed, "unchanged": job.rows_unchanged}
            words = _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.") % numbers
            messages.success(request, words)
        else:
            messages.info(request, _("This file was already imported."))
        return redirect(self.transfer_url("changelist"))

    @method_decorator(require_GET)
    def import_errors_view(self, request, job_id):
        job = self._own_job(request, job_id)
        if job is None:
            return not_found(request, ImportJob, job_id)
        content = domain.error_list(job=job)
        return self.workbook(content, pgettext("begins a file name", "errors"))


def note_refused_cells(request, resource, job):
    """Note the columns of *job* in which a cell names a record that is not there for the user."""
    related = {
        str(column.title): name
        for name, column in resource.import_columns.items()
        if isinstance(column.widget, RelatedWidget)
    }
    if names := {related[error["column"]] for error in job.errors if error["column"] in related}:
        note(request, Refusal.IMPORT_ROW, names=names)


class ExportMixin(TransferMixin):
    """Lets those with the ``export`` permission take what the list shows as a workbook."""

    def transfer_links(self, request):
        links = super().transfer_links(request)
        if self.may(request, "export"):
            shown = request.GET.copy()
            shown.pop("p", None)
            links |= {"export": f"{self.transfer_url('export')}?{shown.urlencode()}"}
        return links

    def get_urls(self):
        return [self.transfer_path("export/", self.export_view, "export"), *super().get_urls()]

    @method_decorator(require_POST)
    def export_view(self, request):
        """The rows of the list with its filters, at once; a long list first asks what it is needed for."""
        self.require(request, "export")
        list_url = self.transfer_url("changelist")
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(list_url)
        rows = changelist.queryset.visible_to(request.user, "export")
        count = rows.count()
        back = f"{list_url}?{request.GET.urlencode()}"
        if count > EXPORT_LIMIT:
            words = _("The list has more than %(limit)s rows. Narrow it with the filters first.")
            messages.error(request, words % {"limit": format_int(EXPORT_LIMIT)})
            return redirect(back)
        resource, filters = self.resource_class(request.user), filters_in_words(changelist)
        form = ExportForm(request.POST if "reason" in request.POST else None)
        if domain.needs_reason(count) and not form.is_valid():
            return self._reason_page(request, form, resource, count, filters=filters, list_url=back)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            content = domain.export(user=request.user, resource=resource, queryset=rows, filters=filters, reason=reason)
        except domain.ExportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
        return self.workbook(content)

    def _reason_page(self, request, form, resource, count, **context):
        context |= {
            **self.admin_site.each_context(request),
            "title": _("Export %(names)s to Excel") % {"names": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "columns": [column.title for column in resource.fields.values()],
            "count": format_int(count),
            "limit": format_int(settings.EXPORT_REASON_ROWS),
            "left": format_int(domain.rows_left_today(request.user)),
        }
        return TemplateResponse(request, "transfers/export.html", context)
