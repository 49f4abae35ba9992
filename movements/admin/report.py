from collections import defaultdict

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from danvan import clock
from danvan.access.visibility import reads
from danvan.documents.links import file_link
from danvan.history.admin import RecordAdmin
from danvan.organization.filters import ChargeFilter
from danvan.transfers.admin import ExportMixin
from danvan.workflow.admin import SaveAndSendMixin
from movements.admin.board import board_view
from movements.admin.cell import CellMixin
from movements.admin.filters import StandingFilter, WaitingFilter
from movements.admin.forms import ExtendForm, ReceiveForm, ReportForm, ReturnForm, SignedCopyForm
from movements.admin.pressing import pressing
from movements.admin.punctuality import punctuality_view
from movements.admin.selected import MOST, SelectedMixin
from movements.domain import report as domain
from movements.enums import ReportState, Standing, Waiting
from movements.models import Report
from movements.resources.report import ReportResource

TONES = {
    Standing.ON_TIME: "success",
    Standing.LATE: "warning",
    Standing.RECEIVED: "info",
    Standing.RETURNED: "warning",
    Standing.OPEN: "default",
    Standing.OVERDUE: "danger",
    Standing.EXEMPT: "default",
}
SIGNED = ("signed_number", "signed_on", "signed_by", "signed_copy")


