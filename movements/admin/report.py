from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import path, reverse
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
from movements.admin.filters import StandingFilter, WaitingFilter
from movements.admin.forms import ExtendForm, ReceiveForm, ReportForm
from movements.domain import report as domain
from movements.enums import Standing
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
FROM_BOARD = "board"


@admin.register(Report)
class ReportAdmin(SaveAndSendMixin, ExportMixin, RecordAdmin):
    """The reports: for a unit a short form and one button, for the Ban a list of who has sent."""

    form = ReportForm
    resource_class = ReportResource
    list_display = ["period", "unit", "due_on", "standing_label", "state", "came_words", "models_count"]
    list_display_links = ["period", "unit"]
    list_filter = [ChargeFilter, "state", "period", "unit", StandingFilter, WaitingFilter]
    list_select_related = ["period", "unit"]
    search_fields = ["unit__search_text"]
    transition_forms = {"receive": ReceiveForm, "extend": ExtendForm}
    transition_functions = {
        "submit": domain.submit,
        "receive": domain.receive_elsewhere,
        "accept": domain.accept,
        "return": domain.return_,
        "exempt": domain.exempt,
        "reopen": domain.reopen,
        "extend": domain.extend,
    }
    readonly_fields = ["period", "unit", "due_words", "standing_words", "state", "came_words", "remark", "file_links"]

    def get_fieldsets(self, request, obj=None):
        facts = [("period", "unit"), ("due_words", "standing_words"), ("state", "came_words")]
        if obj and obj.remark:
            facts.append("remark")
        contents = ["results", "difficulties", "proposals", "models_count", "file_links"]
        if obj and self.has_change_permission(request, obj):
            contents.append("attachment")
            if obj.files.exists():
                contents.append("detach")
        return [(None, {"fields": facts}), (None, {"fields": contents})]

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

    @admin.display(description=_("files"))
    @reads("files__file")
    def file_links(self, report):
        links = ((file_link(kept.file),) for kept in report.files.select_related("file"))
        return format_html_join(mark_safe("<br>"), "{}", links) or None

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

    def do_transition(self, request, obj, action, data):
        super().do_transition(request, obj, action, data)
        if action == "submit":
            now = date_format(timezone.localtime(clock.now()), "DATETIME_FORMAT")
            messages.success(request, gettext("The Ban has the report. The server's time: %(time)s.") % {"time": now})

    def url_before(self, request, obj):
        if request.GET.get("from") != FROM_BOARD:
            return super().url_before(request, obj)
        return board_url(request)

    def transition_view(self, request, object_id, action):
        """Whoever came from the board goes back to it."""
        response = super().transition_view(request, object_id, action)
        if response.status_code == 302 and request.GET.get("from") == FROM_BOARD:
            return HttpResponseRedirect(board_url(request))
        return response

    # --- board ----------------------------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.board)
        return [path("board/", view, name="movements_board"), *super().get_urls()]

    def board(self, request):
        return board_view(self, request)


def board_url(request):
    """The board as it was when the reader left it for a deed."""
    query = request.GET.copy()
    query.pop("from", None)
    return f"{reverse('admin:movements_board')}?{query.urlencode()}"
