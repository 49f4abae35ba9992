"""The states of what the movement keeps, as tables: from, deed, to, words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from danvan import clock
from danvan.history.actions import LABELS
from danvan.organization.domain.units.addressed import units_addressed
from danvan.organization.rules import unit_has_ended
from danvan.workflow import Transition, Workflow
from movements.enums import CampaignState, PeriodState, RegistrationState, RegistrationStatus, ReportState

# --- the movement of a year -------------------------------------------------------------------------------------------

CAMPAIGN = Workflow(
    "movements.campaign",
    (
        Transition(
            "launch",
            (CampaignState.DRAFT,),
            CampaignState.LAUNCHED,
            _("Launch"),
            _("launched the movement"),
            tone="primary",
        ),
        Transition(
            "conclude",
            (CampaignState.LAUNCHED,),
            CampaignState.CONCLUDED,
            _("Conclude"),
            _("concluded the movement"),
        ),
    ),
)

LABELS["report.redate"] = _("the due date was moved with the period")
LABELS["reportingperiod.stuck"] = _("could not be opened by itself")
LABELS["exemplar.join"] = _("took in a model of the same name")
LABELS["campaign.call"] = _("called units to register")

# --- registrations ----------------------------------------------------------------------------------------------------


def registration_can_be_sent(registration, actor):
    """Sent while the movement runs and not before the window opens. A late one is taken, and shows as late."""
    campaign = registration.campaign
    if campaign.state != CampaignState.LAUNCHED:
        return _("The movement is not open.")
    if clock.today() < campaign.registration_opens:
        return _("Registration opens on %(date)s.") % {"date": campaign.registration_opens.strftime("%d/%m/%Y")}
    if registration.status == RegistrationStatus.CONTINUED and registration.exemplar_id is None:
        return _("Choose the model that this registration continues.")
    return None


REGISTRATION = Workflow(
    "movements.registration",
    (
        Transition(
            "submit",
            (RegistrationState.DRAFT, RegistrationState.RETURNED),
            RegistrationState.SUBMITTED,
            _("Send the registration"),
            _("sent the registration"),
            guard=registration_can_be_sent,
            tone="primary",
        ),
        Transition(
            "accept",
            (RegistrationState.SUBMITTED,),
            RegistrationState.ACCEPTED,
            pgettext_lazy("button", "Accept"),
            _("accepted the registration"),
            tone="primary",
        ),
        Transition(
            "return",
            (RegistrationState.SUBMITTED,),
            RegistrationState.RETURNED,
            _("Return to be completed"),
            _("returned the registration to be completed"),
            reason_required=True,
        ),
        Transition(
            "recognise",
            (RegistrationState.ACCEPTED,),
            RegistrationState.RECOGNISED,
            _("Recognise"),
            _("recognised the model"),
            tone="primary",
        ),
        Transition(
            "decline",
            (RegistrationState.SUBMITTED, RegistrationState.ACCEPTED),
            RegistrationState.DECLINED,
            _("Do not recognise"),
            _("did not recognise the model"),
            reason_required=True,
            tone="danger",
        ),
        # Follows from the dissolution of its unit; nobody holds a right to it.
        Transition(
            "end_with_unit",
            (
                RegistrationState.DRAFT,
                RegistrationState.SUBMITTED,
                RegistrationState.RETURNED,
                RegistrationState.ACCEPTED,
            ),
            RegistrationState.DECLINED,
            _("Close with its unit"),
            _("closed, for its unit is no more"),
        ),
    ),
)

# --- reporting periods ------------------------------------------------------------------------------------------------


def units_have_come(period, actor):
    missing = units_addressed(period.scheme, period.due_on).exclude(pk__in=period.reports.values("unit"))
    return None if missing.exists() else _("No unit has come since: each that owes this report has one.")


PERIOD = Workflow(
    "movements.reportingperiod",
    (
        Transition(
            "open",
            (PeriodState.PLANNED,),
            PeriodState.OPEN,
            _("Open the period"),
            _("opened the period"),
            tone="primary",
        ),
        # Makes reports and moves no state: domain.period.enlist does it.
        Transition(
            "enlist",
            (PeriodState.OPEN,),
            PeriodState.OPEN,
            _("Add units that came since"),
            _("added the units that came since"),
            guard=units_have_come,
        ),
        # Moves the due date and no state: domain.period.redate does it.
        Transition(
            "redate",
            (PeriodState.OPEN,),
            PeriodState.OPEN,
            _("Move the due date"),
            _("moved the due date"),
            reason_required=True,
        ),
        Transition("close", (PeriodState.OPEN,), PeriodState.CLOSED, _("Close the period"), _("closed the period")),
        Transition(
            "reopen",
            (PeriodState.CLOSED,),
            PeriodState.OPEN,
            _("Open the period again"),
            _("opened the period again"),
            reason_required=True,
        ),
    ),
)

# --- reports ----------------------------------------------------------------------------------------------------------


def period_is_open(report, actor):
    return None if report.period.is_open else _("The period is closed.")


def unit_is_there(report, actor):
    return unit_has_ended(report.unit, clock.today())


def report_can_come_back(report, actor):
    """What came from a unit that has ended stays as it came."""
    return period_is_open(report, actor) or unit_is_there(report, actor)


def report_can_be_sent(report, actor):
    """A report is sent while its period is open and never empty; a late one is taken, and shown as late."""
    if refusal := period_is_open(report, actor):
        return refusal
    if not report.results and not report.files.exists():
        return _("The report is empty: write the results or attach a file, save, then send it.")
    return None


REPORT = Workflow(
    "movements.report",
    (
        Transition(
            "submit",
            (ReportState.EXPECTED, ReportState.RETURNED, ReportState.RECEIVED),
            ReportState.SUBMITTED,
            _("Send the report"),
            _("sent the report"),
            guard=report_can_be_sent,
            tone="primary",
        ),
        Transition(
            "receive",
            (ReportState.EXPECTED, ReportState.RETURNED),
            ReportState.RECEIVED,
            _("Record as received"),
            _("recorded that the report came in writing"),
            guard=period_is_open,
            tone="primary",
        ),
        Transition(
            "accept",
            (ReportState.SUBMITTED, ReportState.RECEIVED),
            ReportState.ACCEPTED,
            pgettext_lazy("button", "Accept"),
            _("accepted the report"),
            tone="primary",
        ),
        Transition(
            "return",
            (ReportState.SUBMITTED, ReportState.RECEIVED),
            ReportState.RETURNED,
            _("Return to be completed"),
            _("returned the report to be completed"),
            guard=report_can_come_back,
            reason_required=True,
        ),
        # Keeps a file and moves no state: domain.report.attach_signed_copy does it. Before, the form takes it.
        *(
            Transition("copy", (state,), state, _("Attach the signed copy"), _("attached the signed copy"))
            for state in (ReportState.SUBMITTED, ReportState.RECEIVED, ReportState.ACCEPTED)
        ),
        # Moves the due date and no state: domain.report.extend does it.
        Transition(
            "extend",
            (ReportState.EXPECTED,),
            ReportState.EXPECTED,
            _("Extend the due date"),
            _("extended the due date"),
            guard=period_is_open,
            reason_required=True,
        ),
        Transition(
            "extend",
            (ReportState.RETURNED,),
            ReportState.RETURNED,
            _("Give longer to complete it"),
            _("extended the due date"),
            guard=period_is_open,
            reason_required=True,
        ),
        Transition(
            "exempt",
            (ReportState.EXPECTED,),
            ReportState.EXEMPT,
            _("Exempt the unit"),
            _("exempted the unit from the report"),
            reason_required=True,
        ),
        # Follows from a reorganisation: its unit is no more, and owes it no more. Nobody holds a right to it.
        Transition(
            "end_with_unit",
            (ReportState.EXPECTED, ReportState.RETURNED),
            ReportState.EXEMPT,
            _("Close with its unit"),
            _("closed, for its unit is no more"),
        ),
        Transition(
            "reopen",
            (ReportState.ACCEPTED,),
            ReportState.RETURNED,
            _("Open again"),
            _("opened the report again"),
            guard=report_can_come_back,
            reason_required=True,
        ),
        Transition(
            "reopen",
            (ReportState.RECEIVED, ReportState.EXEMPT),
            ReportState.EXPECTED,
            _("Take back"),
            _("opened the report again"),
            guard=unit_is_there,
            reason_required=True,
        ),
    ),
)
