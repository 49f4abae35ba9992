"""Decisions: drafting, gathering the approved nominations, issuing under a number of the book."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from awards.domain import register
from awards.domain.documents import decision_data, snapshot_of
from awards.domain.dossiers import conclude_dossier
from awards.enums import DecisionState, NominationState
from awards.models import Decision, Dossier, Nomination
from awards.models.decision import KIND
from awards.rules import issue_date
from danvan import clock
from danvan.access.door import reaches
from danvan.documents.domain import files
from danvan.documents.domain.numbering import take_number
from danvan.history import domain as history
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state

# --- drafting ---------------------------------------------------------------------------------------------------------


def first_words(*, round):
    """The words with which a decision of *round* begins, to be changed by hand. Vietnamese, as the document is."""
    merit = f"có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm {round.year}"
    return {
        "round": round.pk,
        "letterhead": round.letterhead_id,
        "form": round.form_id,
        "abstract": f"Về việc tặng {round.form.name} cho các tập thể, cá nhân {merit}",
        "deciding": round.letterhead.full_name,
        "merit": f"đã {merit}",
        "other_articles": "Quyết định này có hiệu lực kể từ ngày ký.\n"
        "Các cơ quan, đơn vị liên quan và các tập thể, cá nhân có tên tại Điều 1 "
        "chịu trách nhiệm thi hành Quyết định này.",
        "recipients": "Như Điều 3\nLưu Văn phòng",
        "place": round.letterhead.place,
    }


@transaction.atomic
def gather(*, decision, nominations, actor):
    """Put approved *nominations* of the decision's round into it, all or none.

    Raises NotAllowed, Refused when the decision is no longer being drafted, ChangedMeanwhile when one of them is not
    free any more.
    """
    decision = _locked_draft(decision, actor)
    for nomination in nominations:
        free = Nomination.objects.ready_in(decision.round_id).filter(pk=nomination.pk)
        if not free.update(decision=decision, version=F("version") + 1):
            raise ChangedMeanwhile
        history.record(
            actor=actor, action="nomination.gather", obj=nomination, changes={"decision": [None, str(decision)]}
        )


@transaction.atomic
def release(*, decision, nominations, actor):
    """Take *nominations* out of a decision that is being drafted. Errors as in gather."""
    decision = _locked_draft(decision, actor)
    for nomination in nominations:
        if not decision.nominations.filter(pk=nomination.pk).update(decision=None, version=F("version") + 1):
            raise ChangedMeanwhile
        history.record(
            actor=actor, action="nomination.release", obj=nomination, changes={"decision": [str(decision), None]}
        )


def _locked_draft(decision, actor):
    if not reaches(actor, decision, "change"):
        raise NotAllowed
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.state != DecisionState.DRAFTING:
        raise Refused(_("The decision is no longer being drafted."))
    return decision


def forward_decision(*, decision, actor, reason=""):
    """Hand the signed decision to the clerk. Its rows are fixed from here on."""
    return change_state(obj=decision, action="forward", actor=actor, reason=reason)


def rework_decision(*, decision, actor, reason):
    """Take the decision back to drafting."""
    return change_state(obj=decision, action="rework", actor=actor, reason=reason)


# --- issuing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue_decision(*, decision, number, issued_on, actor, signer_name="", reason=""):
    """Issue the decision under the *number* that the clerk typed from the office's book, and return it.

    One transaction: takes the number from the book, keeps the words of the decision, enters one Commendation per
    approved nomination into the register, and closes nominations and settled dossiers.

    Raises ValidationError at ``number`` (unreadable, already in the book) and ``issued_on`` (to come, before an
    approval, outside the time of the letterhead), NotAllowed, ChangedMeanwhile, Refused when it has no rows.
    """
    # A second clerk waits here for the first one, and then finds the decision issued.
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("letterhead", "round", "form")
        .get(pk=decision.pk)
    )
    if not reaches(actor, decision, "issue"):
        raise NotAllowed
    if decision.state != DecisionState.AWAITING_NUMBER:
        raise ChangedMeanwhile
    nominations = list(
        decision.nominations.filter(state=NominationState.APPROVED)
        .select_related("dossier__unit", "round", "field")
        .in_printed_order()
    )
    _require_date(decision, nominations, issued_on)

    entry = take_number(letterhead=decision.letterhead, kind=KIND, typed=number, issued_on=issued_on, actor=actor)
    decision.number, decision.number_text, decision.issued_on = entry, entry.text, issued_on
    decision.signer_name = signer_name or decision.signer_name
    decision.compute_columns()
    values = {
        "number": entry,
        "number_text": entry.text,
        "issued_on": issued_on,
        "signer_name": decision.signer_name,
        "search_text": decision.search_text,
        "snapshot": snapshot_of(decision_data(decision)),
    }
    change_state(obj=decision, action="issue", actor=actor, reason=reason, values=values)
    for nomination in nominations:
        register.enter(nomination=nomination, decision=decision)
        change_state(obj=nomination, action="commend", actor=actor, on_behalf_of_system=True)
    for dossier in Dossier.objects.filter(round=decision.round).settled().select_related("unit", "round"):
        conclude_dossier(dossier=dossier, actor=actor, on_behalf_of_system=True)
    return decision


def _require_date(decision, nominations, issued_on):
    approved_on = max((nomination.approved_on for nomination in nominations), default=None)
    verdict = issue_date(issued_on, approved_on, clock.today())
    if not verdict.ok:
        raise ValidationError({"issued_on": verdict.reason})
    letterhead = decision.letterhead
    if issued_on < (letterhead.valid_from or issued_on) or issued_on > (letterhead.valid_to or issued_on):
        raise ValidationError({"issued_on": _("The issuer was not in use under this name on this day.")})


@transaction.atomic
def attach_signed_copy(*, decision, upload, actor):
    """Keep the scan of the signed decision. Raises NotAllowed, Refused until it is issued, ValidationError."""
    if not (reaches(actor, decision, "change") or reaches(actor, decision, "issue")):
        raise NotAllowed
    if not decision.is_issued:
        raise Refused(_("The decision has not been issued."))
    stored = files.store(upload=upload, actor=actor)
    Decision.objects.filter(pk=decision.pk).update(signed_copy=stored, version=F("version") + 1)
    history.record(actor=actor, action="change", obj=decision, changes={"signed_copy": [None, str(stored)]})
    decision.refresh_from_db()
    return decision
