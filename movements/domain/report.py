"""Reports: sending, receiving what came elsewhere, accepting, returning. The one writer of their state."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches
from danvan.calendar.reach import FIRST_DAY, LAST_DAY
from danvan.documents.domain.files import store
from danvan.history import domain as history
from danvan.notices.domain.inbox import tell_unit
from danvan.notices.receipts import require_possible_days
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state
from movements.domain.completing import chosen_day, usual_day
from movements.enums import ReportState
from movements.models import Extension, Report, ReportFile
from movements.models.report import OWED, first_day
from movements.workflow import period_is_open


def require_writable(*, report, actor):
    """Refuse unless *actor* may write into *report* or record its receipt, and it takes contents now."""
    if not (reaches(actor, report, "change") or reaches(actor, report, "receive")):
        raise NotAllowed
    if not report.takes_contents:
        raise Refused(_("The report was sent and cannot be changed any more."))


def submit(*, obj, actor, reason=""):
    """Send the report to the Ban. The server's business time counts; the first time stays, as its scheme says."""
    first, arrived = obj.first_submitted_at or clock.now(), obj.arrived_on
    if comes_late_again(obj):
        first, arrived = clock.now(), None
    values = {
        "first_submitted_at": first,
        "arrived_on": arrived,
        "came_on": first_day(first, arrived),
        "remark": "",
    }
    return change_state(obj=obj, action="submit", actor=actor, values=values)


def comes_late_again(report):
    """Whether *report* was returned and is on time only by the day on which it comes back complete."""
    return report.state == ReportState.RETURNED and not report.period.scheme.returned_stays_on_time


def receive_elsewhere(*, obj, actor, channel, arrived_on, number="", document_date=None, upload=None):
    """Record that the report came another way, on the day *arrived_on*, by which it is judged on time.

    Where it was returned and comes back so, the day on which it first came stays, as its scheme says.
    *upload* is its scan. Raises ValidationError at the day that cannot be, Refused for a file that is not accepted.
    """
    require_possible_days(arrived_on=arrived_on, document_date=document_date, today=clock.today())
    first = obj.first_submitted_at
    if comes_late_again(obj):
        first = None
    elif obj.state == ReportState.RETURNED and obj.arrived_on:
        arrived_on = min(arrived_on, obj.arrived_on)
    values = {
        "first_submitted_at": first,
        "channel": channel,
        "number": number,
        "document_date": document_date,
        "arrived_on": arrived_on,
        "recorded_by": actor,
        "came_on": first_day(first, arrived_on),
    }
    with transaction.atomic():
        obj = change_state(obj=obj, action="receive", actor=actor, values=values)
        if upload:
            try:
                _keep(report=obj, upload=upload, actor=actor, is_signed_copy=True)
            except ValidationError as error:
                raise Refused(" ".join(error.messages)) from error
    return obj


def attach(*, report, upload, actor):
    """Keep *upload* with the report, as a file of its unit.

    Raises NotAllowed, Refused once the report was sent, ValidationError for what is not accepted.
    """
    require_writable(report=report, actor=actor)
    return _keep(report=report, upload=upload, actor=actor)


def _keep(*, report, upload, actor, is_signed_copy=False):
    """Store *upload* as a file of *report*. Whoever calls it has asked for the right. ValidationError as in store."""
    stored = store(upload=upload, actor=actor, unit=report.unit)
    return ReportFile.objects.create(report=report, file=stored, is_signed_copy=is_signed_copy)


def attach_signed_copy(*, obj, actor, upload, number="", document_date=None, signer="", reason=""):
    """Keep the signed copy of a report that was sent, with its number, date and signer; return the report.

    Its figures stay as they are. Raises what :func:`danvan.workflow.change_state` raises, and ValidationError for a
    file that is not accepted or a date that cannot be.
    """
    check_document_date(document_date)
    values = {"number": number, "document_date": document_date, "signer": signer}
    with transaction.atomic():
        obj = change_state(obj=obj, action="copy", actor=actor, values=values)
        _keep(report=obj, upload=upload, actor=actor, is_signed_copy=True)
    return obj


