"""That a duty came another way, that a unit is exempt, or has longer: recorded by staff for one unit or for many.

The one writer of Settlement. Duties of a source that keeps a record of its own are recorded there.
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan import clock
from danvan.access.door import reaches
from danvan.documents.domain.files import store
from danvan.history import domain as history
from danvan.history.actions import LABELS
from danvan.notices.domain.duties import owed
from danvan.notices.enums import SettlementKind
from danvan.notices.models import Settlement
from danvan.notices.receipts import require_possible_days
from danvan.notices.sources import sources
from danvan.organization.models import Unit
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused

LABELS["settlement.received"] = gettext_lazy("recorded as received another way")
LABELS["settlement.exempt"] = gettext_lazy("exempted")
LABELS["settlement.extended"] = gettext_lazy("gave longer")
LABELS["settlement.withdraw"] = gettext_lazy("took the record back")

LONGEST = Settlement._meta.get_field("duty_text").max_length


def receive(*, code, object_ids, actor, channel, arrived_on, number="", document_date=None, upload=None):
    """Record that the duties *object_ids* of the source *code* were done another way: all of them or none.

    On time is judged by *arrived_on*. *upload* is the scan, of one unit alone. Raises ValidationError at the field that
    cannot be, and like :func:`exempt`.
    """
    require_possible_days(arrived_on=arrived_on, document_date=document_date, today=clock.today())
    came = {"channel": channel, "arrived_on": arrived_on, "number": number, "document_date": document_date}
    duties = _chosen(code, object_ids, actor, "receive")
    if upload and len(duties) > 1:
        raise ValidationError({"upload": _("A file is attached to one unit: choose a single one.")})
    with all_or_none():
        if sources()[code].keeps_own_record:
            for object_id in duties:
                sources()[code].receive(object_id, actor=actor, upload=upload, **came)
            return
        if upload:
            (duty,) = duties.values()
            came["file"] = _kept(upload, actor, duty)
        _settle(code, duties, actor, SettlementKind.RECEIVED, **came)


def exempt(*, code, object_ids, actor, reason):
    """Let units off the duties *object_ids* of the source *code*, all of them or none. The units read the reason.

    Raises NotAllowed, Refused when one is no longer owed (or not the actor's to see), or ChangedMeanwhile.
    """
    duties = _chosen(code, object_ids, actor, "exempt")
    _require_reason(reason)
    with all_or_none():
        if sources()[code].keeps_own_record:
            for object_id in duties:
                sources()[code].exempt(object_id, actor=actor, reason=reason)
            return
        _settle(code, duties, actor, SettlementKind.EXEMPT, reason=reason)


def extend(*, code, object_ids, actor, new_due_on, reason):
    """Give units until *new_due_on* for the duties *object_ids* of the source *code*, all of them or none.

    Raises ValidationError at ``new_due_on`` unless it is later than every present due date, and like :func:`exempt`.
    """
    duties = _chosen(code, object_ids, actor, "extend")
    _require_reason(reason)
    latest = max(duty.due_on for duty in duties.values())
    if new_due_on <= latest:
        words = _("The new due date must lie after %(date)s.")
        raise ValidationError({"new_due_on": words % {"date": f"{latest:%d/%m/%Y}"}})
    source = sources()[code]
    with all_or_none():
        if source.keeps_own_record:
            for object_id in duties:
                source.extend(object_id, actor=actor, new_due_on=new_due_on, reason=reason)
            return
        for object_id, duty in duties.items():
            if not source.move_due_date(object_id, duty.due_on, new_due_on):
                raise ChangedMeanwhile
        _settle(code, duties, actor, SettlementKind.EXTENDED, reason=reason, new_due_on=new_due_on)


def withdraw(*, settlement, actor, reason):
    """Take *settlement* back: the duty is owed again, or by its old due date.

    Raises NotAllowed, ChangedMeanwhile when it was taken back before, or Refused when the due date moved on since.
    """
    if not reaches(actor, settlement, "withdraw"):
        raise NotAllowed
    _require_reason(reason)
    with transaction.atomic():
        _end(settlement, actor, reason)
        source = sources().get(settlement.source)
        if source and settlement.kind == SettlementKind.EXTENDED:
            moved = source.move_due_date(settlement.object_id, settlement.new_due_on, settlement.due_on)
            if not moved:
                words = _("This is no longer owed by %(date)s: the due date cannot be put back.")
                raise Refused(words % {"date": f"{settlement.new_due_on:%d/%m/%Y}"})
    return settlement


def lapse(*, code, object_id, actor, reason=""):
    """End what settles the duty, if anything: the record was given back to its unit and is owed anew.

    For the app of the source *code*, inside the transaction of that deed.
    """
    for settlement in Settlement.objects.settling().filter(source=code, object_id=object_id):
        _end(settlement, actor, reason)


# --- What they share --------------------------------------------------------------------------------------------------


def _chosen(code, object_ids, actor, deed):
    """The duties by id, all of them owed and seen by *actor*, who may do *deed* to such."""
    source = sources()[code]
    if not source.may(actor, deed):
        raise NotAllowed
    wanted = set(object_ids)
    found = source.duties(owed(code).visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or found.keys() != wanted:
        raise Refused(_("Something of what was chosen is no longer owed. Nothing was recorded: choose again."))
    return found


def _require_reason(reason):
    if not reason.strip():
        raise ValidationError({"reason": _("Say the reason.")})


@contextmanager
def all_or_none():
    """A transaction in which a second settlement of one duty reads as a change by somebody else."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ChangedMeanwhile from error


def _kept(upload, actor, duty):
    try:
        return store(upload=upload, actor=actor, unit=Unit.objects.get(pk=duty.unit_id))
    except ValidationError as error:
        raise ValidationError({"upload": error.messages}) from error


def _settle(code, duties, actor, kind, **values):
    units = Unit.objects.in_bulk({duty.unit_id for duty in duties.values()})
    rows = [
        Settlement(
            source=code,
            object_id=duty.object_id,
            due_on=duty.due_on,
            unit=units[duty.unit_id],
            duty_text=duty.title[:LONGEST],
            kind=kind,
            recorded_by=actor,
            recorded_at=clock.now(),
            is_sample=units[duty.unit_id].is_sample,
            **values,
        )
        for duty in duties.values()
    ]
    rows = Settlement.objects.bulk_create(rows)
    history.record_all(actor=actor, action=f"settlement.{kind}", objects=rows)


def _end(settlement, actor, reason):
    in_force = Settlement.objects.in_force().filter(pk=settlement.pk)
    if not in_force.update(withdrawn_at=clock.now(), version=F("version") + 1):
        raise ChangedMeanwhile
    settlement.refresh_from_db()
    history.record(actor=actor, action="settlement.withdraw", obj=settlement, reason=reason)