@admin.register(Report)
class ReportAdmin(CellMixin, SelectedMixin, SaveAndSendMixin, ExportMixin, RecordAdmin):
    """The reports: for a unit a short form and one button, for the Ban a list of who has sent."""

    form = ReportForm
    resource_class = ReportResource
    list_display = ["period", "unit", "due_on", "standing_label", "state", "came_words", "models_count"]
    list_display_links = ["period", "unit"]
    list_filter = [ChargeFilter, "state", "period", "unit", StandingFilter, WaitingFilter]
    list_select_related = ["period", "unit"]
    list_after_template = "movements/late.html"
    search_fields = ["unit__search_text"]
    transition_forms = {"receive": ReceiveForm, "extend": ExtendForm, "return": ReturnForm, "copy": SignedCopyForm}
    transition_functions = {
        "submit": domain.submit,
        "receive": domain.receive_elsewhere,
        "accept": domain.accept,
        "return": domain.return_,
        "exempt": domain.exempt,
        "reopen": domain.reopen,
        "extend": domain.extend,
        "copy": domain.attach_signed_copy,
    }
    readonly_fields = [
        "period",
        "unit",
        "figures_words",
        "due_words",
        "standing_words",
        "state",
        "came_words",
        "complete_by",
        "remark",
        "signed_words",
        "file_links",
    ]

    def get_fieldsets(self, request, obj=None):
        facts = [("period", "unit"), ("figures_words", "due_words"), ("standing_words", "state"), "came_words"]
        if obj and obj.state == ReportState.RETURNED:
            facts.append("complete_by")
        if obj and obj.remark:
            facts.append("remark")
        contents = ["results", "difficulties", "proposals", "models_count", "file_links"]
        if obj is None or not self.has_change_permission(request, obj):
            signed = ["signed_words"] if obj and self.signed_words(obj) else []
            return self.without_hidden(request, [(None, {"fields": facts}), (None, {"fields": contents + signed})], obj)
        contents.append("attachment")
        if obj.files.exists():
            contents.append("detach")
        signed = {"fields": [("signed_number", "signed_on"), "signed_by", "signed_copy"], "classes": ["collapse"]}
        return [(None, {"fields": facts}), (None, {"fields": contents}), (_("Signed copy"), signed)]

    def has_change_permission(self, request, obj=None):
        """Contents are locked while the report lies with the Ban and once it is accepted."""
        return super().has_change_permission(request, obj) and (obj is None or obj.takes_contents)

    # --- lists ----------------------------------------------------------------------------------------------------

    @display(description=_("standing"), ordering="due_on", label=TONES)
    @reads("state", "due_on", "came_on")
    def standing_label(self, report):
        standing = report.standing_on(clock.today())
        return standing.value, standing.label

    @admin.display(description=_("standing"))
    @reads("state", "due_on", "came_on")
    def standing_words(self, report):
        return report.standing_words

    @admin.display(description=_("came"), ordering="came_on")
    @reads("came_on", "arrived_on", "channel", "number")
    def came_words(self, report):
        """When it came, and how when it was not typed here."""
        if report.arrived_on:
            parts = [date_format(report.arrived_on), report.get_channel_display(), report.number]
            return ", ".join(part for part in parts if part)
        if report.first_submitted_at:
            return date_format(timezone.localtime(report.first_submitted_at), "DATETIME_FORMAT")
        return None

    @admin.display(description=_("due on"))
    @reads("due_on", "extensions")
    def due_words(self, report):
        """The due date, and from which day it was moved."""
        moves = [str(extension) for extension in report.extensions.all()]
        if not moves:
            return date_format(report.due_on)
        return _("%(date)s (extended: %(moves)s)") % {"date": date_format(report.due_on), "moves": ", ".join(moves)}

    @admin.display(description=_("figures from – to"))
    @reads("data_from", "data_to", "period")
    def figures_words(self, report):
        """The days that the figures are about: the period's, or those of the unit's own."""
        first, last = report.data_from or report.period.data_from, report.data_to or report.period.data_to
        return f"{date_format(first)} – {date_format(last)}"

    @admin.display(description=_("signed copy"))
    @reads("number", "document_date", "signer")
    def signed_words(self, report):
        """Number, day and signer of the paper behind what was typed here."""
        day = report.document_date and date_format(report.document_date)
        return ", ".join(part for part in (report.number, day, report.signer) if part) or None

    @admin.display(description=_("files"))
    @reads("files__file")
    def file_links(self, report):
        links = (
            (file_link(kept.file), _(" (signed copy)") if kept.is_signed_copy else "")
            for kept in report.files.select_related("file")
        )
        return format_html_join(mark_safe("<br>"), "{}{}", links) or None

    # --- saving and sending ---------------------------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            # Another upload of the same person took the last room after this form was checked. Nothing was saved.
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(request.path)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        for kept in form.cleaned_data.get("detach") or ():
            domain.detach(kept=kept, actor=request.user)
        if upload := form.cleaned_data.get("attachment"):
            domain.attach(report=obj, upload=upload, actor=request.user)
        if not set(SIGNED).isdisjoint(form.changed_data):
            domain.write_signed_copy(
                report=obj,
                actor=request.user,
                upload=form.cleaned_data["signed_copy"],
                number=form.cleaned_data["signed_number"],
                document_date=form.cleaned_data["signed_on"],
                signer=form.cleaned_data["signed_by"],
            )

    def do_transition(self, request, obj, action, data):
        super().do_transition(request, obj, action, data)
        if action == "submit":
            now = date_format(timezone.localtime(clock.now()), "DATETIME_FORMAT")
            messages.success(request, gettext("The Ban has the report. The server's time: %(time)s.") % {"time": now})

    def changelist_view(self, request, extra_context=None):
        """A list of what is overdue carries what is said to these units, as the board does."""
        answer = super().changelist_view(request, extra_context)
        listed = getattr(answer, "context_data", None) or {}
        overdue = {request.GET.get("standing"), request.GET.get("waits")} & {Standing.OVERDUE, Waiting.OVERDUE}
        if overdue and "cl" in listed and request.user.is_of_ban:
            rows = listed["cl"].queryset.select_related("period__scheme", "unit")[:MOST]
            by_period = defaultdict(list)
            for report in rows:
                by_period[report.period].append(report)
            answer.context_data |= pressing(request.user, by_period.items(), clock.today(), request.get_full_path())
        return answer

    # --- board ----------------------------------------------------------------------------------------------------

    def get_urls(self):
        return [
            path("board/", self.admin_site.admin_view(self.board), name="movements_board"),
            path("punctuality/", self.admin_site.admin_view(self.punctuality), name="movements_punctuality"),
            *super().get_urls(),
        ]

    def board(self, request):
        return board_view(self, request)

    def punctuality(self, request):
        return punctuality_view(self, request)
