"""Dossiers: their papers, sending, receiving, returning."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from awards.domain.duties import RETURNED_DOSSIER
from awards.enums import DossierState, NominationState, PaperKind
from awards.models import Dossier, DossierPaper
from awards.rules import missing_papers
from danvan import clock
from danvan.access.door import reaches, reaches_all
from danvan.documents.domain import files
from danvan.documents.enums import FileState
from danvan.history import domain as history
from danvan.notices.domain import settlements
from danvan.notices.domain.inbox import tell_unit
from danvan.workflow import NotAllowed, Refused, change_state


def require_writable(*, dossier, actor):
    """Refuse unless *actor* may change *dossier* now: the unit until it has sent it, the Ban until it is concluded."""
    if not reaches(actor, dossier, "change"):
        raise NotAllowed
    if not is_writable(dossier=dossier, actor=actor):
        raise Refused(_("The dossier was sent and cannot be changed any more."))


def is_writable(*, dossier, actor):
    """Whether the state of *dossier* lets *actor* change it. The caller has made sure of the right itself."""
    if reaches_all(actor, Dossier, "change"):
        return dossier.state != DossierState.CONCLUDED
    return dossier.is_with_unit


@transaction.atomic
def attach_paper(*, dossier, kind, upload, actor):
    """Keep *upload* as a paper of the dossier and return the DossierPaper.

    Raises NotAllowed, Refused, and ValidationError for what is no acceptable file.
    """
    require_writable(dossier=dossier, actor=actor)
    stored = files.store(upload=upload, actor=actor, unit=dossier.unit)
    paper = DossierPaper.objects.create(dossier=dossier, kind=kind, file=stored, is_sample=dossier.is_sample)
    history.record(actor=actor, action="change", obj=dossier, changes={"papers": [None, str(paper)]})
    return paper


@transaction.atomic
def detach_paper(*, paper, actor):
    """Take a paper out of its dossier. The file itself stays in the store."""
    require_writable(dossier=paper.dossier, actor=actor)
    history.record(actor=actor, action="change", obj=paper.dossier, changes={"papers": [str(paper), None]})
    paper.delete()


def papers_missing(*, dossier):
    """The words for the kinds of paper that a complete dossier has and this one lacks (R8).

    A paper whose file cannot be read, since it is quarantined or destroyed, is asked for again.
    """
    asked = {kind.value: kind.label for kind in PaperKind if kind is not PaperKind.OTHER}
    present = dossier.papers.filter(file__state=FileState.IN_USE).values_list("kind", flat=True)
    return missing_papers(set(present), asked)


def submit_dossier(*, dossier, actor, reason=""):
    """Send the dossier to the Ban. The time of the first sending stays."""
    values = {"submitted_at": dossier.submitted_at or clock.now()}
    return change_state(obj=dossier, action="submit", actor=actor, reason=reason, values=values)


def receive_dossier(*, dossier, actor, received_on=None, reason=""):
    """Receive the dossier on *received_on* (today when not given). Raises ValidationError for a day to come."""
    received_on = received_on or clock.today()
    if received_on > clock.today():
        raise ValidationError({"received_on": _("The date lies in the future.")})
    values = {"received_on": received_on, "return_reason": "", "supplement_due_on": None}
    return change_state(obj=dossier, action="receive", actor=actor, reason=reason, values=values)


def return_dossier(*, dossier, actor, reason, supplement_due_on):
    """Give the dossier back to its unit, and tell its leads the reason and the day until which to complete it.

    Raises ValidationError for a day that is past.
    """
    if supplement_due_on < clock.today():
        raise ValidationError({"supplement_due_on": _("This day is past.")})
    values = {
        "return_reason": reason,
        "supplement_due_on": supplement_due_on,
        "times_returned": F("times_returned") + 1,
    }
    with transaction.atomic():
        dossier = change_state(obj=dossier, action="return", actor=actor, reason=reason, values=values)
        settlements.lapse(code=RETURNED_DOSSIER, object_id=dossier.pk, actor=actor)
        words = {"report": dossier.round, "reason": reason, "day": f"{supplement_due_on:%d/%m/%Y}"}
        # No step of reminding that came by today is taken any more: with few days left this may be all that is said.
        tell_unit(
            unit=dossier.unit,
            title=_("Please complete: %(report)s") % words,
            body=_("The Ban asks you to complete “%(report)s” by %(day)s:\n%(reason)s") % words,
            url=reverse("admin:awards_dossier_change", args=[dossier.pk]),
        )
    return dossier


@transaction.atomic
def conclude_dossier(*, dossier, actor, on_behalf_of_system=False):
    """Close the dossier and tell its unit the results of all nominations in one message (R11).

    Issuing a decision concludes by itself what is settled then. An officer concludes where no decision will: when none
    of the nominations was approved, or the last result came later. Raises NotAllowed, Refused, ChangedMeanwhile.
    """
    # Whoever takes a refused nomination up again meanwhile waits for us, or we find that it has no result.
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    change_state(obj=dossier, action="conclude", actor=actor, on_behalf_of_system=on_behalf_of_system)
    tell_unit(
        unit=dossier.unit,
        title=_("Results of the dossier: %(round)s") % {"round": dossier.round},
        body="\n".join(_results_of(dossier)),
        url=reverse("admin:awards_dossier_change", args=[dossier.pk]),
    )
    return dossier


def _results_of(dossier):
    """One line for each nomination of the dossier, as its unit reads it."""
    for nomination in dossier.nominations.in_printed_order():
        result = {"name": nomination, "reason": nomination.refusal_reason}
        if nomination.state == NominationState.COMMENDED:
            yield _("Commended: %(name)s.") % result
        else:
            yield _("Not approved: %(name)s. Reason: %(reason)s") % result
