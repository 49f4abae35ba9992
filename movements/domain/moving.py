"""What a reorganisation of units moves of the movement: models that run, open registrations, owed reports."""

from itertools import chain

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danvan.access.ties import owner_path
from danvan.documents.models import StoredFile
from danvan.history import domain as history
from danvan.organization.domain.units.movers import AddressedMover
from danvan.organization.domain.units.moving import (
    APART,
    JOIN,
    Mover,
    NamedMover,
    batches,
    grouped,
    register_mover,
)
from danvan.text.folding import fold
from danvan.workflow import change_states
from movements.enums import CampaignState, PeriodState, RegistrationState, ReportState
from movements.models import (
    Campaign,
    Exemplar,
    Registration,
    RegistrationCall,
    Report,
    ReportFile,
    ReportingScheme,
    ScheduleOverride,
)
from movements.models.report import OWED

FINISHED = (RegistrationState.RECOGNISED, RegistrationState.DECLINED)
TYPED = ("name", "kind", "subject_kind", "field", "place", "launched_on")
TEXTS = ("results", "difficulties", "proposals")


class ExemplarMover(NamedMover):
    """Models and exemplars that run. Two of one name are offered for joining; apart, one has the unit's name added."""

    model = Exemplar
    related, order = ("unit",), ("unit__order",)
    history_is_shared = True

    def is_open(self, day):
        return Q(discontinued_on=None) | Q(discontinued_on__gte=day)

    def clashes(self, handover, plan):
        there = list(self.open(handover.new, handover.day))
        into = plan.details.setdefault("into", {})
        for unit_id, rows in list(plan.moves.items()):
            present = [row for row in there if row.unit_id == unit_id]
            for alike in grouped([*present, *rows], lambda row: fold(row.name)).values():
                coming = [row for row in alike if row.unit_id != unit_id]
                if len(alike) == 1 or not coming or self._choice(handover, plan, alike) == APART:
                    continue
                kept, *others = alike
                into |= {row.pk: kept for row in others}
                plan.joined += others
            plan.moves[unit_id] = [row for row in rows if row.pk not in into]
        super().clashes(handover, plan)

    def _choice(self, handover, plan, rows):
        names = "; ".join(f"{row.name} ({row.unit})" for row in rows)
        options = (
            (APART, _("keep them apart; where the names are the same, the old unit's name is added")),
            (JOIN, _("join them: one model goes on, all its registrations and nominations are kept")),
        )
        return plan.chosen(handover, rows, _("Models with the same name: %(names)s") % {"names": names}, options, APART)

    def tell_renamed(self, handover, plan, row):
        """Offered for joining already, or in the way of a model that is discontinued."""

    def carry_out(self, handover, plan):
        for row in plan.joined:
            self._join(handover, row, plan.details["into"][row.pk])
        super().carry_out(handover, plan)

    def _join(self, handover, row, kept):
        """Let all that speaks of *row* speak of *kept*, which takes over what it does not know itself.

        A record may only be tied to a model of its own unit, so *kept* stands with each unit in turn while its records
        are written, under a name that is in nobody's way.
        """
        home, name = kept.unit_id, kept.name
        for relation in Exemplar._meta.related_objects:
            rows = relation.related_model.objects.filter(**{relation.field.name: row.pk})
            owner = owner_path(relation.related_model)
            for unit_id in set(rows.order_by().values_list(owner, flat=True)):
                self._stand(kept, unit_id, f"#{kept.pk} {name}"[:200])
                rows.filter(**{owner: unit_id}).update(**{relation.field.name: kept.pk})
        launched = [day for day in (kept.launched_on, row.launched_on) if day]
        kept.place, kept.launched_on = kept.place or row.place, min(launched, default=None)
        self._stand(kept, home, name)
        typed = {field: [getattr(row, field), None] for field in TYPED}
        for action, unit_id, obj in (("exemplar.join", home, kept), ("delete", row.unit_id, row)):
            history.record_many(
                actor=handover.actor,
                action=action,
                unit_id=unit_id,
                entries=[(obj, {"unit": [row.unit, None], **typed})],
                reason=handover.reason,
            )
        row.delete()

    @staticmethod
    def _stand(exemplar, unit_id, name):
        exemplar.unit_id, exemplar.name = unit_id, name
        exemplar.save(update_fields=["unit", "name", "place", "launched_on"])

    def close(self, handover, rows):
        end_on_last_day(handover, rows)


def end_on_last_day(handover, rows):
    """What nobody carries on was discontinued on the last day of its unit."""
    for unit_id, found in grouped(rows, lambda row: row.unit_id).items():
        history.record_many(
            actor=handover.actor,
            action="end_with_unit",
            unit_id=unit_id,
            entries=[(row, {"discontinued_on": [row.discontinued_on, handover.last_day]}) for row in found],
            reason=handover.reason,
        )
    for ids in batches([row.pk for row in rows]):
        Exemplar.objects.filter(pk__in=ids).update(discontinued_on=handover.last_day, version=F("version") + 1)


