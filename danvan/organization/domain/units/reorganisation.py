"""Reorganisations: drafting, previewing, confirming, carrying out. The one writer of their state."""

import logging
from dataclasses import astuple, dataclass, field
from hashlib import sha256

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches
from danvan.history import domain as history
from danvan.organization.domain.units import placement
from danvan.organization.domain.units.event_rules import check_event, is_without_place, superior_for
from danvan.organization.domain.units.moving import Handover, Mover, Plan, batches, mover_of, plan_of
from danvan.organization.domain.units.succession import recompute_inheritance, short_date
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Apportionment, Reorganisation, Succession, Unit
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state

logger = logging.getLogger(__name__)

UNIT = "organization.unit"
"""The label under which the units that stand under a unit that is split up are assigned."""

WITH_ONE_HEIR = (ReorganisationKind.RENAME, ReorganisationKind.MERGE)


# --- drafting ---------------------------------------------------------------------------------------------------------


def units_of(reorganisation):
    """The old units and the new ones of *reorganisation*, each once, in the order of the list."""
    rows = reorganisation.successions.select_related("predecessor__kind", "successor__kind")
    rows = rows.order_by("predecessor__order", "successor__order", "pk")
    old = {row.predecessor_id: row.predecessor for row in rows}
    new = {row.successor_id: row.successor for row in rows if row.successor_id}
    return list(old.values()), list(new.values())


@transaction.atomic
def set_units(*, reorganisation, predecessors, successors=(), handed_to=None):
    """Say which units the drafted event concerns; to whom the open work of a dissolved one is handed, if to anybody.

    With other units than before, what was chosen is forgotten. Raises ValidationError, by field, for what cannot be.
    """
    check_event(reorganisation=reorganisation, predecessors=predecessors, successors=successors, handed_to=handed_to)
    before = units_of(reorganisation)
    reorganisation.successions.all().delete()
    Succession.objects.bulk_create(
        Succession(reorganisation=reorganisation, predecessor=old, successor=new, is_sample=reorganisation.is_sample)
        for old in predecessors
        for new in successors or (None,)
    )
    if units_of(reorganisation) != before:
        reorganisation.apportionments.all().delete()
        reorganisation.choices_made = {}
    if handed_to is not None:
        reorganisation.choices_made["handed_to"] = handed_to.pk
    else:
        reorganisation.choices_made.pop("handed_to", None)
    reorganisation.save()  # the names of its units are searched for


# --- previewing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One kind of record in the table of a reorganisation. ``moves`` are as many as there are new units."""

    key: str
    before: int
    moves: tuple[int, ...]
    joined: int
    closed: int
    left: int
    unassigned: int
    history: int

    @property
    def title(self):
        if self.key == UNIT:
            return _("Units that stand under them")
        mover = mover_of(self.key)
        return mover.title if mover else self.key

    @property
    def moved(self):
        return sum(self.moves)

    @property
    def stays(self):
        """What remains with the old units: as history, or because it cannot go."""
        return self.history + self.left

    @property
    def after(self):
        return self.moved + self.joined + self.closed + self.left + self.unassigned + self.history

    @property
    def is_empty(self):
        return not self.before and not self.after


def sum_of(lines):
    """The Line that adds up *lines*, or None where there are none."""
    if not lines:
        return None
    sums = {
        name: sum(getattr(line, name) for line in lines)
        for name in ("before", "joined", "closed", "left", "unassigned", "history")
    }
    return Line(key="", moves=tuple(map(sum, zip(*(line.moves for line in lines), strict=True))), **sums)


@dataclass(frozen=True)
class Question:
    """What has to be said of one kind of record in a split: to whom *rows* go, and who may read *history*."""

    mover: Mover
    rows: list
    history: list


