"""The states of rounds, dossiers, nominations and decisions, as tables: from, deed, to, words.

Who may do a deed stands in ``danvan/access/roles.py`` under the same word.
"""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awards.enums import DecisionState, DossierState, NominationState, RoundState
from danvan import clock
from danvan.history.actions import LABELS
from danvan.organization.rules import unit_has_ended
from danvan.workflow import Transition, Workflow

# --- rounds -----------------------------------------------------------------------------------------------------------

ROUND = Workflow(
    "awards.awardround",
    (
        Transition(
            "open",
            (RoundState.DRAFT, RoundState.CLOSED),
            RoundState.OPEN,
            _("Open for dossiers"),
            _("opened the round"),
            tone="primary",
        ),
        Transition(
            "close", (RoundState.OPEN,), RoundState.CLOSED, pgettext_lazy("award round", "Close"), _("closed the round")
        ),
    ),
)

# --- dossiers ---------------------------------------------------------------------------------------------------------


def dossier_can_be_sent(dossier, actor):
    """A late dossier is taken, and marked. One that was returned may come back after the round has closed."""
    if dossier.state == DossierState.DRAFT and dossier.round.state != RoundState.OPEN:
        return _now("The round is not open.")
    if clock.today() < dossier.round.opens_on:
        return _now("Dossiers are taken from %(date)s on.") % {"date": f"{dossier.round.opens_on:%d/%m/%Y}"}
    if not dossier.nominations.exists():
        return _now("Nobody is nominated yet.")
    if not dossier.letter_number or dossier.letter_date is None:
        return _now("Enter number and date of the submission letter first.")
    return None


def dossier_can_come_back(dossier, actor):
    """What was appraised rests on the dossier as it was: it cannot go back to the unit, nor to one that has ended."""
    if dossier.nominations.exclude(state=NominationState.PROPOSED).exists():
        return _now("Some of its nominations are already appraised.")
    return unit_has_ended(dossier.unit, clock.today())


def results_are_there(dossier, actor):
    """The unit is told all results at once, when the last one is there."""
    if not type(dossier).objects.settled().filter(pk=dossier.pk).exists():
        return _now("Some of its nominations still wait for their result.")
    return None


DOSSIER = Workflow(
    "awards.dossier",
    (
        Transition(
            "submit",
            (DossierState.DRAFT, DossierState.RETURNED),
            DossierState.SUBMITTED,
            _("Send the dossier"),
            _("sent the dossier"),
            guard=dossier_can_be_sent,
            tone="primary",
        ),
        Transition(
            "receive",
            (DossierState.SUBMITTED,),
            DossierState.RECEIVED,
            pgettext_lazy("dossier", "Receive"),
            _("received the dossier"),
            tone="primary",
        ),
        Transition(
            "return",
            (DossierState.SUBMITTED, DossierState.RECEIVED),
            DossierState.RETURNED,
            _("Return to be completed"),
            _("returned the dossier to be completed"),
            guard=dossier_can_come_back,
            reason_required=True,
        ),
        Transition(
            "conclude",
            (DossierState.RECEIVED,),
            DossierState.CONCLUDED,
            pgettext_lazy("dossier", "Conclude"),
            _("concluded the dossier"),
            guard=results_are_there,
        ),
        # These two follow from a reorganisation of the unit; nobody holds a right to them.
        Transition(
            "end_with_unit",
            (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.RETURNED),
            DossierState.CONCLUDED,
            _("Close with its unit"),
            _("closed, for its unit is no more"),
        ),
        Transition(
            "join",
            (DossierState.DRAFT, DossierState.SUBMITTED, DossierState.RETURNED, DossierState.RECEIVED),
            DossierState.CONCLUDED,
            _("Put into another dossier"),
            _("put into the dossier of the new unit"),
        ),
    ),
)

# --- nominations ------------------------------------------------------------------------------------------------------


def dossier_is_received(nomination, actor):
    if nomination.dossier.state != DossierState.RECEIVED:
        return _now("The dossier has not been received.")
    return None


def not_in_a_fixed_decision(nomination, actor):
    """What was decided can be taken up again as long as no decision went to the clerk with it."""
    if nomination.decision_id is not None and nomination.decision.state != DecisionState.DRAFTING:
        return _now("The decision with this nomination is already with the clerk.")
    return dossier_is_received(nomination, actor)


NOMINATION = Workflow(
    "awards.nomination",
    (
        Transition(
            "appraise",
            (NominationState.PROPOSED, NominationState.APPRAISED),
            NominationState.APPRAISED,
            pgettext_lazy("nomination", "Appraise"),
            _("appraised the nomination"),
            guard=dossier_is_received,
            tone="primary",
        ),
        Transition(
            "approve",
            (NominationState.APPRAISED,),
            NominationState.APPROVED,
            pgettext_lazy("nomination", "Approve"),
            _("approved the nomination"),
            guard=dossier_is_received,
            tone="primary",
        ),
        Transition(
            "refuse",
            (NominationState.APPRAISED,),
            NominationState.REFUSED,
            pgettext_lazy("nomination", "Do not approve"),
            _("did not approve the nomination"),
            guard=dossier_is_received,
            reason_required=True,
            tone="danger",
        ),
        Transition(
            "reconsider",
            (NominationState.APPROVED, NominationState.REFUSED),
            NominationState.APPRAISED,
            pgettext_lazy("nomination", "Reconsider"),
            _("took the nomination up again"),
            guard=not_in_a_fixed_decision,
            reason_required=True,
        ),
        # Follows from issuing the decision; nobody holds a right to it.
        Transition(
            "commend",
            (NominationState.APPROVED,),
            NominationState.COMMENDED,
            pgettext_lazy("nomination", "Commend"),
            _("commended by a decision"),
        ),
    ),
)

LABELS["awardround.call"] = _("called units to nominate")
LABELS["nomination.gather"] = _("put into a decision")
LABELS["nomination.release"] = _("taken out of the decision")

# --- decisions --------------------------------------------------------------------------------------------------------


def decision_has_rows(decision, actor):
    if not decision.nominations.filter(state=NominationState.APPROVED).exists():
        return _now("The decision has no approved nominations.")
    return None


DECISION = Workflow(
    "awards.decision",
    (
        Transition(
            "forward",
            (DecisionState.DRAFTING,),
            DecisionState.AWAITING_NUMBER,
            _("Signed – to the clerk for its number"),
            _("forwarded the decision for its number"),
            guard=decision_has_rows,
            tone="primary",
        ),
        Transition(
            "rework",
            (DecisionState.AWAITING_NUMBER,),
            DecisionState.DRAFTING,
            _("Take back to drafting"),
            _("took the decision back to drafting"),
            reason_required=True,
        ),
        Transition(
            "issue",
            (DecisionState.AWAITING_NUMBER,),
            DecisionState.ISSUED,
            _("Enter number and issue"),
            _("issued the decision"),
            guard=decision_has_rows,
            tone="primary",
        ),
    ),
)