class RegistrationMover(NamedMover):
    """Registrations without a final result. One that continues a model goes where the model goes."""

    model = Registration
    placed = True
    unique_with = ("campaign",)
    related = ("exemplar",)
    history_is_shared = True

    def is_open(self, day):
        return ~Q(state__in=FINISHED)

    def _model_of(self, handover, row):
        """The plan's model that *row* continues, or None."""
        runs = row.exemplar is not None and (row.exemplar.discontinued_on or handover.day) >= handover.day
        return row.exemplar if runs and row.exemplar.unit_id in handover.old else None

    def asks(self, handover, row):
        return self._model_of(handover, row) is None

    def target(self, handover, row):
        model = self._model_of(handover, row)
        share = (Exemplar._meta.label_lower, model.pk) if model else self.share(row)
        return handover.heir(row.unit_id, share)

    def close(self, handover, rows):
        values = {row.pk: {"result_reason": handover.reason} for row in rows}
        change_states(objects=rows, action="end_with_unit", actor=handover.actor, reason=handover.reason, values=values)


class ReportMover(Mover):
    """Reports that are owed while their period is open. For one period the new unit owes one.

    Of several one goes on: what the new unit owes already, else what came and was returned, else what somebody wrote
    into. The others are closed, and what was written into them is carried into that one where it is not sent yet.
    """

    model = Report
    placed = True
    related, order = ("period", "unit"), ("unit__order",)
    history_is_shared = True

    def is_open(self, day):
        return Q(state__in=OWED, period__state=PeriodState.OPEN)

    def clashes(self, handover, plan):
        periods = {row.period_id for rows in plan.moves.values() for row in rows}
        there = {(row.unit_id, row.period_id): row for row in self.rows(handover.new).filter(period__in=periods)}
        into = plan.details.setdefault("into", {})
        for unit_id, rows in list(plan.moves.items()):
            kept = []
            for period_id, found in grouped(rows, lambda row: row.period_id).items():
                first = there.get((unit_id, period_id))
                if first is None:
                    first = min(found, key=lambda row: (row.state != ReportState.RETURNED, not has_content(row)))
                    kept.append(first)
                others = [row for row in found if row is not first]
                if others:
                    into |= {row.pk: first for row in others}
                    plan.joined += others
                    plan.chosen(handover, others, self._words(handover, first, others, unit_id))
            plan.moves[unit_id] = kept

    def _words(self, handover, kept, others, unit_id):
        words = {
            "period": kept.period.title,
            "new": handover.new[unit_id],
            "kept": kept.unit,
            "others": ", ".join(str(row.unit) for row in others),
        }
        if kept.state not in OWED:
            return _("%(period)s: %(new)s has sent its report. The reports of %(others)s are exempted.") % words
        said = _(
            "%(period)s: %(new)s owes one report, the one begun by %(kept)s. "
            "Those of %(others)s are exempted; what was written there is carried over."
        )
        return said % words

    def remaining(self, handover, plan):
        return len(plan.closed) + len(plan.joined)

    def carry_out(self, handover, plan):
        into = plan.details["into"]
        for kept, others in grouped(plan.joined, lambda row: into[row.pk]).items():
            if kept.state in OWED:
                carry_over(kept, others)
        self.close(handover, plan.joined)
        super().carry_out(handover, plan)
        own = {row.pk: row for row in into.values() if row.unit_id in handover.new}
        for unit_id, rows in grouped(own.values(), lambda row: row.unit_id).items():
            give_files(ReportFile.objects.filter(report__in=rows), unit_id)

    def hand_to(self, handover, unit_id, rows):
        super().hand_to(handover, unit_id, rows)
        give_files(ReportFile.objects.filter(report__in=[row.pk for row in rows]), unit_id)

    def close(self, handover, rows):
        values = {row.pk: {"remark": handover.reason} for row in rows}
        change_states(objects=rows, action="end_with_unit", actor=handover.actor, reason=handover.reason, values=values)

    def attachments(self, ids):
        files = ReportFile.objects.filter(report__in=ids)
        for pk in files.values_list("file", flat=True):
            yield StoredFile._meta.label_lower, pk


def has_content(report):
    return any(getattr(report, name) for name in TEXTS) or report.models_count is not None


