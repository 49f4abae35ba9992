"""Reports: sending, receiving what came elsewhere, accepting, returning. The one writer of their state."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches
from danvan.documents.domain.files import store
from danvan.history import domain as history
from danvan.notices.domain.inbox import tell_unit
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state
from movements.enums import ReportState
from movements.models import Extension, Report, ReportFile
from movements.models.report import first_day
from movements.workflow import period_is_open


def require_writable(*, report, actor):
    """Refuse unless *actor* may write into *report* or record its receipt, and it takes contents now."""
    if not (reaches(actor, report, "change") or reaches(actor, report, "receive")):
        raise NotAllowed
    if not report.takes_contents:
        raise Refused(_("The report was sent and cannot be changed any more."))


def submit(*, obj, actor, reason=""):
    """Send the report to the Ban. The server's business time counts; the first time stays."""
    first = obj.first_submitted_at or clock.now()
    values = {"first_submitted_at": first, "came_on": first_day(first, obj.arrived_on), "remark": ""}
    return change_state(obj=obj, action="submit", actor=actor, values=values)


def receive_elsewhere(*, obj, actor, channel, arrived_on, number="", document_date=None, upload=None):
    """Record that the report came another way, on the day *arrived_on*, by which it is judged on time.

    *upload* is its scan. Raises Refused for days that cannot be, or a file that is not accepted.
    """
    if arrived_on > clock.today():
        raise Refused(_("The day of arrival lies in the future."))
    if document_date is not None and document_date > arrived_on:
        raise Refused(_("The document is dated after it arrived."))
    values = {
        "channel": channel,
        "number": number,
        "document_date": document_date,
        "arrived_on": arrived_on,
        "recorded_by": actor,
        "came_on": first_day(obj.first_submitted_at, arrived_on),
    }
    with transaction.atomic():
        obj = change_state(obj=obj, action="receive", actor=actor, values=values)
        if upload:
            try:
                attach(report=obj, upload=upload, actor=actor)
            except ValidationError as error:
                raise Refused(" ".join(error.messages)) from error
    return obj


def attach(*, report, upload, actor):
    """Keep *upload* with the report, as a file of its unit.

    Raises NotAllowed, Refused once the report was sent, ValidationError for what is not accepted.
    """
    require_writable(report=report, actor=actor)
    stored = store(upload=upload, actor=actor, unit=report.unit)
    return ReportFile.objects.create(report=report, file=stored)


def detach(*, kept, actor):
    """Take a file (a ReportFile) from its report. The stored file itself stays. Raises NotAllowed, Refused."""
    require_writable(report=kept.report, actor=actor)
    kept.delete()


def accept(*, obj, actor, reason=""):
    """Accept the report; its figures are locked from here on."""
    return change_state(obj=obj, action="accept", actor=actor, values={"accepted_at": clock.now(), "remark": ""})


def return_(*, obj, actor, reason):
    """Give the report back to be completed, and tell the unit's leads why."""
    with transaction.atomic():
        obj = change_state(obj=obj, action="return", actor=actor, reason=reason, values={"remark": reason})
        tell_unit(
            unit=obj.unit,
            title=_("Please complete: %(report)s") % {"report": obj.period.title},
            body=_("The Ban asks you to complete “%(report)s”:\n%(reason)s")
            % {"report": obj.period.title, "reason": reason},
            url=reverse("admin:movements_report_change", args=[obj.pk]),
        )
    return obj


def exempt(*, obj, actor, reason):
    """Let the unit off this report. The unit reads the reason."""
    return change_state(obj=obj, action="exempt", actor=actor, reason=reason, values={"remark": reason})


def reopen(*, obj, actor, reason):
    """Unlock an accepted report for its unit, or take back an exemption or a wrong record of receipt."""
    values = {
        "accepted_at": None,
        "remark": reason,
        "channel": "",
        "number": "",
        "document_date": None,
        "arrived_on": None,
        "recorded_by": None,
        "came_on": first_day(obj.first_submitted_at, None),
    }
    if obj.accepted_at is not None:
        values = {"accepted_at": None, "remark": reason}
    return change_state(obj=obj, action="reopen", actor=actor, reason=reason, values=values)


def extend(*, obj, actor, new_due_on, reason):
    """Give the unit until *new_due_on* and return the report. Nothing else of it changes.

    Raises NotAllowed, Refused unless the day is later than the present one, or ChangedMeanwhile when the report is no
    longer owed or its due date moved since.
    """
    if not reaches(actor, obj, "extend"):
        raise NotAllowed
    old_due_on = obj.due_on
    if new_due_on <= old_due_on:
        raise Refused(_("The new due date must lie after %(date)s.") % {"date": f"{old_due_on:%d/%m/%Y}"})
    if refusal := period_is_open(obj, actor):
        raise Refused(refusal)
    with transaction.atomic():
        as_seen = Report.objects.filter(pk=obj.pk, state=ReportState.EXPECTED, due_on=old_due_on)
        if not as_seen.update(due_on=new_due_on, version=F("version") + 1):
            raise ChangedMeanwhile
        obj.refresh_from_db()
        changes = {"due_on": [f"{old_due_on:%d/%m/%Y}", f"{new_due_on:%d/%m/%Y}"]}
        history.record(actor=actor, action="report.extend", obj=obj, changes=changes, reason=reason)
        Extension.objects.create(
            report=obj,
            old_due_on=old_due_on,
            new_due_on=new_due_on,
            reason=reason,
            actor=actor,
            given_at=clock.now(),
        )
    return obj