@dataclass
class Preview:
    """What a reorganisation will do, or did. ``subordinates`` pairs each unit below with who will be its superior."""

    reorganisation: Reorganisation
    old: list[Unit]
    new: list[Unit]
    handed_to: Unit | None
    handover: Handover
    plans: list[Plan]
    superior: Unit | None = None
    subordinates: list[tuple[Unit, Unit | None]] = field(default_factory=list)

    @property
    def takers(self):
        """The units that records can go to."""
        return list(self.handover.new.values())

    @cached_property
    def lines(self):
        return [*map(self._line, self.plans), self._line_of_subordinates()]

    def _line(self, plan):
        return Line(
            key=plan.mover.key,
            before=plan.before,
            moves=tuple(len(plan.moves[pk]) for pk in self.handover.new),
            joined=len(plan.joined),
            closed=len(plan.closed),
            left=len(plan.left),
            unassigned=len(plan.unassigned),
            history=plan.history,
        )

    def _line_of_subordinates(self):
        heirs = [superior and superior.pk for _unit, superior in self.subordinates]
        moves = tuple(heirs.count(pk) for pk in self.handover.new)
        waiting = len(self.unassigned_units)
        left = len(heirs) - sum(moves) - waiting
        return Line(UNIT, len(heirs), moves, 0, 0, left, waiting, 0)

    @property
    def unassigned_units(self):
        return [unit for unit, superior in self.subordinates if superior is None and self.handover.is_split]

    @property
    def unassigned(self):
        """How many open records of a split wait for somebody to say to whom they go."""
        waiting = [row for plan in self.plans for row in plan.unassigned if plan.mover.asks(self.handover, row)]
        return len(waiting) + len(self.unassigned_units)

    @cached_property
    def questions(self):
        """What a split asks: for each kind the records that have to be assigned, and those of history that may be."""
        if not self.handover.is_split:
            return []
        (old,) = self.old
        found = [
            Question(plan.mover, plan.asked, list(plan.mover.readable_history(old, self.handover.day)))
            for plan in self.plans
        ]
        return [question for question in found if question.rows or question.history]

    @property
    def shares_asked(self):
        """All that can be assigned, by label and id."""
        rows = {question.mover.share(row) for question in self.questions for row in (*question.rows, *question.history)}
        return rows | {(UNIT, unit.pk) for unit, _superior in self.subordinates}

    @property
    def doubles(self):
        return [double for plan in self.plans for double in plan.doubles]

    @property
    def mark(self):
        """A short text, another one as soon as the event, what was chosen, or a number of the table is another."""
        event = self.reorganisation
        said = [
            (event.kind, event.effective_on, event.decree, self.superior and self.superior.pk),
            [[unit.pk for unit in units] for units in (self.old, self.takers)],
            [(unit.pk, superior and superior.pk) for unit, superior in self.subordinates],
            sorted(self.handover.shares.items()),
            sorted(self.handover.choices.items()),
            [astuple(line) for line in self.lines],
        ]
        return sha256(repr(said).encode()).hexdigest()[:32]

    @property
    def total_before(self):
        return sum(line.before for line in self.lines)

    @property
    def total_after(self):
        return sum(line.after for line in self.lines)


def preview(reorganisation, *, actor=None):
    """What carrying out *reorganisation* would do as things stand now. Changes nothing.

    Raises ValidationError where the event cannot be at all.
    """
    old, new = units_of(reorganisation)
    choices = reorganisation.choices_made
    handed_to = Unit.objects.filter(pk=choices.get("handed_to") or 0).first()
    check_event(reorganisation=reorganisation, predecessors=old, successors=new, handed_to=handed_to)
    kind = ReorganisationKind(reorganisation.kind)
    if kind == ReorganisationKind.TRANSFER:
        handover = Handover(reorganisation, reorganisation.effective_on, {}, {}, {})
        return Preview(reorganisation, old, [], None, handover, [], superior=reorganisation.superior)
    takers = new or [unit for unit in (handed_to,) if unit]
    heirs = {unit.pk: takers[0].pk for unit in old} if takers and kind != ReorganisationKind.SPLIT else {}
    handover = Handover(
        reorganisation=reorganisation,
        day=reorganisation.effective_on,
        old={unit.pk: unit for unit in old},
        new={unit.pk: unit for unit in takers},
        heirs=heirs,
        is_split=kind == ReorganisationKind.SPLIT,
        ends_memberships=kind == ReorganisationKind.DISSOLVE,
        shares=shares_of(reorganisation, takers),
        choices=choices.get("doubles", {}),
        # Who is given a share of a unit reads this beside it, and learns nothing of the other parts.
        reason=reason_of(reorganisation, old, [] if kind == ReorganisationKind.SPLIT else takers),
        actor=actor,
    )
    superior = superior_for(reorganisation=reorganisation, predecessors=old, successors=new, handed_to=handed_to)
    plans = plan_of(handover)
    return Preview(
        reorganisation, old, new, handed_to, handover, plans, superior, _subordinates(handover, new, superior)
    )


