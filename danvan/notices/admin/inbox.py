from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin, ScopedListFilter
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.notices.domain import inbox
from danvan.notices.models import InboxMessage


class UnreadFilter(ScopedListFilter):
    reads = ("read_at",)
    title = _("read or not")
    parameter_name = "unread"

    def lookups(self, request, model_admin):
        return [("1", _("not read yet"))]

    def queryset(self, request, queryset):
        return queryset.unread() if self.value() == "1" else queryset


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyMixin, RecordAdmin):
    """One's own notices. Looking at one changes nothing; a button marks it as read."""

    list_display = ["title", "read_label", "unit", "sent_at"]
    list_filter = [UnreadFilter]
    list_select_related = ["unit"]
    search_fields = ["title"]
    actions = ["mark_read"]
    fields = readonly_fields = ["title", "body", "unit", "sent_at", "read_at"]
    change_form_outer_before_template = "notices/message_panel.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.read_view)
        return [path("<int:object_id>/read/", view, name="notices_inboxmessage_read"), *super().get_urls()]

    def read_view(self, request, object_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        message = self.get_object(request, str(object_id))
        if message is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        inbox.mark_read(message=message, actor=request.user)
        return HttpResponseRedirect(message.url or reverse("admin:notices_inboxmessage_changelist"))

    @admin.action(description=_("Mark as read"), permissions=["view"])
    def mark_read(self, request, queryset):
        count = inbox.mark_all_read(messages=queryset)
        words = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", count)
        messages.success(request, words % {"count": count})

    @display(description=_("state"), ordering="read_at", label={"unread": "warning", "read": "default"})
    @reads("read_at")
    def read_label(self, message):
        return ("read", pgettext("notice", "read")) if message.read_at else ("unread", _("not read yet"))
