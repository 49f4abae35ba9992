"""From proposed to approved or refused: the officer's appraisal, the leader's word."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from awards.enums import Approval, SubjectKind
from awards.models import ApprovalSlip, Commendation, Decision, Dossier, Nomination
from awards.rules import Earlier, rewarded_once
from danvan import clock
from danvan.documents.domain import files
from danvan.organization.models import Person
from danvan.text.folding import fold
from danvan.workflow import NotAllowed, Refused, change_state, workflow_of

SUBJECTS = ("person_id", "nominated_unit_id", "collective_id")


@dataclass(frozen=True)
class Prospect:
    """What a deed would meet on one nomination: nothing, an obstacle, or a warning that a reason overrides.

    ``remark`` is something to look at that stands in nobody's way.
    """

    nomination: Nomination
    obstacle: str = ""
    warning: str = ""
    remark: str = ""


# --- what was given before --------------------------------------------------------------------------------------------


def earlier_of(nominations):
    """The earlier commendations of the subjects of *nominations*, newest first, by the id of the nomination.

    Those of a person count under whichever row. Two queries for all. Samples count only for samples.
    """
    subjects = {nomination.pk: next(iter(nomination.subject_key.items())) for nomination in nominations}
    ids = {name: [value for key, value in subjects.values() if key == name] for name in SUBJECTS}
    kept = Person.objects.filter(pk__in=ids["person_id"]).kept_ids() if ids["person_id"] else {}
    wanted = Q(person__in=kept.values()) | Q(person__duplicate_of__in=kept.values())
    wanted |= Q(nominated_unit__in=ids["nominated_unit_id"]) | Q(collective__in=ids["collective_id"])
    given = defaultdict(list)
    rows = Commendation.objects.filter(wanted).annotate(kept=Coalesce("person__duplicate_of", "person"))
    for row in rows.order_by("-issued_on", "-pk"):
        given["person_id", row.kept].append(row)
        for name in ("nominated_unit_id", "collective_id"):
            given[name, getattr(row, name)].append(row)
    return {
        nomination.pk: [
            row
            for row in given[name, kept[value] if name == "person_id" else value]
            if row.nomination_id != nomination.pk and row.is_sample <= nomination.is_sample
        ]
        for nomination in nominations
        for name, value in [subjects[nomination.pk]]
    }


def rewarded_before(nomination, earlier):
    """The verdict of R1 on *nomination*, given its *earlier* commendations."""
    known = [
        Earlier(row.form_name, row.decision_number, row.issued_on, row.achievement_from, row.achievement_to)
        for row in earlier
    ]
    return rewarded_once(nomination.round.achievement_from, nomination.round.achievement_to, known)


def namesakes(nominations):
    """Which of *nominations* have a namesake of their kind elsewhere in their round, perhaps nominated twice: ids.

    One query for all. Units and teams of the same name are told apart by their unit; people may be one and the same.
    """
    people = Nomination.objects.filter(
        round__in={nomination.round_id for nomination in nominations}, kind=SubjectKind.INDIVIDUAL
    ).values_list("pk", "round", "name")
    by_name = defaultdict(set)
    for pk, round_id, name in people:
        by_name[round_id, fold(name)].add(pk)
    return {pk for group in by_name.values() if len(group) > 1 for pk in group}


def prospects(*, nominations, action, actor):
    """A Prospect for each of *nominations*, in their order: what *actor* would meet doing *action* to it now."""
    nominations = list(nominations)
    reached = set(
        Nomination.objects.visible_to(actor, action)
        .filter(pk__in=[n.pk for n in nominations])
        .values_list("pk", flat=True)
    )
    earlier = earlier_of(nominations) if action == "approve" else {}
    doubled = namesakes(nominations)
    found = []
    for nomination in nominations:
        transition = workflow_of(Nomination).find(action, nomination.state)
        if nomination.pk not in reached:
            obstacle = str(NotAllowed())
        elif transition is None:
            obstacle = _("It is “%(state)s”.") % {"state": nomination.get_state_display()}
        else:
            obstacle = transition.refusal(nomination, actor) or ""
        verdict = rewarded_before(nomination, earlier.get(nomination.pk, ()))
        remark = _("Somebody of the same name is nominated in this round.") if nomination.pk in doubled else ""
        found.append(Prospect(nomination, obstacle, "" if verdict.ok else verdict.reason, remark))
    return found


# --- deeds ------------------------------------------------------------------------------------------------------------


def appraise(*, nomination, actor, recommendation, score=None, note="", reason=""):
    """Keep the officer's recommendation, score (0–100) and internal note. Can be repeated until the leader's word."""
    values = {"recommendation": recommendation, "score": score, "internal_note": note}
    return change_state(obj=nomination, action="appraise", actor=actor, reason=reason, values=values)


def record_slip(*, number, signed_on, leader_name, upload, actor):
    """Record a signed slip with its scan, which only the Ban sees, and return the ApprovalSlip.

    Call it in one transaction with the approval. Raises NotAllowed, or ValidationError for a day to come or a bad file.
    """
    if not actor.has_perm("awards.approve_nomination"):
        raise NotAllowed
    if signed_on > clock.today():
        raise ValidationError({"signed_on": _("The date lies in the future.")})
    try:
        stored = files.store(upload=upload, actor=actor)
    except ValidationError as error:
        raise ValidationError({"scan": error.messages}) from None
    return ApprovalSlip.objects.create(
        number=number,
        signed_on=signed_on,
        leader_name=leader_name,
        file=stored,
        recorded_by=actor,
        recorded_at=clock.now(),
    )


@transaction.atomic
def approve(*, nominations, actor, slip=None, override_reason=""):
    """Approve all of *nominations* or none: as the leader who is logged in, or as the leader's word on *slip*.

    The record says which. A subject that was commended for the same time before needs an *override_reason* (R1).
    Raises Refused, naming the nomination, NotAllowed, ChangedMeanwhile.
    """
    _require_reach(nominations, actor, "approve")
    _require_word_of_leader(nominations, actor, slip)
    values = {
        "approved_via": Approval.SLIP if slip else Approval.LOGIN,
        "approved_by": actor,
        "approved_for": slip.leader_name if slip else str(actor),
        "approved_on": slip.signed_on if slip else clock.today(),
        "slip": slip,
    }
    for prospect in prospects(nominations=nominations, action="approve", actor=actor):
        if prospect.warning and not override_reason.strip():
            raise Refused(f"{prospect.nomination}: {prospect.warning}")
        reason = override_reason if prospect.warning else ""
        _change(prospect.nomination, "approve", actor, reason, values)


@transaction.atomic
def refuse(*, nominations, actor, reason, slip=None):
    """Refuse all of *nominations* or none, with the *reason* that their units read once their dossiers are concluded.

    Slip and errors as in approve.
    """
    _require_reach(nominations, actor, "refuse")
    _require_word_of_leader(nominations, actor, slip)
    for nomination in nominations:
        values = {
            "refusal_reason": reason,
            "slip": slip,
            "approved_by": actor,
            "approved_for": slip.leader_name if slip else str(actor),
            "approved_on": slip.signed_on if slip else clock.today(),
        }
        _change(nomination, "refuse", actor, reason, values)


@transaction.atomic
def reconsider(*, nomination, actor, reason):
    """Take an approved or refused nomination back to the leader's desk and out of a decision that is being drafted."""
    nomination.refresh_from_db(fields=["decision"])
    if nomination.decision_id is not None:
        # Whoever forwards the decision meanwhile waits for us, or we find it forwarded.
        nomination.decision = Decision.objects.select_for_update(of=("self",)).get(pk=nomination.decision_id)
    # As above: its dossier is not concluded, and its unit told, while the result goes away.
    nomination.dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=nomination.dossier_id)
    values = {
        "approved_via": "",
        "approved_by": None,
        "approved_for": "",
        "approved_on": None,
        "slip": None,
        "refusal_reason": "",
        "decision": None,
    }
    return change_state(obj=nomination, action="reconsider", actor=actor, reason=reason, values=values)


def _reaches_all_of(nominations, actor, verb):
    ids = {nomination.pk for nomination in nominations}
    return Nomination.objects.visible_to(actor, verb).filter(pk__in=ids).count() == len(ids)


def _require_reach(nominations, actor, verb):
    """Before anything is said of the nominations: what was given before, for instance."""
    if not _reaches_all_of(nominations, actor, verb):
        raise NotAllowed


def _require_word_of_leader(nominations, actor, slip):
    if slip is None and not _reaches_all_of(nominations, actor, "decide"):
        raise Refused(_("Only a leader decides by login. Record the signed slip: number, date, leader, scan."))


def _change(nomination, action, actor, reason, values):
    try:
        change_state(obj=nomination, action=action, actor=actor, reason=reason, values=values)
    except Refused as error:
        if type(error) is not Refused:
            raise
        raise Refused(f"{nomination}: {error}") from None
