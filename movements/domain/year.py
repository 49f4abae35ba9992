"""The periods of a whole year ("Tạo cả năm 2027"): what would be made, and making just that."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from danvan import clock
from danvan.access.door import reaches_all
from danvan.calendar.working_days import is_weekend
from danvan.history import domain as history
from danvan.notices.domain.holidays import holidays_on
from danvan.notices.models import Holiday
from danvan.workflow import NotAllowed, Refused
from movements.domain.period import create_period
from movements.domain.schedule import Proposal, propose
from movements.models import Campaign, ReportingPeriod, ReportingScheme
from movements.rules import last_index


@dataclass(frozen=True)
class Line:
    """One period of the preview. ``there`` is one that stands in its place, ``problem`` says why it cannot be made.

    ``opens_on`` is None for a period that is over: nobody is to be late for it from the first day on.
    """

    scheme: ReportingScheme
    index: int
    proposal: Proposal | None = None
    opens_on: date | None = None
    shifted: str = ""
    there: ReportingPeriod | None = None
    problem: str = ""

    @property
    def is_new(self):
        return self.there is None and not self.problem


@dataclass(frozen=True)
class YearPlan:
    """What making the periods of *year* of some schemes would do."""

    year: int
    campaign: Campaign | None
    lines: list[Line]
    has_holidays: bool

    @property
    def new(self):
        return [line for line in self.lines if line.is_new]

    @property
    def mark(self):
        """A short text, another one as soon as anything that the preview shows is another."""
        said = [
            (
                line.scheme.pk,
                line.index,
                line.proposal,
                line.opens_on,
                line.there and (line.there.pk, line.there.version),
                line.problem,
            )
            for line in self.lines
        ]
        return sha256(repr((self.year, self.campaign and self.campaign.pk, said)).encode()).hexdigest()[:32]


def plan_year(*, schemes, year, campaign=None) -> YearPlan:
    """The periods of *year* that *schemes* propose, with the days of *campaign*'s own. Changes nothing."""
    lines = [line for scheme in schemes for line in _lines(scheme, year, campaign)]
    return YearPlan(year, campaign, lines, Holiday.objects.filter(day__year=year).exists())


def _lines(scheme, year, campaign):
    if not last_index(scheme.kind):
        return [Line(scheme, 1, problem=_("What is asked for once is planned one by one."))]
    there = {period.index: period for period in scheme.periods.filter(year=year)}
    return [_line(scheme, year, index, campaign, there.get(index)) for index in range(1, last_index(scheme.kind) + 1)]


def _line(scheme, year, index, campaign, there):
    try:
        proposal = propose(scheme=scheme, year=year, index=index, campaign=campaign)
    except ValidationError as error:
        return Line(scheme, index, there=there, problem=" ".join(error.messages))
    opens_on = max(proposal.data_from, clock.today()) if proposal.due_on >= clock.today() else None
    problem = ""
    if there is None:
        period = ReportingPeriod(scheme=scheme, year=year, index=index, campaign=campaign, opens_on=opens_on)
        for name in ("title", "data_from", "data_to", "due_on"):
            setattr(period, name, getattr(proposal, name))
        try:
            period.full_clean()
        except ValidationError as error:
            problem = " ".join(error.messages)
    return Line(scheme, index, proposal, opens_on, _shifted(proposal), there, problem)


def _shifted(proposal):
    """Because of what the due date was moved, in words."""
    if proposal.due_on == proposal.unshifted:
        return ""
    day = proposal.unshifted
    name = date_format(day, "l") if is_weekend(day) else ", ".join(holidays_on(day))
    return _("instead of %(day)s (%(reason)s)") % {"day": f"{day:%d/%m/%Y}", "reason": name}


def create_year(*, schemes, year, actor, seen, campaign=None):
    """Make the periods that :func:`plan_year` shows as new, all or none, and return them.

    *seen* is the mark of the plan that *actor* saw. Raises NotAllowed, or Refused when the plan is another one by now
    or there is nothing to make.
    """
    if not reaches_all(actor, ReportingPeriod, "add"):
        raise NotAllowed
    try:
        with transaction.atomic():
            # Two who confirm at once: the second waits here, and finds that its plan is another one.
            list(ReportingScheme.objects.select_for_update().filter(pk__in=[scheme.pk for scheme in schemes]))
            plan = plan_year(schemes=schemes, year=year, campaign=campaign)
            if plan.mark != seen:
                raise Refused(
                    _("Holidays, scheme or periods have changed meanwhile. Look at the preview, then confirm.")
                )
            if not plan.new:
                raise Refused(_("All periods of the year are there already."))
            made = [
                create_period(
                    scheme=line.scheme,
                    year=year,
                    index=line.index,
                    campaign=campaign,
                    planned_by=actor,
                    opens_on=line.opens_on,
                    due_on=line.proposal.due_on,  # as it was shown, whatever was made before it in this pass
                )
                for line in plan.new
            ]
            history.record_all(actor=actor, action="add", objects=made)
    except IntegrityError as error:
        raise Refused(_("Somebody else has just made one of these periods. Look at the preview once more.")) from error
    return made
