from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin, ScopedListFilter
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.mail.admin.outgoing import TONES as MAIL_TONES
from danvan.notices.domain.unreached import units_without_recipient
from danvan.notices.enums import Audience, ReminderState
from danvan.notices.models import Reminder
from danvan.notices.sources import label_of, sources
from danvan.organization.models import Unit

TONES = {
    ReminderState.MAILED: "info",
    ReminderState.INBOX: "warning",
    ReminderState.NOT_NEEDED: "default",
    ReminderState.MISSED: "default",
    ReminderState.NOBODY: "danger",
    **MAIL_TONES,
}
BY_HAND = "by_hand"


class SourceFilter(ScopedListFilter):
    reads = ("source",)
    title = _("duty")
    parameter_name = "source"

    def lookups(self, request, model_admin):
        return [(code, source.label) for code, source in sources().items()]

    def queryset(self, request, queryset):
        return queryset.filter(source=self.value()) if self.value() in sources() else queryset


class AudienceFilter(ScopedListFilter):
    reads = ("rule", "extra")
    title = _("whom")
    parameter_name = "audience"

    def lookups(self, request, model_admin):
        return [*Audience.choices, (BY_HAND, _("sent by hand"))]

    def queryset(self, request, queryset):
        if self.value() == BY_HAND:
            return queryset.filter(rule=None)
        return queryset.filter(rule__audience=self.value()) if self.value() in Audience.values else queryset


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyMixin, RecordAdmin):
    """Who was reminded of what, when, and what came of it. To be read only."""

    list_display = ["planned_at", "unit", "duty_text", "due_on", "step_words", "recipient_words", "outcome"]
    list_filter = ["state", AudienceFilter, SourceFilter, "unit"]
    list_select_related = ["unit", "rule", "extra", "user", "mail"]
    search_fields = ["unit__search_text"]
    date_hierarchy = "planned_at"
    fields = readonly_fields = [
        "duty_text",
        "source_words",
        "unit",
        "due_on",
        "step_words",
        "audience_words",
        "recipient_words",
        "outcome",
        "planned_at",
        "mail_link",
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(self.without_recipient)
        return [path("without-recipient/", view, name="notices_reminder_without_recipient"), *super().get_urls()]

    def without_recipient(self, request):
        """The units that owe something and of which nobody would hear of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _now("Units with nobody to remind"),
            "rows": units_without_recipient(Unit.objects.visible_to(request.user)),
        }
        return TemplateResponse(request, "notices/without_recipient.html", context)

    @admin.display(description=_("kind of duty"))
    @reads("source")
    def source_words(self, reminder):
        return label_of(reminder.source)

    @admin.display(description=_("step"), ordering="rule__offset_days")
    @reads("rule__offset_days", "extra")
    def step_words(self, reminder):
        return step_words(reminder.rule.offset_days) if reminder.rule else _("sent by hand")

    @admin.display(description=_("whom"))
    @reads("rule__audience", "extra")
    def audience_words(self, reminder):
        words = Audience(reminder.words.audience).label
        if reminder.rule:
            return words
        return _("%(whom)s; sent by hand by %(sender)s") % {"whom": words, "sender": reminder.extra.sent_by}

    @admin.display(description=_("recipient"))
    @reads("user", "address")
    def recipient_words(self, reminder):
        return reminder.user or reminder.address or None

    @display(description=_("outcome"), ordering="state", label=TONES)
    @reads("state", "mail__state")
    def outcome(self, reminder):
        """Of a mailed reminder what became of the mail, otherwise its own state."""
        if reminder.state == ReminderState.MAILED and reminder.mail:
            trouble = reminder.mail.trouble_words
            words = reminder.mail.get_state_display()
            return reminder.mail.state, f"{words}: {trouble}" if trouble else words
        return reminder.state, reminder.get_state_display()

    @admin.display(description=_("mail"))
    @reads("mail")
    def mail_link(self, reminder):
        if reminder.mail is None:
            return None
        url = reverse("admin:mail_outgoingmail_change", args=[reminder.mail_id])
        return format_html('<a href="{}">{}</a>', url, reminder.mail)


def step_words(offset_days):
    """A step as officials say it."""
    if offset_days < 0:
        return _("%(days)s days before") % {"days": -offset_days}
    if offset_days == 0:
        return _("on the day itself")
    return _("%(days)s days after") % {"days": offset_days}
