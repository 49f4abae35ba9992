from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.mail.models import OutgoingMail
from danvan.notices.admin.reminder import step_words
from danvan.notices.domain.reconciliation import reconcile
from danvan.notices.enums import Fault
from danvan.notices.models import Reconciliation, Reminder
from danvan.notices.sources import label_of, sources
from danvan.organization.models import Unit, User


@dataclass(frozen=True)
class Line:
    """A difference as the page shows it. ``url`` leads to the duty, to its row in the ledger, or to its mail."""

    unit: Unit | None
    duty: str
    url: str
    due_on: date | None
    step: str
    wrong: str
    recipient: str


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyMixin, RecordAdmin):
    """What was due against what was delivered: the last check above, those before as a list. A button checks now."""

    list_display = ["ran_at", "result", "due", "delivered", "waiting", "settled", "unreachable", "missing"]
    list_before_template = "notices/reconciliation.html"
    change_form_outer_before_template = "notices/reconciliation.html"  # outside the form: it has one of its own
    readonly_fields = ["ran_at"]
    fields = ["ran_at"]
    date_hierarchy = "ran_at"

    def get_urls(self):
        view = self.admin_site.admin_view(self.run)
        return [path("run/", view, name="notices_reconciliation_run"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        last = Reconciliation.objects.visible_to(request.user).order_by("-ran_at", "-pk").first()
        return super().changelist_view(request, {**self.about(request, last), **(extra_context or {})})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        check = self.get_object(request, object_id) if object_id else None
        context = {**self.about(request, check), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def about(self, request, check):
        return {
            "check": check,
            "lines": lines_of(check, request.user) if check else [],
            "may_run": self.may(request, "run"),
        }

    def run(self, request):
        """POST compares now."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.may(request, "run"):
            return self._get_obj_does_not_exist_redirect(request, self.opts, "")
        missing = reconcile().missing
        if missing:
            words = ngettext("%(count)s reminder is missing.", "%(count)s reminders are missing.", missing)
            messages.error(request, words % {"count": missing})
        else:
            messages.success(request, _("Nothing is missing."))
        return HttpResponseRedirect(reverse("admin:notices_reconciliation_changelist"))

    @display(description=_("result"), ordering="missing", label={"bad": "danger", "good": "success"})
    @reads("missing")
    def result(self, check):
        return ("bad", _("differs")) if check.missing else ("good", _("agrees"))


def lines_of(check, user):
    """The differences of *check* as *user* reads them. A few queries, however many there are."""
    found = [{**one, "fault": Fault(one["fault"])} for one in check.differences if one["fault"] in Fault.values]
    units = Unit.objects.visible_to(user).in_bulk({one["unit"] for one in found if "unit" in one})
    people = User.objects.visible_to(user).in_bulk({one["user"] for one in found if "user" in one})
    rows = Reminder.objects.visible_to(user).in_bulk({one["reminder"] for one in found if "reminder" in one})
    mails = OutgoingMail.objects.visible_to(user).in_bulk({one["mail"] for one in found if "mail" in one})
    duties = duties_of(found)
    return [line_of(one, units, people, rows, mails, duties) for one in found]


def duties_of(found):
    wanted = defaultdict(set)
    for one in found:
        if one.get("source") in sources():
            wanted[one["source"]].add(one["object_id"])
    return {(code, pk): duty for code, ids in wanted.items() for pk, duty in sources()[code].duties(ids).items()}


def line_of(one, units, people, rows, mails, duties):
    duty = duties.get((one.get("source"), one.get("object_id")))
    row, mail = rows.get(one.get("reminder")), mails.get(one.get("mail"))
    url = ""
    if row:
        url = reverse("admin:notices_reminder_change", args=[row.pk])
    elif duty:
        url = duty.url
    elif mail:
        url = reverse("admin:mail_outgoingmail_change", args=[mail.pk])
    title = (row and row.duty_text) or (duty and duty.title) or (mail and mail.subject) or ""
    recipient = people.get(one.get("user")) or (row and row.address) or (mail and mail.recipient_name) or ""
    return Line(
        unit=units.get(one.get("unit")),
        duty=title or (label_of(one["source"]) if "source" in one else ""),
        url=url,
        due_on=date.fromisoformat(one["due_on"]) if "due_on" in one else None,
        step=step_words(one["offset_days"]) if "offset_days" in one else "",
        wrong=one["fault"].label,
        recipient=str(recipient),
    )
