from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.mail.admin.outgoing import TONES as MAIL_TONES
from danvan.notices.enums import ReminderState
from danvan.notices.models import Reminder
from danvan.notices.sources import label_of

TONES = {
    ReminderState.MAILED: "info",
    ReminderState.INBOX: "warning",
    ReminderState.NOT_NEEDED: "default",
    ReminderState.MISSED: "default",
    ReminderState.NOBODY: "danger",
    **MAIL_TONES,
}


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyMixin, RecordAdmin):
    """Who was reminded of what, when, and what came of it. To be read only."""

    list_display = ["planned_at", "unit", "duty_text", "due_on", "step_words", "recipient_words", "outcome"]
    list_filter = ["state", "unit"]
    list_select_related = ["unit", "rule", "user", "mail"]
    search_fields = ["unit__search_text"]
    date_hierarchy = "planned_at"
    fields = readonly_fields = [
        "duty_text",
        "source_words",
        "unit",
        "due_on",
        "step_words",
        "recipient_words",
        "outcome",
        "planned_at",
        "mail_link",
    ]

    @admin.display(description=_("kind of duty"))
    @reads("source")
    def source_words(self, reminder):
        return label_of(reminder.source)

    @admin.display(description=_("step"), ordering="rule__offset_days")
    @reads("rule__offset_days")
    def step_words(self, reminder):
        return step_words(reminder.rule.offset_days)

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