def shares_of(reorganisation, takers):
    """To whom the records of a split go, as far as somebody has said it."""
    ids = {unit.pk for unit in takers}
    rows = reorganisation.apportionments.filter(successor__in=ids)
    shares = {}
    for type_id, object_id, successor in rows.values_list("object_type", "object_id", "successor"):
        model = ContentType.objects.get_for_id(type_id).model_class()
        shares[model._meta.label_lower, object_id] = successor
    units = reorganisation.choices_made.get("subordinates", {})
    return shares | {(UNIT, int(pk)): heir for pk, heir in units.items() if heir in ids}


def reason_of(reorganisation, old, takers):
    """Why records move, for their history and for who reads them."""
    words = {
        "event": reorganisation.get_kind_display(),
        "old": ", ".join(unit.name for unit in old),
        "new": ", ".join(unit.name for unit in takers),
        "day": short_date(reorganisation.effective_on),
        "decree": reorganisation.decree,
    }
    if takers:
        return _("%(event)s: %(old)s → %(new)s from %(day)s (%(decree)s).") % words
    return _("%(event)s: %(old)s from %(day)s (%(decree)s).") % words


def _subordinates(handover, new, superior):
    """The units that stand under the old ones on their last day, each with who is its superior afterwards."""
    apart = {*handover.old, *(unit.pk for unit in new)}
    found = []
    for old in handover.old.values():
        for unit in placement.subordinates(unit=old, day=handover.last_day):
            if unit.pk not in apart:
                heir = handover.heir(old.pk, (UNIT, unit.pk))
                nobody = None if handover.is_split else superior
                found.append((unit, handover.new[heir] if heir else nobody))
    return found


# --- choosing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def choose(*, reorganisation, actor, doubles=None, shares=None):
    """Keep what was chosen about doubles (codes by key) and shares (ids of new units, or None, by label and id).

    What is not named stays as it was chosen before. What the event does not ask for is passed over: a share lets a unit
    read. Raises NotAllowed, Refused once the event took effect, or ValidationError where it cannot be.
    """
    if not reaches(actor, reorganisation, "confirm"):
        raise NotAllowed
    # Whoever carries it out at this moment waits, or we find that it is done: a share that comes late lets a unit read.
    # What another officer chose meanwhile is read with it, and kept.
    locked = Reorganisation.objects.select_for_update().get(pk=reorganisation.pk)
    if locked.state not in (ReorganisationState.DRAFT, ReorganisationState.PLANNED):
        raise Refused(_("The event has taken effect or was cancelled: nothing can be chosen any more."))
    choices = reorganisation.choices_made = locked.choices_made
    choices["doubles"] = choices.get("doubles", {}) | (doubles or {})
    shares = _allowed(preview(reorganisation), shares or {})
    units = {str(pk): shares.pop((label, pk)) for label, pk in list(shares) if label == UNIT}
    choices["subordinates"] = {
        pk: heir for pk, heir in (choices.get("subordinates", {}) | units).items() if heir is not None
    }
    reorganisation.problem = ""
    reorganisation.save(update_fields=["choices_made", "problem"])
    _set_shares(reorganisation, shares)


def _allowed(found, shares):
    takers = {None, *found.handover.new}
    return {share: heir for share, heir in shares.items() if heir in takers and share in found.shares_asked}


def _set_shares(reorganisation, shares):
    kept = {(row.object_type_id, row.object_id): row for row in reorganisation.apportionments.all()}
    new, changed, gone = [], [], []
    for (label, pk), heir in _with_attachments(shares).items():
        kind = ContentType.objects.get_by_natural_key(*label.split("."))
        row = kept.get((kind.pk, pk))
        if heir is None:
            gone += [row.pk] if row else []
        elif row is None:
            new.append(Apportionment(reorganisation=reorganisation, object_type=kind, object_id=pk, successor_id=heir))
        elif row.successor_id != heir:
            row.successor_id = heir
            changed.append(row)
    reorganisation.apportionments.filter(pk__in=gone).delete()
    Apportionment.objects.bulk_update(changed, ["successor"], batch_size=500)
    Apportionment.objects.bulk_create(new, batch_size=500)


def _with_attachments(shares):
    """*shares* and those of the files that have to be readable with them."""
    found = dict(shares)
    by_label = {}
    for (label, pk), heir in shares.items():
        by_label.setdefault((label, heir), []).append(pk)
    for (label, heir), ids in by_label.items():
        mover = mover_of(label)
        for share in mover.attachments(ids) if mover else ():
            found[share] = heir
    return found


# --- confirming -------------------------------------------------------------------------------------------------------