def check_document_date(day):
    """Refuse, as ValidationError, a day in the future or before all reports. None is a day that is not known."""
    if day is not None and not FIRST_DAY <= day <= clock.today():
        raise ValidationError(_("The document is dated in the future, or long ago."))


def write_signed_copy(*, report, actor, upload, number, document_date, signer):
    """As :func:`attach_signed_copy` for a report that its unit is still writing, within the form that saves it."""
    require_writable(report=report, actor=actor)
    check_document_date(document_date)
    report.number, report.document_date, report.signer = number, document_date, signer
    report.save(update_fields=["number", "document_date", "signer"])
    if upload:
        _keep(report=report, upload=upload, actor=actor, is_signed_copy=True)


def detach(*, kept, actor):
    """Take a file (a ReportFile) from its report. The stored file itself stays. Raises NotAllowed, Refused."""
    require_writable(report=kept.report, actor=actor)
    kept.delete()


def accept(*, obj, actor, reason=""):
    """Accept the report; its figures are locked from here on."""
    return change_state(obj=obj, action="accept", actor=actor, values={"accepted_at": clock.now(), "remark": ""})


def return_(*, obj, actor, reason, complete_by=None):
    """Give the report back to be completed by the day *complete_by*, and tell the unit's leads why.

    Without *complete_by* the office's usual working days are given. Raises ValidationError for a day that cannot be.
    """
    day = chosen_day(complete_by)
    with transaction.atomic():
        values = {"remark": reason, "complete_by": day}
        obj = change_state(obj=obj, action="return", actor=actor, reason=reason, values=values)
        words = {"report": obj.period.title, "reason": reason, "day": f"{day:%d/%m/%Y}"}
        tell_unit(
            unit=obj.unit,
            title=_("Please complete: %(report)s") % words,
            body=_("The Ban asks you to complete “%(report)s” by %(day)s:\n%(reason)s") % words,
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
        "signer": "",
        "arrived_on": None,
        "recorded_by": None,
        "came_on": first_day(obj.first_submitted_at, None),
    }
    if obj.accepted_at is not None:
        values = {"accepted_at": None, "remark": reason, "complete_by": max(usual_day(), obj.due_on)}
    elif obj.state == ReportState.RECEIVED and obj.complete_by is not None:
        # It had come before and lay with its unit to be completed: there it goes back, or it would count as never sent.
        if obj.first_submitted_at is None:  # the day is that of the first time
            values |= {"arrived_on": obj.arrived_on, "came_on": obj.came_on}
        return change_state(obj=obj, action="return", actor=actor, reason=reason, values=values)
    return change_state(obj=obj, action="reopen", actor=actor, reason=reason, values=values)


def extend(*, obj, actor, new_due_on, reason):
    """Give the unit until *new_due_on*, to send the report or to complete it, and return it. Nothing else changes.

    Raises NotAllowed, Refused unless the day is later than the present one, or ChangedMeanwhile when the report is no
    longer owed or its due date moved since.
    """
    if not reaches(actor, obj, "extend"):
        raise NotAllowed
    column = "complete_by" if obj.state == ReportState.RETURNED else "due_on"
    old_due_on = getattr(obj, column)
    if old_due_on is not None and new_due_on <= old_due_on:
        raise Refused(_("The new due date must lie after %(date)s.") % {"date": f"{old_due_on:%d/%m/%Y}"})
    if new_due_on > LAST_DAY:
        raise Refused(_("There is no such year."))
    if refusal := period_is_open(obj, actor):
        raise Refused(refusal)
    with transaction.atomic():
        as_seen = Report.objects.filter(pk=obj.pk, state=obj.state, **{column: old_due_on})
        if obj.state not in OWED or not as_seen.update(**{column: new_due_on}, version=F("version") + 1):
            raise ChangedMeanwhile
        obj.refresh_from_db()
        changes = {column: [day_words(old_due_on), day_words(new_due_on)]}
        history.record(actor=actor, action="report.extend", obj=obj, changes=changes, reason=reason)
        if column == "due_on":
            Extension.objects.create(
                report=obj,
                old_due_on=old_due_on,
                new_due_on=new_due_on,
                reason=reason,
                actor=actor,
                given_at=clock.now(),
            )
    return obj


def day_words(day):
    return day and f"{day:%d/%m/%Y}"
