"""What reporting puts on the start page, and on the page of a unit."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import permission_name
from danvan.access.panels import Card, Shortcut, Task
from danvan.calendar.working_days import days_between
from danvan.documents.rendering.handover import OpenWork
from danvan.notices.domain.duties import owed
from danvan.notices.panels import tasks_of
from movements.domain.duties import CALL
from movements.domain.punctuality import punctuality_of
from movements.enums import RegistrationState, Waiting
from movements.models import Exemplar, Registration, Report, ReportingScheme


def owed_reports(user, page):
    """The reports that *user* has to send, as tasks."""
    reports = Report.objects.visible_to(user, "submit").owed().select_related("period", "unit")
    for report in reports:
        page.tasks.append(
            Task(
                title=report.period.title,
                url=reverse("admin:movements_report_change", args=[report.pk]),
                due_on=report.asked_for_by,
                days_left=days_between(clock.today(), report.asked_for_by),
                unit=str(report.unit),
            )
        )


def returned_registrations(user, page):
    """The registrations that *user* has to complete, as tasks."""
    if not user.own_units:
        return
    for registration in Registration.objects.visible_to(user, "submit").returned().select_related("unit"):
        page.tasks.append(
            Task(
                title=_("Complete the registration: %(name)s") % {"name": registration},
                url=reverse("admin:movements_registration_change", args=[registration.pk]),
                due_on=registration.complete_by,
                days_left=registration.complete_by and days_between(clock.today(), registration.complete_by),
                unit=str(registration.unit),
            )
        )


def waiting_registrations(user, page):
    """For who accepts them, how many registrations were sent and wait."""
    if not user.has_perm("movements.accept_registration"):
        return
    count = Registration.objects.visible_to(user, "accept").submitted().count()
    url = f"{reverse('admin:movements_registration_changelist')}?charge=all&state__exact={RegistrationState.SUBMITTED}"
    page.cards.append(Card(title=_("Registrations to be accepted"), count=count, url=url))


def registrations_to_begin(user, page):
    """The calls that *user* has to answer, as tasks; to whom nobody calls, registering is offered as a shortcut."""
    if not (user.own_units and user.has_perm("movements.add_registration")):
        return
    calls = tasks_of(CALL, owed(CALL).visible_to(user).filter(unit__in=user.own_units))
    page.tasks += calls
    if not calls:
        page.shortcuts.append(Shortcut(title=_("Register a model"), url=reverse("admin:movements_registration_add")))


def waiting_reports(user, page):
    """For the Ban, how many reports are awaited, late, to be accepted, or lack their signed copy, if any does.

    Each number leads to exactly its list.
    """
    if not (user.is_of_ban and user.has_perm("movements.view_report")):
        return
    reports = Report.objects.visible_to(user)
    titles = {
        Waiting.WEEK: _("Reports due within 7 days"),
        Waiting.OVERDUE: _("Reports overdue"),
        Waiting.ACCEPT: _("Reports to be accepted"),
        Waiting.COPY: _("Signed copies missing"),
    }
    for which, title in titles.items():
        count = reports.waiting(which, clock.today()).count()
        if count or which != Waiting.COPY:
            url = f"{reverse('admin:movements_report_changelist')}?charge=all&waits={which}"
            page.cards.append(Card(title=title, count=count, url=url))


def page_of_unit(unit, user, page):
    """How many models, registrations and reports *unit* has, which reports it owes, and how punctual it was."""
    titles = {Exemplar: _("Models and exemplars"), Registration: _("Registrations"), Report: _("Reports")}
    for model, title in titles.items():
        if user.has_perm(permission_name(model, "view")):
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            count = model.objects.visible_to(user).filter(unit=unit).count()
            page.counts.append(Card(title=title, count=count, url=f"{address}?charge=all&unit__id__exact={unit.pk}"))
    if not user.has_perm("movements.view_report"):
        return
    page.duties += tasks_of(CALL, owed(CALL).visible_to(user).filter(unit=unit))
    reports = Report.objects.visible_to(user).filter(unit=unit)
    page.punctuality += punctuality_of(reports)
    for report in reports.owed().select_related("period"):
        page.duties.append(
            Task(
                title=report.period.title,
                url=reverse("admin:movements_report_change", args=[report.pk]),
                due_on=report.asked_for_by,
                days_left=days_between(clock.today(), report.asked_for_by),
            )
        )


def open_work_of_unit(unit, user):
    """What *unit* hands over beside its duties: registrations that it is writing, models at work. In printed words."""
    registrations = Registration.objects.visible_to(user).with_the_unit().filter(unit=unit)
    for registration in registrations:
        note = "bị trả lại" if registration.state == RegistrationState.RETURNED else "đang soạn"
        yield OpenWork(title=f"Đăng ký mô hình: {registration}", note=note)
    for exemplar in Exemplar.objects.visible_to(user).filter(unit=unit, discontinued_on=None):
        yield OpenWork(title=f"Mô hình, điển hình: {exemplar}", note="đang duy trì")


def reporting_schedule(user, page):
    """For who may make schemes: an office that has none is asked for its schedule."""
    may = user.is_of_ban and user.has_perm("movements.add_reportingscheme")
    if may and not ReportingScheme.objects.visible_to(user).exists():
        url = reverse("admin:movements_reportingscheme_choose")
        page.tasks.append(Task(title=_("Choose the reporting schedule of the office"), url=url))
