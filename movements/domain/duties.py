"""What units owe of the movement, as duties that reminders can speak of: reports, registrations, what came back."""

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from danvan.history.moments import day_of_last
from danvan.notices.domain.default_rules import COMPLETING, DOSSIERS, LONGER, MONTHLY, ensure_default_rules
from danvan.notices.sources import Duty, Source, register_source
from movements.domain import report as reports
from movements.enums import CampaignState, PeriodKind, PeriodState, RegistrationState, ReportState
from movements.models import Registration, RegistrationCall, Report

REPORT = "movements.report"
RETURNED_REPORT = "movements.returned_report"
CALL = "movements.registration"
RETURNED_REGISTRATION = "movements.returned_registration"
LABELS = {
    PeriodKind.MONTH: _("monthly reports"),
    PeriodKind.QUARTER: _("quarterly reports"),
    PeriodKind.HALF_YEAR: _("six-month reports"),
    PeriodKind.NINE_MONTHS: _("nine-month reports"),
    PeriodKind.YEAR: _("yearly reports"),
    PeriodKind.ONE_OFF: _("reports asked for once"),
}


def source_of(kind):
    """The code of the reminder source for reports of schemes of *kind*."""
    return f"{REPORT}.{kind}"


class ReportSource(Source):
    """Reports, which keep the record of how they came, of exemptions and extensions by themselves."""

    keeps_own_record = True
    made_by = "period"

    def duties(self, object_ids):
        rows = self.open().filter(pk__in=object_ids).select_related("period", "unit").order_by()
        rows = rows.only("unit", self.due, "period__title", "unit__name")  # a pass of the planner reads thousands
        return {
            row.pk: Duty(
                object_id=row.pk,
                unit_id=row.unit_id,
                unit_name=row.unit.name,
                due_on=getattr(row, self.due),
                title=row.period.title,
                url=reverse("admin:movements_report_change", args=[row.pk]),
            )
            for row in rows
        }

    def may(self, actor, deed):
        return actor.has_perm(f"movements.{deed}_report")

    def receive(self, object_id, **came):
        reports.receive_elsewhere(obj=self._report(object_id), **came)

    def exempt(self, object_id, **values):
        reports.exempt(obj=self._report(object_id), **values)

    def extend(self, object_id, **values):
        reports.extend(obj=self._report(object_id), **values)

    @staticmethod
    def _report(object_id):
        return Report.objects.select_related("period", "unit").get(pk=object_id)


class AwaitedReports(ReportSource):
    """The reports that never came, of the schemes of one kind: a month and a year are not reminded of alike."""

    def __init__(self, kind):
        self.kind = kind
        self.label = LABELS[kind]

    def open(self):
        return Report.objects.awaited().filter(period__scheme__kind=self.kind)


class ReturnedReports(ReportSource):
    """Reports that came and were given back. They are owed by a day of their own, and not late for having come back."""

    label = _("reports to be completed")
    due = "complete_by"
    since = "returned_on"

    def open(self):
        returned = Report.objects.filter(state=ReportState.RETURNED, period__state=PeriodState.OPEN)
        returned_on = day_of_last(Report, "report.return", "report.reopen")
        return returned.filter(complete_by__isnull=False).annotate(returned_on=returned_on)


class RegistrationCalls(Source):
    """That a unit registers a model at all in a movement. Its own draft of one is where it goes on."""

    label = _("registrations of models")
    made_by = "campaign"

    def open(self):
        return RegistrationCall.objects.unanswered()

    def duties(self, object_ids):
        calls = self.open().filter(pk__in=object_ids).select_related("campaign", "unit").order_by()
        drafts = self._drafts(calls)
        return {
            call.pk: Duty(
                object_id=call.pk,
                unit_id=call.unit_id,
                unit_name=call.unit.name,
                due_on=call.due_on,
                title=_now("Registration of models: %(campaign)s") % {"campaign": call.campaign},
                url=self._url(call, drafts),
            )
            for call in calls
        }

    @staticmethod
    def _drafts(calls):
        """The newest draft of each unit and movement."""
        pairs = {(call.campaign_id, call.unit_id) for call in calls}
        begun = Registration.objects.filter(
            state=RegistrationState.DRAFT,
            campaign__in={campaign for campaign, _unit in pairs},
            unit__in={unit for _campaign, unit in pairs},
        )
        begun = begun.order_by("pk").values_list("pk", "campaign", "unit")
        return {(campaign, unit): pk for pk, campaign, unit in begun}

    @staticmethod
    def _url(call, drafts):
        if draft := drafts.get((call.campaign_id, call.unit_id)):
            return reverse("admin:movements_registration_change", args=[draft])
        return f"{reverse('admin:movements_registration_add')}?campaign={call.campaign_id}"


class ReturnedRegistrations(Source):
    """Registrations that came back to their unit to be completed."""

    label = _("registrations to be completed")
    due = "complete_by"
    since = "returned_on"

    def open(self):
        returned = Registration.objects.returned().filter(campaign__state=CampaignState.LAUNCHED)
        returned_on = day_of_last(Registration, "registration.return")
        return returned.filter(complete_by__isnull=False).annotate(returned_on=returned_on)

    def duties(self, object_ids):
        rows = self.open().filter(pk__in=object_ids).select_related("unit").order_by()
        return {
            row.pk: Duty(
                object_id=row.pk,
                unit_id=row.unit_id,
                unit_name=row.unit.name,
                due_on=row.complete_by,
                title=_now("Registration of the model “%(name)s”") % {"name": row},
                url=reverse("admin:movements_registration_change", args=[row.pk]),
            )
            for row in rows
        }


def register():
    for kind in PeriodKind:
        register_source(source_of(kind), AwaitedReports(kind))
    register_source(RETURNED_REPORT, ReturnedReports())
    register_source(CALL, RegistrationCalls())
    register_source(RETURNED_REGISTRATION, ReturnedRegistrations())


STEPS = {
    **{source_of(kind): MONTHLY if kind == PeriodKind.MONTH else LONGER for kind in PeriodKind},
    RETURNED_REPORT: COMPLETING,
    CALL: DOSSIERS,
    RETURNED_REGISTRATION: COMPLETING,
}


def ensure_rules():
    """Give each kind of duty that has no reminder rule the usual steps. Returns how many rules were made."""
    return sum(ensure_default_rules(source=code, steps=steps) for code, steps in STEPS.items())
