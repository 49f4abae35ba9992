from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.documents.links import file_link
from danvan.history.admin import RecordAdmin
from danvan.notices.domain.settlements import withdraw
from danvan.notices.enums import SettlementKind
from danvan.notices.models import Settlement
from danvan.notices.sources import label_of
from danvan.workflow.admin import RecordPages
from danvan.workflow.forms import ReasonForm

TONES = {
    SettlementKind.RECEIVED: "success",
    SettlementKind.EXEMPT: "default",
    SettlementKind.EXTENDED: "info",
    "withdrawn": "warning",
}


@admin.register(Settlement)
class SettlementAdmin(RecordPages, ReadOnlyMixin, RecordAdmin):
    """What was recorded of duties beside the system. It is recorded on the page of open duties, and taken back here."""

    list_display = ["duty_text", "unit", "due_on", "kind_label", "came_words", "recorded_by", "recorded_at"]
    list_filter = ["kind", "channel", "unit"]
    list_select_related = ["unit", "recorded_by"]
    search_fields = ["unit__search_text"]
    date_hierarchy = "recorded_at"
    facts = ["duty_text", "source_words", "unit", "due_on", "kind_words"]
    details = {
        SettlementKind.RECEIVED: ["came_words", "document_date", "file_words"],
        SettlementKind.EXEMPT: ["reason"],
        SettlementKind.EXTENDED: ["new_due_on", "reason"],
    }
    record = ["recorded_by", "recorded_at", "withdrawn_at"]
    readonly_fields = [*facts, *sorted({name for names in details.values() for name in names}), *record]
    change_form_outer_before_template = "notices/settlement_panel.html"

    def get_urls(self):
        return [self.page("withdraw/", self.withdraw), *super().get_urls()]

    def get_fields(self, request, obj=None):
        """What there is to say of its kind."""
        record = self.record if obj.withdrawn_at else self.record[:-1]
        return [*self.facts, *self.details[obj.kind], *record]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_withdraw"] = obj.withdrawn_at is None and self.may(request, "withdraw", obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def withdraw(self, request, object_id):
        """GET asks for the reason, POST takes it back: the duty is owed again."""
        settlement = self.get_object(request, str(object_id))
        if settlement is None or settlement.withdrawn_at or not self.may(request, "withdraw", settlement):
            return self.missing(request, object_id)
        form = ReasonForm(request.POST or None)
        form.fields["reason"].required = True
        return self.form_page(
            request,
            settlement,
            form,
            lambda data: withdraw(settlement=settlement, actor=request.user, **data),
            title=_now("Take back"),
            button=_now("Take back"),
            done=_now("Taken back: the duty is owed again."),
            tone="danger",
        )

    @admin.display(description=_("kind of duty"))
    @reads("source")
    def source_words(self, settlement):
        return label_of(settlement.source)

    @display(description=_("how"), ordering="kind", label=TONES)
    @reads("kind", "withdrawn_at")
    def kind_label(self, settlement):
        return "withdrawn" if settlement.withdrawn_at else settlement.kind, self.kind_words(settlement)

    @admin.display(description=_("how"))
    @reads("kind", "withdrawn_at")
    def kind_words(self, settlement):
        how = settlement.get_kind_display()
        return _now("%(how)s, taken back") % {"how": how} if settlement.withdrawn_at else how

    @admin.display(description=_("came"), ordering="arrived_on")
    @reads("arrived_on", "channel", "number")
    def came_words(self, settlement):
        """When and how it came, with the number of the document."""
        if not settlement.arrived_on:
            return None
        parts = [date_format(settlement.arrived_on), settlement.get_channel_display(), settlement.number]
        return ", ".join(part for part in parts if part)

    @admin.display(description=_("scan"))
    @reads("file")
    def file_words(self, settlement):
        return file_link(settlement.file) if settlement.file else None
