"""The closed loop: what should have been told by now against what was delivered.

Independent of the code that sends: nothing of the planner, the writer of the ledger, the letters or the drain is
imported, and whoever changes those changes nothing here. It reckons by itself which steps have come, and reads the
ledger, the mails and the inboxes as they are.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Case, CharField, Count, Exists, F, Max, Min, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.functional import cached_property

from danvan import clock
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail
from danvan.notices.enums import Audience, Fault, ReminderState, SettlementKind
from danvan.notices.models import Holiday, InboxMessage, Reconciliation, Reminder, ReminderRule, Settlement
from danvan.notices.sources import sources
from danvan.organization.models import Membership, Unit, User

WINDOW = timedelta(days=29)
"""How far back is looked. A day less than steps are taken: what has come 30 days ago is told no more."""
GRACE = timedelta(minutes=20)
"""What came, or was changed, within so much time in which people are told may still be on its way."""
GAP = timedelta(minutes=45)
"""Longer without a check, and nobody was at work: then only what was due at the last check can be missing by now."""
KEPT = timedelta(days=14)
SHOWN = 300
MAIL_KIND = "notices.reminder"
DELIVERED, WAITING, SETTLED, UNREACHABLE = "delivered", "waiting", "settled", "unreachable"
FOLLOWED = "follow_unit"
BATCH = 5_000


@dataclass(frozen=True)
class Difference:
    """A reminder that is missing. ``reminder`` and ``mail`` are ids, ``user`` is who should have been told."""

    fault: Fault
    source: str = ""
    object_id: int | None = None
    unit: int | None = None
    due_on: date | None = None
    offset_days: int | None = None
    user: int | None = None
    reminder: int | None = None
    mail: int | None = None

    def as_json(self):
        values = {name: value for name, value in vars(self).items() if value not in (None, "")}
        return values | ({"due_on": self.due_on.isoformat()} if self.due_on else {})


def reconcile() -> Reconciliation:
    """Compare, keep the result and return it. Older results than two weeks are forgotten."""
    look = Look(clock.now(), Reconciliation.objects.order_by("-ran_at", "-pk").first())
    counts = Counter(look.fates())
    lacking, on_their_way = look.steps_without_row()
    untold = [*lacking, *look.leads_without_row()]
    found = [*untold, *look.faults(), *look.mails_without_row(untold)]
    rows = {name: counts[name] for name in (DELIVERED, WAITING, SETTLED, UNREACHABLE)}
    rows[WAITING] += on_their_way
    missing = len(found)
    with transaction.atomic():
        Reconciliation.objects.filter(ran_at__lt=look.now - KEPT).delete()
        return Reconciliation.objects.create(
            ran_at=look.now,
            due=sum(rows.values()) + missing,
            missing=missing,
            differences=[difference.as_json() for difference in found[:SHOWN]],
            **rows,
        )


class Look:
    """One look at everything, at the instant *now*. *last* is the check before, or None."""

    def __init__(self, now, last):
        self.now = now
        self.first = now - WINDOW
        self.days = Days(now)
        # When the last check is long ago, what came since may not have been seen by anybody yet.
        was_away = last is not None and now - last.ran_at > GAP
        self.latest = last.ran_at if was_away else now

    # --- what the ledger says -----------------------------------------------------------------------------------------

    def ledger(self):
        return Reminder.objects.filter(planned_at__gt=self.first, planned_at__lte=self.now)

    def with_fate(self):
        """The rows of the ledger with what became of each: how it ended, or its Fault."""
        mail_is_open = Q(mail__state__in=MailState.OPEN)
        message = InboxMessage.objects.filter(recipient=OuterRef("user"), sent_at=OuterRef("planned_at"))
        fates = [
            (Q(state__in=(ReminderState.NOT_NEEDED, ReminderState.MISSED)), SETTLED),
            (Q(state=ReminderState.NOBODY), UNREACHABLE),
            (Q(state=ReminderState.INBOX) & Exists(message), DELIVERED),
            (Q(state=ReminderState.INBOX), Fault.NO_NOTICE),
            (Q(mail=None), Fault.NO_MAIL),
            (Q(mail__state=MailState.SENT) & ~Q(mail__answer=""), DELIVERED),
            (Q(mail__state=MailState.SENT), Fault.NO_RECEIPT),
            (Q(mail__state=MailState.FAILED), UNREACHABLE),
            (Q(mail__state=MailState.EXPIRED, mail__trouble=Trouble.OVERDUE), UNREACHABLE),
            (Q(mail__state=MailState.EXPIRED), SETTLED),
        ]
        if not settings.MAIL_ENABLED:  # what was queued before mail was switched off stays, and the inbox has it
            fates += [(mail_is_open & Exists(message), DELIVERED), (mail_is_open, UNREACHABLE)]
        late = self.latest - GRACE
        fates.append((mail_is_open & Q(mail__expires_at__lt=late), Fault.STUCK))
        cases = [When(condition, then=Value(str(fate))) for condition, fate in fates]
        return self.ledger().annotate(fate=Case(*cases, default=Value(WAITING), output_field=CharField()))

    def fates(self):
        """How many rows ended how. Those with a Fault are among them."""
        return dict(self.with_fate().order_by().values_list("fate").annotate(Count("pk")))

    def faults(self):
        rows = self.with_fate().filter(fate__in=Fault.values).order_by("due_on", "pk")
        names = ("fate", "source", "object_id", "unit", "due_on", "rule__offset_days", "user", "pk", "mail")
        return [Difference(Fault(fate), *rest) for fate, *rest in rows.values_list(*names)]

    def mails_without_row(self, untold):
        """Mails that went out and that nothing in the ledger speaks of, but for those of whom *untold* speaks."""
        users = {difference.user for difference in untold}
        units = {difference.unit for difference in untold if difference.user is None}
        addresses = {*User.objects.filter(pk__in=users).values_list("email", flat=True)}
        addresses |= {*Unit.objects.filter(pk__in=units).values_list("email", flat=True)}
        mails = OutgoingMail.objects.exclude(to__in=addresses).filter(
            ~Exists(Reminder.objects.filter(mail=OuterRef("pk"))),
            kind=MAIL_KIND,
            state=MailState.SENT,
            created_at__gt=self.first,
        )
        return [Difference(Fault.NO_ROW_OF_MAIL, mail=pk) for pk in mails.order_by("pk").values_list("pk", flat=True)]

    # --- what should stand there --------------------------------------------------------------------------------------

    def steps_without_row(self):
        """The steps of open duties that should have been taken by now and that the ledger does not know; and how many
        more may still be on their way, for they were touched a moment ago."""
        changed = self._rules_changed()
        found, on_their_way = [], 0
        for rule in ReminderRule.objects.filter(is_active=True, source__in=sources()):
            until = min(self.days.told_until(rule.working_days_only), self.latest)
            came = self.days.came(rule, max(self.first, changed.get(rule.pk, self.first)), until)
            lacking = self._without_row(rule, came) if came else []
            fresh = self._touched(rule.source, [pk for pk, *_rest in lacking], until)
            for pk, unit, due_on in lacking:
                users = self._told_by(rule, unit)
                if pk in fresh:
                    on_their_way += len(users)
                else:
                    common = (Fault.NO_ROW, rule.source, pk, unit, due_on, rule.offset_days)
                    found += [Difference(*common, user) for user in users]
        return found, on_their_way

    def _told_by(self, rule, unit):
        """Whom the step would tell: each lead, as far as there are any. Others are not asked after one by one."""
        return list(self.leads.get(unit) or [None]) if rule.audience == Audience.UNIT_LEADS else [None]

    @staticmethod
    def _rules_changed():
        """When each rule was last changed by somebody: what came before is not expected of it."""
        kind = ContentType.objects.get_for_model(ReminderRule)
        return dict(Activity.objects.filter(object_type=kind).order_by().values_list("object_id").annotate(Max("at")))

    @staticmethod
    def _without_row(rule, came):
        source = sources()[rule.source]
        there = Reminder.objects.filter(
            rule=rule, source=rule.source, object_id=OuterRef("pk"), due_on=OuterRef(source.due)
        )
        duties = source.open().filter(~Exists(there), **{f"{source.due}__in": list(came)})
        if not source.keeps_own_record:
            done = Settlement.objects.filter(source=rule.source, object_id=OuterRef("pk"), withdrawn_at=None)
            duties = duties.filter(~Exists(done.exclude(kind=SettlementKind.EXTENDED)))
        since = F(source.since) if source.since else F(source.due)
        rows = duties.annotate(owed_since=since).order_by().values_list("pk", "unit_id", source.due, "owed_since")
        return [
            (pk, unit, due_on)
            for pk, unit, due_on, day in rows
            if not (source.since and day and clock.local_date(came[due_on]) <= day)
        ]

    @staticmethod
    def _touched(code, ids, until):
        """Those of *ids* to which something was done after *until*, or to what they were made by: owed again, too."""
        rows = sources()[code].open().order_by()
        owner, found = sources()[code].made_by, set()
        for start in range(0, len(ids), BATCH):
            part = rows.filter(pk__in=ids[start : start + BATCH])
            done = Activity.objects.filter(at__gt=until, object_type=ContentType.objects.get_for_model(rows.model))
            back = Settlement.objects.filter(source=code, withdrawn_at__gt=until).values("object_id")
            touched = part.filter(Q(pk__in=done.values("object_id")) | Q(pk__in=back))
            found.update(touched.values_list("pk", flat=True))
            if owner:
                kind = ContentType.objects.get_for_model(rows.model._meta.get_field(owner).related_model)
                done = Activity.objects.filter(at__gt=until, object_type=kind).values("object_id")
                found.update(part.filter(**{f"{owner}__in": done}).values_list("pk", flat=True))
        return found

    # --- who should have been told beside the others ------------------------------------------------------------------

    def leads_without_row(self):
        """Leads of a unit whose other leads were told of a step, and they were not, though they served there already.

        Who was told less often than there were steps came later, or is missing: only there the rows are looked at.
        """
        leads = self.leads
        rows = self.ledger().filter(rule__audience=Audience.UNIT_LEADS, user__isnull=False).order_by()
        told = rows.values_list("unit", "user").annotate(Count("pk"))
        times = Counter({(unit, user): count for unit, user, count in told})
        people = {unit: set(those) for unit, those in leads.items()}
        for unit, user in times:
            people.setdefault(unit, set()).add(user)
        # Where nobody but one lead was ever told, nobody can have been left out beside others.
        several = [unit for unit, those in people.items() if len(those) > 1]
        parts = [Cast(name, CharField()) for name in ("rule", "object_id", "due_on")]
        step = Concat(parts[0], Value(" "), parts[1], Value(" "), parts[2])
        taken = rows.filter(unit__in=several).values_list("unit").annotate(taken=Count(step, distinct=True))
        unequal = {unit for unit, count in taken if any(times[unit, user] < count for user in leads.get(unit, ()))}
        steps = defaultdict(dict)
        names = ("unit", "rule", "source", "object_id", "due_on", "rule__offset_days", "planned_at", "user")
        for unit, *step, at, user in rows.filter(unit__in=unequal).order_by("planned_at").values_list(*names):
            steps[unit, *step].setdefault(user, at)
        candidates = [
            (step, user, min(told.values()))
            for step, told in steps.items()
            for user in leads[step[0]]
            if user not in told
        ]
        served = self._served(candidates, leads)
        return [
            Difference(Fault.NO_ROW_OF_LEAD, source, object_id, unit, due_on, offset, user)
            for (unit, _rule, source, object_id, due_on, offset), user, at in candidates
            if served(unit, user, at)
        ]

    @cached_property
    def leads(self):
        """The leads of today, at the Ban its officers, with open accounts by unit: the first day of each, None where it
        is not known."""
        told = Q(role=Role.UNIT_LEAD) | Q(role=Role.STAFF, unit__kind__is_ban=True)
        rows = Membership.objects.in_force().filter(told, user__is_active=True)
        leads = defaultdict(dict)
        for unit, user, first in rows.order_by().values_list("unit", "user", "valid_from"):
            known = leads[unit].setdefault(user, first)
            leads[unit][user] = known and first and min(known, first)
        return dict(leads)

    @staticmethod
    def _served(candidates, leads):
        """Answers whether a lead surely served at a unit, with an open account, at an instant. A doubt is a no."""
        users = {user for _step, user, _at in candidates}
        units = {step[0] for step, _user, _at in candidates}
        kind = ContentType.objects.get_for_model(User)
        done = Activity.objects.filter(object_type=kind, object_id__in=users).order_by()
        history = {user: span for user, *span in done.values_list("object_id").annotate(Min("at"), Max("at"))}
        moved = Activity.objects.filter(unit__in=units, action=FOLLOWED).order_by()
        moved = dict(moved.values_list("unit").annotate(Max("at")))
        told = Reminder.objects.filter(unit__in=units, user__in=users).order_by()
        told = {(unit, user): at for unit, user, at in told.values_list("unit", "user").annotate(Min("planned_at"))}

        def served(unit, user, at):
            first_done, last_done = history.get(user, (None, None))
            if (last_done and last_done >= at) or (unit in moved and moved[unit] >= at):
                return False
            first_day = leads[unit][user]
            if first_day is not None:
                return first_day < clock.local_date(at)
            known_from = [instant for instant in (first_done, told.get((unit, user))) if instant]
            return any(instant < at for instant in known_from)

        return served


class Days:
    """The days around *now* on which offices work, as they are entered today, and what follows for steps."""

    AROUND = timedelta(days=270)

    def __init__(self, now):
        self.now = now
        today = clock.local_date(now)
        rows = Holiday.objects.filter(day__range=(today - self.AROUND, today + self.AROUND))
        self.entered = dict(rows.order_by().values_list("day", "is_worked"))

    def is_worked(self, day):
        if day.isoweekday() > 5:
            return self.entered.get(day, False)
        return day not in self.entered or self.entered[day]

    def step_at(self, rule, due_on) -> datetime:
        """When the step comes. On working days only, one up to the due date comes earlier, one after it later."""
        day = due_on + timedelta(days=rule.offset_days)
        while rule.working_days_only and not self.is_worked(day):
            day += timedelta(days=1 if rule.offset_days > 0 else -1)
        return clock.start_of_day(day) + timedelta(hours=rule.hour)

    def came(self, rule, first, last) -> dict[date, datetime]:
        """The due dates for which the step came from *first* to *last*, each with the instant."""
        margin = 20  # more days off in a row there are not
        start = clock.local_date(first) - timedelta(days=rule.offset_days + margin)
        span = (last - first).days + 2 * margin + 2
        days = (start + timedelta(days=number) for number in range(span))
        # What was shifted over many days off may be too old to be taken by its plain day.
        days = (day for day in days if day + timedelta(days=rule.offset_days) >= clock.local_date(first))
        return {day: at for day in days if first <= (at := self.step_at(rule, day)) <= last}

    def told_until(self, working_days_only) -> datetime:
        """Whatever had come by this instant should be told by now: since then people could be told for ``GRACE``."""
        opens, closes = (timedelta(hours=hour) for hour in settings.REMINDER_HOURS)
        left, today = GRACE, clock.local_date(self.now)
        for number in range(60):
            day = today - timedelta(days=number)
            if working_days_only and not self.is_worked(day):
                continue
            begins = clock.start_of_day(day) + opens
            ends = min(clock.start_of_day(day) + closes, self.now)
            if ends - begins >= left:
                return ends - left
            left -= max(ends - begins, timedelta(0))
        return self.now - timedelta(days=60)
