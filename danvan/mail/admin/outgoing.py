from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from danvan.access.admin import ScopedListFilter
from danvan.access.visibility import reads
from danvan.access.widgets import QuickDropdownForm
from danvan.history.admin import RecordAdmin
from danvan.mail import domain
from danvan.mail.admin.kept import KeptMailsMixin
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail

TONES = {
    MailState.QUEUED: "info",
    MailState.IN_FLIGHT: "info",
    MailState.WAITING: "warning",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.EXPIRED: "default",
}


DAYS = {"today": 1, "week": 7, "month": 30}


class PeriodFilter(ScopedListFilter, DropdownFilter):
    """When the mail was made. The line on the start page leads to the last 7 days."""

    title = _("time")
    parameter_name = "when"
    reads = ("created_at",)
    form_class = QuickDropdownForm

    def lookups(self, request, model_admin):
        return [("today", _("today")), ("week", _("the last 7 days")), ("month", _("the last 30 days"))]

    def queryset(self, request, queryset):
        days = DAYS.get(self.value())
        return queryset.of_days(days) if days else queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(KeptMailsMixin, RecordAdmin):
    """What was sent, what waits, and what could not be sent and why. Read only, but for sending again."""

    list_display = ["recipient", "subject_or_none", "state_label", "reason", "created_at", "sent_at"]
    list_display_links = ["recipient", "subject_or_none"]
    list_filter = ["state", "trouble", PeriodFilter]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["search_text"]
    actions = ["resend"]
    fields = [
        "recipient_name",
        "to",
        "subject_or_none",
        "state",
        "reason",
        "answer",
        "maybe_duplicate",
        "text",
        "created_at",
        "attempted_at",
        "sent_at",
        "not_before",
        "expires_at",
        "attempts",
        "trouble_detail",
        "message_id",
    ]
    readonly_fields = ["subject_or_none", "state", "reason", "answer", "attempted_at"]

    def has_resend_permission(self, request):
        return self.may(request, "resend")

    @admin.action(description=_("Send again"), permissions=["resend"])
    def resend(self, request, queryset):
        mails = queryset.visible_to(request.user, "resend")
        again = sum(domain.resend(mail=mail, actor=request.user) for mail in mails)
        if again:
            done = ngettext("%(count)s mail will be sent again.", "%(count)s mails will be sent again.", again)
            messages.success(request, done % {"count": again})
        if others := len(queryset) - again:
            passed_over = ngettext(
                "%(count)s mail was passed over: only what could not be sent can be sent again.",
                "%(count)s mails were passed over: only what could not be sent can be sent again.",
                others,
            )
            messages.warning(request, passed_over % {"count": others})

    @admin.display(description=_("recipient"), ordering="recipient_name")
    @reads("recipient_name", "to")
    def recipient(self, mail):
        return mail.recipient_name or mail.to

    @admin.display(description=_("subject"), empty_value=_("(written when it is sent)"))
    @reads("subject")
    def subject_or_none(self, mail):
        return mail.subject or None

    @display(
        description=_("state"),
        ordering="state",
        label=TONES,
    )
    @reads("state")
    def state_label(self, mail):
        return mail.state, mail.get_state_display()

    @admin.display(description=_("reason"), empty_value="")
    @reads("trouble", "state", "next_attempt_at", "not_before")
    def reason(self, mail):
        return mail.trouble_words or None
