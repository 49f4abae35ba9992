"""What a reorganisation of units moves of the awards: dossiers without a result, with all that is in them."""

from collections import Counter

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.enums import DossierState, NominationState, RoundState
from awards.models import AwardRound, Commendation, Dossier, DossierPaper, Nomination, NominationCall
from danvan.documents.models import StoredFile
from danvan.organization.domain.units.movers import MemberOf
from danvan.organization.domain.units.moving import Mover, Plan, grouped, register_mover
from danvan.workflow import change_states
from movements.domain.moving import CallMover, give_files

PROGRESS = [DossierState.RECEIVED, DossierState.SUBMITTED, DossierState.RETURNED, DossierState.DRAFT]
"""The states of open dossiers, the furthest first."""


class DossierMover(Mover):
    """Dossiers that are not concluded. In one round the new unit has one, which takes in the others.

    What the Ban has received goes its way even when the unit is dissolved: its people keep their chance.
    """

    model = Dossier
    related, order = ("round", "unit"), ("unit__order",)
    history_is_shared = True

    def is_open(self, day):
        return ~Q(state=DossierState.CONCLUDED)

    def clashes(self, handover, plan):
        plan.left += [row for row in plan.closed if row.state == DossierState.RECEIVED]
        plan.closed = [row for row in plan.closed if row.state != DossierState.RECEIVED]
        rounds = {row.round_id for rows in plan.moves.values() for row in rows}
        there = {(row.unit_id, row.round_id): row for row in self.rows(handover.new).filter(round__in=rounds)}
        into = plan.details.setdefault("into", {})
        for unit_id, rows in list(plan.moves.items()):
            kept = []
            for round_id, found in grouped(rows, lambda row: row.round_id).items():
                own = there.get((unit_id, round_id))
                if own is None and len(found) == 1:
                    kept += found
                elif own is not None and own.state == DossierState.CONCLUDED:
                    plan.left += found
                    plan.chosen(handover, found, self._words_of_concluded(own))
                else:
                    first = own or self._choice(handover, plan, found)
                    others = [row for row in found if row is not first]
                    if own is None:
                        kept.append(first)
                    else:
                        plan.chosen(handover, others, self._words_of_own(own, others))
                    into |= {row.pk: first for row in others}
                    plan.joined += others
            plan.moves[unit_id] = kept

    def _choice(self, handover, plan, rows):
        """The dossier that takes in the others: as it was chosen, else the one that has come furthest."""
        options = [(str(row.pk), f"{row.unit}: {row.get_state_display()}") for row in rows]
        furthest = min(rows, key=lambda row: PROGRESS.index(row.state))
        words = _(
            "Several dossiers in one round (%(round)s). Which one takes in the nominations and papers of the others?"
        )
        chosen = plan.chosen(handover, rows, words % {"round": rows[0].round}, options, str(furthest.pk))
        return next(row for row in rows if str(row.pk) == chosen)

    @staticmethod
    def _words_of_own(own, others):
        words = {"round": own.round, "new": own.unit, "others": ", ".join(str(row.unit) for row in others)}
        return _("%(round)s: the nominations and papers of %(others)s go into the dossier of %(new)s.") % words

    @staticmethod
    def _words_of_concluded(own):
        words = {"round": own.round, "new": own.unit}
        return _("%(round)s: the dossier of %(new)s is concluded, so that this one stays; the Ban finishes it.") % words

    def remaining(self, handover, plan):
        return len(plan.closed) + len(plan.joined)

    def carry_out(self, handover, plan):
        into = plan.details["into"]
        for first, others in grouped(plan.joined, lambda row: into[row.pk]).items():
            Nomination.objects.filter(dossier__in=others).update(dossier=first)
            DossierPaper.objects.filter(dossier__in=others).update(dossier=first)
        self._finish(handover, plan.joined, "join")
        super().carry_out(handover, plan)
        own = {row.pk: row for row in into.values() if row.unit_id in handover.new}
        for unit_id, rows in grouped(own.values(), lambda row: row.unit_id).items():
            self._take_along(unit_id, rows)

    def hand_to(self, handover, unit_id, rows):
        super().hand_to(handover, unit_id, rows)
        self._take_along(unit_id, rows)

    @staticmethod
    def _take_along(unit_id, rows):
        """Bring what hangs on the dossiers *rows*, now the unit's, in line with it: files, and what is searched for."""
        ids = [row.pk for row in rows]
        give_files(DossierPaper.objects.filter(dossier__in=ids), unit_id)
        nominations = list(Nomination.objects.filter(dossier__in=ids).select_related("dossier__unit"))
        for nomination in nominations:
            nomination.compute_columns()
        Nomination.objects.bulk_update(nominations, ["search_text"], batch_size=500)

    def close(self, handover, rows):
        self._finish(handover, rows, "end_with_unit")

    @staticmethod
    def _finish(handover, rows, action):
        values = {row.pk: {"return_reason": handover.reason} for row in rows}
        change_states(objects=rows, action=action, actor=handover.actor, reason=handover.reason, values=values)

    def attachments(self, ids):
        for pk in DossierPaper.objects.filter(dossier__in=ids).values_list("file", flat=True):
            yield StoredFile._meta.label_lower, pk