def confirm(*, obj, actor, reason="", seen=""):
    """Confirm the event: one whose day has come is carried out at once, one to come takes effect by itself.

    *seen* is the mark of the preview that the actor saw, where there was one: nothing else is confirmed.
    Raises NotAllowed, ChangedMeanwhile, Refused or ValidationError; then nothing has changed.
    """
    if not reaches(actor, obj, "confirm"):
        raise NotAllowed
    confirmed = {"confirmed_by": actor, "confirmed_at": clock.now()}
    if obj.effective_on <= clock.today():
        return carry_out(reorganisation=obj, actor=actor, now=clock.now(), seen=seen, **confirmed)
    if obj.state == ReorganisationState.PLANNED:
        raise Refused(_("It is confirmed already and takes effect by itself on its day."))
    found = preview(obj)
    _require_seen(found, seen)
    _require_complete(found)
    return change_state(obj=obj, action="confirm", actor=actor, reason=reason, values={**confirmed, "problem": ""})


def cancel(*, obj, actor, reason):
    """Give the event up before it takes effect."""
    return change_state(obj=obj, action="cancel", actor=actor, reason=reason, values={"problem": ""})


def _require_seen(found, seen):
    if seen and seen != found.mark:
        raise Refused(_("The event, or what it moves, is no longer as it was shown. Look at the preview once more."))


def _require_complete(found):
    if found.unassigned:
        raise Refused(
            _("%(count)s open records are not assigned to a new unit yet. Assign each of them, then confirm.")
            % {"count": found.unassigned}
        )


# --- carrying out -----------------------------------------------------------------------------------------------------


class TotalsDiffer(Refused):
    """What was counted after moving is not what was counted before."""


@transaction.atomic
def carry_out(*, reorganisation, actor, now, seen="", **values):
    """Carry the event out and return it; all of it, or nothing.

    *actor* is None for the system, on the day of a planned event. Whoever comes second finds that the state moved. The
    shares of records that went to a new unit are dropped, for these are now its own; those of history stay.

    Raises ChangedMeanwhile; Refused for open records of a split that nobody assigned, or when the totals afterwards
    are not those before; ValidationError for an event that cannot be.
    """
    obj = change_state(
        obj=reorganisation,
        action="carry_out",
        actor=actor,
        on_behalf_of_system=True,
        values={"took_effect_at": now, "problem": "", **values},
    )
    _lock(obj)
    found = preview(obj, actor=actor)
    _require_seen(found, seen)
    _require_complete(found)
    if obj.kind == ReorganisationKind.TRANSFER:
        for unit in found.old:
            placement.move(unit=unit, superior=obj.superior, effective_on=obj.effective_on)
    else:
        _rearrange_the_tree(found)
        for plan in found.plans:
            plan.mover.carry_out(found.handover, plan)
        _drop_moved_shares(found)
        recompute_inheritance([*found.old, *found.new])
        _verify(found)
    obj.outcome = _outcome_of(found)
    obj.save(update_fields=["outcome"])
    _tell_units(found, actor)
    return obj


def _lock(reorganisation):
    """Nobody adds a record to one of the units meanwhile: on PostgreSQL a foreign key waits for this lock."""
    rows = reorganisation.successions.values_list("predecessor", "successor")
    ids = {pk for row in rows for pk in row} | {reorganisation.choices_made.get("handed_to")}
    list(Unit.objects.select_for_update().filter(pk__in=ids - {None}).order_by("pk").values_list("pk"))


def _rearrange_the_tree(found):
    handover, day = found.handover, found.handover.day
    with placement.the_tree_alone():
        for unit in found.new:
            _settle_new(found, unit)
        for unit, superior in found.subordinates:
            placement.move(unit=unit, superior=superior, effective_on=day)
        standing = filter(None, map(placement.last_placement, found.old))
        for row in sorted(standing, key=lambda row: -row.level):
            placement.end(unit=handover.old[row.unit_id], last_day=handover.last_day)
    for unit in found.old:
        _write_dates(handover, unit, valid_to=handover.last_day)


def _settle_new(found, unit):
    """Give a new unit its first day and its superior. One that stood somewhere before stays, but not under who ends."""
    day = found.handover.day
    standing = placement.last_placement(unit)
    if standing is None:
        if unit.valid_from is None:
            _write_dates(found.handover, unit, valid_from=day)
        placement.place(unit=unit, superior=found.superior, valid_from=day)
        return
    said = found.reorganisation.superior_id is not None
    if said or is_without_place(found.reorganisation, unit, {unit.pk: standing.superior_id}, found.handover.old):
        placement.move(unit=unit, superior=found.superior, effective_on=day)


