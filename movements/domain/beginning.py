"""How a new office begins: which reports it asks for, about which days, due when. Nothing of it is assumed."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from danvan import clock
from danvan.access.door import reaches_all
from danvan.history import domain as history
from danvan.notices.domain.holidays import fill_holidays
from danvan.organization.enums import Owing
from danvan.workflow import NotAllowed
from movements.domain.duties import ensure_rules
from movements.enums import PeriodKind
from movements.models import ReportingScheme

CODES = {
    PeriodKind.MONTH: "BC-THANG",
    PeriodKind.QUARTER: "BC-QUY",
    PeriodKind.HALF_YEAR: "BC-6-THANG",
    PeriodKind.NINE_MONTHS: "BC-9-THANG",
    PeriodKind.YEAR: "BC-NAM",
}


class Wanted(NamedTuple):
    """A report that comes again and again: due on *due_day* of the month *months_after* the last one of its period."""

    kind: PeriodKind
    due_day: int
    months_after: int


@transaction.atomic
def choose_schedule(
    *, actor, name, wanted, window_rule, shift_rule, first_day=None, owed_by=Owing.ALL, unit_kinds=()
) -> list[ReportingScheme]:
    """Make a scheme called *name* for each of *wanted*, and what an office needs beside them; return the schemes.

    That is the usual steps of reminding, and the holidays of this year and the next, where there are none. No period is
    made. Raises NotAllowed, or ValidationError by the kind of the report for days that cannot be.
    """
    if not reaches_all(actor, ReportingScheme, "add"):
        raise NotAllowed
    made, errors = [], {}
    for order, each in enumerate(wanted, 1):
        scheme = ReportingScheme(
            code=CODES[each.kind],
            name=name,
            order=order,
            kind=each.kind,
            window_rule=window_rule,
            window_first_day=first_day,
            due_day=each.due_day,
            due_months_after=each.months_after,
            shift_rule=shift_rule,
            owed_by=owed_by,
        )
        try:
            scheme.full_clean()
        except ValidationError as error:
            errors[each.kind] = error.messages
        else:
            made.append(scheme)
    if errors:
        raise ValidationError(errors)
    for scheme in made:
        scheme.save()
        scheme.unit_kinds.set(unit_kinds)
    history.record_all(actor=actor, action="add", objects=made)
    ensure_rules()
    for year in (clock.today().year, clock.today().year + 1):
        fill_holidays(year=year, actor=actor)
    return made