class PartMover(Mover):
    """What is in a dossier goes where the dossier goes; it is counted, and asked for by nobody."""

    owner = "dossier__unit"
    related = ("dossier",)

    def __init__(self, model):
        self.model = model

    def is_open(self, day):
        return ~Q(dossier__state=DossierState.CONCLUDED)

    def unit_id(self, row):
        return row.dossier.unit_id

    def asks(self, handover, row):
        return False

    def plan(self, handover):
        dossiers, plan = handover.plans[Dossier._meta.label_lower], Plan(self)
        places = {row.pk: plan.moves[unit_id] for unit_id, rows in dossiers.moves.items() for row in rows}
        for name in ("closed", "left", "unassigned"):
            places |= {row.pk: getattr(plan, name) for row in getattr(dossiers, name)}
        for pk, first in dossiers.details["into"].items():
            places[pk] = places[first.pk] if first.pk in places else plan.moves[first.unit_id]
        for row in self.open(handover.old, handover.day):
            places[row.dossier_id].append(row)
        plan.history = self.history(handover.old, handover.day).count()
        plan.there = self.counts(handover.new, handover.day)
        return plan

    def carry_out(self, handover, plan):
        """The dossiers have taken them along."""


class SubjectMover(Mover):
    """Open nominations of a unit itself. Its name on them stays as typed.

    One whose unit is nominated in the same round under another of its old names keeps the old unit as its subject.
    """

    model = Nomination
    owner = "nominated_unit"
    closes = False
    key = "awards.nomination.nominated_unit"
    related = ("dossier",)

    @property
    def title(self):
        return _("Nominations of the units themselves")

    def is_open(self, day):
        return ~Q(dossier__state=DossierState.CONCLUDED) & ~Q(state=NominationState.COMMENDED)

    def asks(self, handover, row):
        return False

    def share(self, row):
        return Dossier._meta.label_lower, row.dossier_id

    def clashes(self, handover, plan):
        plan.left += [row for row in plan.unassigned if row.dossier.unit_id not in handover.old]
        plan.unassigned = [row for row in plan.unassigned if row.dossier.unit_id in handover.old]
        taken = set(Nomination.objects.filter(nominated_unit__in=handover.new).values_list("nominated_unit", "round"))
        for unit_id, rows in list(plan.moves.items()):
            kept = []
            for row in rows:
                pair = unit_id, row.round_id
                (plan.left if pair in taken else kept).append(row)
                taken.add(pair)
            plan.moves[unit_id] = kept


class NominationCallMover(CallMover):
    model = NominationCall
    related = ("round", "unit")

    def is_open(self, day):
        return Q(round__state=RoundState.OPEN)

    def asked(self, row):
        return row.round_id

    def answered_for_good(self, rows):
        answers = Dossier.objects.filter(unit__in={row.unit_id for row in rows}, state=DossierState.CONCLUDED)
        return set(answers.order_by().values_list("round", "unit"))


class CommendationMover(Mover):
    """The register stays as it was written."""

    model = Commendation
    history_is_shared = True

    def is_open(self, day):
        return Q(pk__in=())

    def counts(self, unit_ids, day):
        return Counter()


def register():
    register_mover(DossierMover())
    register_mover(PartMover(Nomination))
    register_mover(PartMover(DossierPaper))
    register_mover(SubjectMover())
    register_mover(CommendationMover())
    register_mover(NominationCallMover())
    register_mover(
        MemberOf(
            AwardRound,
            "units",
            gettext_lazy("places among those who are called to nominate"),
            lambda prefix, day: ~Q(**{f"{prefix}state": RoundState.CLOSED}),
        )
    )