def _write_dates(handover, unit, **dates):
    changes = {name: [getattr(unit, name), day] for name, day in dates.items()}
    for name, day in dates.items():
        setattr(unit, name, day)
    unit.save(update_fields=list(dates))
    history.record(actor=handover.actor, action="change", obj=unit, changes=changes, reason=handover.reason)


def _drop_moved_shares(found):
    """Forget who was given what moved: it is the unit's own now, and no more than that when it moves on."""
    moved = {plan.mover.share(row): None for plan in found.plans for row in plan.asked}
    by_label = {}
    for label, pk in _with_attachments(moved):
        by_label.setdefault(label, []).append(pk)
    for label, ids in by_label.items():
        kind = ContentType.objects.get_by_natural_key(*label.split("."))
        for part in batches(ids):
            found.reorganisation.apportionments.filter(object_type=kind, object_id__in=part).delete()


def _verify(found):
    """Count again. Raises TotalsDiffer, so that nothing is kept, where a record was lost or came twice."""
    handover = found.handover
    for plan in found.plans:
        mover = plan.mover
        there = mover.counts(handover.new, handover.day)
        expected = {pk: plan.there[pk] + len(plan.moves[pk]) for pk in handover.new}
        open_before = sum(mover.counts(handover.old, handover.day).values())
        kept = mover.history(handover.old, handover.day).count()
        counted = [{pk: there[pk] for pk in handover.new}, open_before, kept]
        if counted != [expected, len(plan.left), plan.history + mover.remaining(handover, plan)]:
            logger.error("The totals of %s differ: %s, %s", mover.key, counted, expected)
            raise TotalsDiffer(
                _("%(kind)s: the totals before and after differ. Nothing was changed.") % {"kind": mover.title}
            )


def _outcome_of(found):
    """What was done, as numbers and names: no word of it is a translation."""
    return {
        "old": [[unit.pk, unit.name] for unit in found.old],
        "new": [[unit.pk, unit.name] for unit in found.takers],
        "lines": [
            {**{name: getattr(line, name) for name in Line.__dataclass_fields__}, "moves": list(line.moves)}
            for line in found.lines
            if not line.is_empty
        ],
        "total_before": found.total_before,
        "total_after": found.total_after,
    }


def lines_of_outcome(outcome):
    """The Lines of what was carried out, as kept."""
    return [Line(**{**line, "moves": tuple(line["moves"])}) for line in outcome.get("lines", ())]


def _tell_units(found, actor):
    """One activity in the history of each unit, with the counts: of what it had, or of what it was given."""
    reason = found.handover.reason or reason_of(found.reorganisation, found.old, found.takers)
    for unit in found.old:
        said = [f"{line.title}: {line.before} → {line.moved}" for line in found.lines if line.before]
        history.record(actor=actor, action="reorganise", obj=unit, reason=f"{reason} {'; '.join(said)}".strip())
    for place, unit in enumerate(found.takers):
        said = [f"{line.title}: {line.moves[place]}" for line in found.lines if line.moves[place]]
        history.record(actor=actor, action="reorganise", obj=unit, reason=f"{reason} {'; '.join(said)}".strip())


# --- on the day -------------------------------------------------------------------------------------------------------


def carry_out_due(*, now, again=False):
    """Carry out each planned event whose day has come; return how many. May run twice at once.

    An event that cannot be carried out stays planned, with the reason in words, and is left alone until somebody
    changed something or it is tried *again*. Where the database was only busy it is tried the next time. The others are
    carried out all the same.
    """
    due = Reorganisation.objects.due(clock.local_date(now)).order_by("effective_on", "pk")
    done = 0
    for reorganisation in due if again else due.filter(problem=""):
        try:
            carry_out(reorganisation=reorganisation, actor=None, now=now)
        except ChangedMeanwhile:
            continue
        except Refused as error:
            _note_problem(reorganisation, str(error))
        except ValidationError as error:
            _note_problem(reorganisation, " ".join(error.messages))
        except OperationalError:
            # The database is busy, or two waited for each other: the next time will do.
            logger.warning("Reorganisation %s waits for the database.", reorganisation.pk, exc_info=True)
        except Exception:
            # Whatever is wrong with one must not keep the others from their day.
            logger.exception("Reorganisation %s could not be carried out.", reorganisation.pk)
            _note_problem(reorganisation, _("The program failed. Ask the administrator to look into the log."))
        else:
            done += 1
    return done


def _note_problem(reorganisation, words):
    planned = Reorganisation.objects.filter(pk=reorganisation.pk, state=ReorganisationState.PLANNED)
    planned.update(problem=words)