def carry_over(kept, others):
    """Write what stands in the reports *others* into *kept*, each under the name of its unit, with their files.

    Counts add up where all are known. Where one is not, the sum is not known either, and each stands in words.
    """
    written = [row for row in others if has_content(row)]
    for name in TEXTS:
        parts = [getattr(kept, name), *(f"[{row.unit}] {text}" for row in written if (text := getattr(row, name)))]
        setattr(kept, name, "\n\n".join(filter(None, parts)))
    counts = [(row.unit, row.models_count) for row in (kept, *others)]
    if any(number is not None for unit, number in counts[1:]):
        known = None not in dict(counts).values()
        kept.models_count = sum(number for _unit, number in counts) if known else None
        lines = [
            _("[%(unit)s] Number of models: %(count)s") % {"unit": unit, "count": number}
            for unit, number in counts
            if number is not None
        ]
        kept.results = "\n\n".join(filter(None, [kept.results, "\n".join(lines)]))
    kept.due_on = max(row.due_on for row in (kept, *others))
    kept.save(update_fields=[*TEXTS, "models_count", "due_on"])
    ReportFile.objects.filter(report__in=others).update(report=kept)


def give_files(kept_files, unit_id):
    """Let the stored files of *kept_files*, rows with a ``file``, belong to the unit."""
    for ids in batches(list(kept_files.values_list("file", flat=True))):
        StoredFile.objects.filter(pk__in=ids).update(unit=unit_id, version=F("version") + 1)


class CallMover(Mover):
    """Calls of what is under way. One goes to the successor, which is called once, until the latest of their days.

    It stays where its answer does: with a unit whose result is final. The parts of a split unit are called anew, each
    by itself, so that its own call ends, as with a unit that nobody carries on.
    """

    model = RegistrationCall
    related, order = ("campaign", "unit"), ("unit__order",)

    def is_open(self, day):
        return Q(campaign__state=CampaignState.LAUNCHED)

    def asked(self, row):
        """The id of what *row* is a call of."""
        return row.campaign_id

    def answered_for_good(self, rows):
        """The pairs of what was asked and who answered, of the units of *rows*, where the answer stays as it is."""
        answers = Registration.objects.filter(unit__in={row.unit_id for row in rows}, state__in=FINISHED)
        return set(answers.order_by().values_list("campaign", "unit"))

    def asks(self, handover, row):
        return False

    def clashes(self, handover, plan):
        plan.closed, plan.unassigned = [*plan.closed, *plan.unassigned], []
        groups = [plan.closed, *plan.moves.values()]
        final = self.answered_for_good(list(chain.from_iterable(groups)))
        for rows in groups:
            plan.left += [row for row in rows if (self.asked(row), row.unit_id) in final]
            rows[:] = [row for row in rows if (self.asked(row), row.unit_id) not in final]
        there = {(row.unit_id, self.asked(row)): row for row in self.open(handover.new, handover.day)}
        into = plan.details.setdefault("into", {})
        for unit_id, rows in plan.moves.items():
            for row in rows:
                first = there.setdefault((unit_id, self.asked(row)), row)
                if first is not row:
                    into[row.pk] = first
                    plan.joined.append(row)
            rows[:] = [row for row in rows if row.pk not in into]

    def remaining(self, handover, plan):
        return 0

    def carry_out(self, handover, plan):
        into = plan.details["into"]
        for first, others in grouped(plan.joined, lambda row: into[row.pk]).items():
            due_on = max(row.due_on for row in (first, *others))
            self.model.objects.filter(pk=first.pk).update(due_on=due_on, version=F("version") + 1)
        self.close(handover, plan.joined)
        super().carry_out(handover, plan)

    def close(self, handover, rows):
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).delete()


class OverrideMover(Mover):
    """Days of a unit's own in a scheme. The new unit has one set of them; of several the first in the list goes on."""

    model = ScheduleOverride
    related, order = ("scheme", "unit"), ("unit__order",)

    def is_open(self, day):
        return Q(unit__isnull=False)

    def clashes(self, handover, plan):
        taken = set(self.rows(handover.new).values_list("unit", "scheme"))
        for unit_id, rows in list(plan.moves.items()):
            kept = []
            for row in rows:
                pair = unit_id, row.scheme_id
                (plan.joined if pair in taken else kept).append(row)
                taken.add(pair)
            plan.moves[unit_id] = kept

    def remaining(self, handover, plan):
        return 0

    def carry_out(self, handover, plan):
        super().carry_out(handover, plan)
        self.close(handover, plan.joined)

    def close(self, handover, rows):
        for ids in batches([row.pk for row in rows]):
            self.model.objects.filter(pk__in=ids).delete()


def register():
    register_mover(ExemplarMover())
    register_mover(RegistrationMover())
    register_mover(ReportMover())
    register_mover(AddressedMover(ReportingScheme, "units", gettext_lazy("places among those who owe a report")))
    register_mover(OverrideMover())
    register_mover(CallMover())
    register_mover(
        AddressedMover(
            Campaign,
            "units",
            gettext_lazy("places among those who are called to register"),
            lambda prefix, day: ~Q(**{f"{prefix}state": CampaignState.CONCLUDED}),
        )
    )
