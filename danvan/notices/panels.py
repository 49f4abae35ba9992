"""What this app puts on the start page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.panels import Card, Task
from danvan.calendar.working_days import days_between
from danvan.notices.domain.unreached import count_units_without_recipient
from danvan.notices.models import InboxMessage, Reconciliation
from danvan.notices.sources import sources
from danvan.organization.models import Unit


def tasks_of(code, rows):
    """*rows* of the source *code*, which are owed and came through the door, as tasks."""
    today = clock.today()
    return [
        Task(duty.title, duty.url, duty.due_on, days_between(today, duty.due_on), duty.unit_name)
        for duty in sources()[code].duties(rows.values_list("pk", flat=True)).values()
    ]


def unread_of(user):
    """How many notices *user* has not read yet."""
    return InboxMessage.objects.visible_to(user).unread().count()


def unread_notices(user, page):
    if count := unread_of(user):
        url = reverse("admin:notices_inboxmessage_changelist") + "?unread=1"
        page.cards.append(Card(title=_("Notices not read yet"), count=count, url=url))


def missing_reminders(user, page):
    """For who reads the checks, a red card when the last one found that reminders are missing."""
    if not user.has_perm("notices.view_reconciliation"):
        return
    last = Reconciliation.objects.visible_to(user).order_by("-ran_at", "-pk").first()
    if last and last.missing:
        url = reverse("admin:notices_reconciliation_change", args=[last.pk])
        page.cards.append(Card(title=_("Reminders that are missing"), count=last.missing, url=url, tone="bad"))


def unreached_units(user, page):
    """For who reads the ledger, of how many units that owe something nobody would hear of it."""
    if not user.has_perm("notices.view_reminder"):
        return
    if count := count_units_without_recipient(Unit.objects.visible_to(user)):
        url = reverse("admin:notices_reminder_without_recipient")
        page.cards.append(Card(title=_("Units with nobody to remind"), count=count, url=url))
