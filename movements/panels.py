"""What reporting puts on the start page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.panels import Card, Task
from danvan.calendar.working_days import days_between
from movements.enums import Waiting
from movements.models import Report


def owed_reports(user, page):
    """The reports that *user* has to send, as tasks."""
    reports = Report.objects.visible_to(user, "submit").owed().select_related("period", "unit")
    for report in reports:
        page.tasks.append(
            Task(
                title=report.period.title,
                url=reverse("admin:movements_report_change", args=[report.pk]),
                due_on=report.due_on,
                days_left=days_between(clock.today(), report.due_on),
                unit=str(report.unit),
            )
        )


def waiting_reports(user, page):
    """For the Ban, how many reports are awaited, late or to be accepted. Each number leads to exactly its list."""
    if not (user.is_of_ban and user.has_perm("movements.view_report")):
        return
    reports = Report.objects.visible_to(user)
    titles = {
        Waiting.WEEK: _("Reports due within 7 days"),
        Waiting.OVERDUE: _("Reports overdue"),
        Waiting.ACCEPT: _("Reports to be accepted"),
    }
    for which, title in titles.items():
        url = f"{reverse('admin:movements_report_changelist')}?waits={which}"
        page.cards.append(Card(title=title, count=reports.waiting(which, clock.today()).count(), url=url))
