"""What a reorganisation moves of this app's own records: people, teams, memberships, assignments, clusters."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from danvan.history import domain as history
from danvan.organization.domain.units.moving import (
    BATCH,
    Mover,
    NamedMover,
    batches,
    grouped,
    register_mover,
    tell_moved,
)
from danvan.organization.models import Assignment, Cluster, Collective, Membership, Person


class DatedMover(Mover):
    """Records with a first and a last day: the old one ends the day before, a new one begins under the new unit.

    Of two that say the ``same`` of one unit, one goes on, over the days of both.
    """

    same: tuple[str, ...]

    def is_open(self, day):
        return Q(valid_to=None) | Q(valid_to__gte=day)

    def clashes(self, handover, plan):
        standing = grouped(self.open(handover.new, handover.day), lambda row: (row.unit_id, *self._what(row)))
        standing = {
            what: [Stretch(row.valid_from, row.valid_to, row) for row in rows] for what, rows in standing.items()
        }
        goes_on = {}
        for unit_id, rows in list(plan.moves.items()):
            for row in rows:
                wanted = Stretch(max(row.valid_from or handover.day, handover.day), row.valid_to)
                others = standing.setdefault((unit_id, *self._what(row)), [])
                if meeting := [other for other in others if other.meets(wanted)]:
                    widen(meeting, wanted)
                    plan.joined.append(row)
                else:
                    others.append(wanted)
                    goes_on[row.pk] = wanted
            plan.moves[unit_id] = [row for row in rows if row.pk in goes_on]
        plan.details["goes_on"] = goes_on
        plan.details["standing"] = [other for others in standing.values() for other in others if other.row]

    def _what(self, row):
        return tuple(getattr(row, name) for name in self.same)

    def remaining(self, handover, plan):
        rows = [*plan.joined, *plan.closed, *chain.from_iterable(plan.moves.values())]
        return len(self._halves(handover, rows)[0])

    @staticmethod
    def _halves(handover, rows):
        """Those of *rows* that have begun before the day, and those that begin later."""
        begun = [row for row in rows if row.valid_from is None or row.valid_from < handover.day]
        to_come = [row for row in rows if row.valid_from is not None and row.valid_from >= handover.day]
        return begun, to_come

    def carry_out(self, handover, plan):
        self.close(handover, [*plan.closed, *plan.joined])
        for other in plan.details["standing"]:
            if other.is_widened:
                other.row.valid_from, other.row.valid_to = other.first, other.last
                other.row.save(update_fields=["valid_from", "valid_to"])
        for unit_id, rows in plan.moves.items():
            self.hand_to(handover, unit_id, rows)

    def hand_to(self, handover, unit_id, rows):
        tell_moved(handover, unit_id, [(row, row.unit_id) for row in rows])
        begun, to_come = self._halves(handover, rows)
        self._end(handover, begun)
        stretches = handover.plans[self.key].details["goes_on"]
        self.model.objects.bulk_create(
            [self._successor_of(row, unit_id, stretches[row.pk]) for row in begun], batch_size=BATCH
        )
        for row in to_come:  # as wide as whatever was joined to it
            row.unit_id, row.valid_from, row.valid_to = unit_id, stretches[row.pk].first, stretches[row.pk].last
        self.model.objects.bulk_update(to_come, ["unit", "valid_from", "valid_to"], batch_size=BATCH)

    def close(self, handover, rows):
        """End *rows* the day before. What would begin only later never does."""
        begun, to_come = self._halves(handover, rows)
        for action, found in (("end_with_unit", begun), ("delete", to_come)):
            for unit_id, ended in grouped(found, self.unit_id).items():
                changes = {"valid_to": [None, handover.last_day]} if action == "end_with_unit" else {}
                history.record_many(
                    actor=handover.actor,
                    action=action,
                    unit_id=unit_id,
                    entries=[(row, changes) for row in ended],
                    reason=handover.reason,
                )
        self._end(handover, begun)
        for ids in batches([row.pk for row in to_come]):
            self.model.objects.filter(pk__in=ids).delete()

    def _end(self, handover, rows):
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).update(valid_to=handover.last_day, version=F("version") + 1)

    def _successor_of(self, row, unit_id, stretch):
        columns = {
            field.attname: getattr(row, field.attname)
            for field in self.model._meta.concrete_fields
            if not field.primary_key and field.name != "version"
        }
        return self.model(**columns | {"unit_id": unit_id, "valid_from": stretch.first, "valid_to": stretch.last})


@dataclass
class Stretch:
    """The days from *first* to *last*, None where they are open. *row* is the record that has them already."""

    first: date | None
    last: date | None
    row: Any = None

    @property
    def is_widened(self):
        return (self.first, self.last) != (self.row.valid_from, self.row.valid_to)

    def meets(self, other):
        begins, ends = self.first or date.min, self.last or date.max
        return begins <= (other.last or date.max) and (other.first or date.min) <= ends


def widen(stretches, other):
    """Let *stretches*, of which each meets *other*, hold the days of *other* as well.

    What lies between two of them goes to the earlier one, so that none meets the next that did not meet it before.
    """
    stretches.sort(key=lambda stretch: stretch.first or date.min)
    for before, after in pairwise(stretches):
        if before.last is not None and after.first is not None:
            before.last = max(before.last, after.first - timedelta(days=1))
    first, last = stretches[0], stretches[-1]
    first.first = None if None in (first.first, other.first) else min(first.first, other.first)
    last.last = None if None in (last.last, other.last) else max(last.last, other.last)


class MembershipMover(DatedMover):
    """Who serves at the old units. Of a dissolved one all memberships end, whoever takes its work over."""

    model = Membership
    same = ("user_id", "role", "on_behalf_of_id")
    related = ("user", "unit")

    def target(self, handover, row):
        return None if handover.ends_memberships else super().target(handover, row)


class AssignmentMover(DatedMover):
    model = Assignment
    same = ("officer_id", "stand_in_id")
    related = ("officer", "unit", "area")


class PersonMover(Mover):
    model = Person
    closes = False


class CollectiveMover(NamedMover):
    """Teams keep their identity: two with one name in two villages stay two."""

    model = Collective
    closes = False


class MemberOf(Mover):
    """That a unit is one of the units of a record that names several, by the relation to many *name* of *model*.

    The rows are those of the relation's own table.
    """

    def __init__(self, model, name, title, is_open=lambda prefix, day: Q()):
        relation = model._meta.get_field(name)
        self.of, self.name, self._title, self._is_open = model, name, title, is_open
        self.model = relation.remote_field.through
        self.source, self.owner = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        self.related = (self.source,)

    @property
    def key(self):
        return f"{self.of._meta.label_lower}.{self.name}"

    @property
    def title(self):
        return str(capfirst(self._title))

    def is_open(self, day):
        return self._is_open(f"{self.source}__", day)

    def share(self, row):
        return self.of._meta.label_lower, getattr(row, f"{self.source}_id")

    def subject(self, row):
        return getattr(row, self.source)

    def clashes(self, handover, plan):
        """A record names a unit once, however many of its old units became it."""
        named = {(self.unit_id(row), self.share(row)) for row in self.rows(handover.new)}
        for unit_id, rows in list(plan.moves.items()):
            kept = []
            for row in rows:
                pair = unit_id, self.share(row)
                (plan.joined if pair in named else kept).append(row)
                named.add(pair)
            plan.moves[unit_id] = kept

    def remaining(self, handover, plan):
        return 0

    def carry_out(self, handover, plan):
        super().carry_out(handover, plan)
        self.close(handover, plan.joined)

    def hand_to(self, handover, unit_id, rows):
        tell_moved(handover, unit_id, [(self.subject(row), self.unit_id(row)) for row in rows])
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).update(**{self.owner: unit_id})

    def close(self, handover, rows):
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).delete()


class ClusterMover(MemberOf):
    """The clusters of the year of the event and of those to come; also whom they have as their head."""

    def carry_out(self, handover, plan):
        super().carry_out(handover, plan)
        for cluster in Cluster.objects.filter(head__in=handover.old, year__gte=handover.day.year):
            cluster.head_id = handover.heir(cluster.head_id, (Cluster._meta.label_lower, cluster.pk))
            cluster.save(update_fields=["head"])


class AddressedMover(MemberOf):
    """That a unit is one of the chosen ones of an Addressed; also the superior under which all are asked."""

    def carry_out(self, handover, plan):
        super().carry_out(handover, plan)
        for asked in self.of.objects.filter(under__in=handover.old):
            if heir := handover.heir(asked.under_id, (self.of._meta.label_lower, asked.pk)):
                asked.under_id = heir
                asked.save(update_fields=["under"])


def of_this_year(prefix, day):
    return Q(**{f"{prefix}year__gte": day.year})


def register():
    register_mover(MembershipMover())
    register_mover(AssignmentMover())
    register_mover(PersonMover())
    register_mover(CollectiveMover())
    register_mover(ClusterMover(Cluster, "members", _("places in emulation clusters"), of_this_year))
