"""Five ticks at once for each minute of ten: what is planned is what is expected, no row more."""

import re
from datetime import timedelta
from functools import partial

from danvan import clock
from danvan.notices.models import Reminder
from danvan.organization.models import UnitKind
from movements.domain.period import enlist
from movements.models import Report, ReportingPeriod
from tests.factories import make_staff
from tests.reliability import office
from tests.reliability.house import Finding, House
from tests.reliability.machines import wait_until

MINUTES = 10
NEW_DUTIES = 20
"""How many units are added a minute."""
TICKS = 5
"""Of the planner and of the sweep, each minute."""


def passes_ended(worker, task, count) -> bool:
    """Whether *worker* has ended *task* at least *count* times."""
    return len(re.findall(rf"{re.escape(task)}\[[^]]*\] succeeded in ", worker.log.read_text())) >= count


def five_at_once(house: House) -> Finding:
    """Each minute of the business clock brings more units that owe, and five planners see them at the same time."""
    office.set_up(NEW_DUTIES)
    kind, period, staff = UnitKind.objects.get(code=office.UNIT_KIND), ReportingPeriod.objects.get(), make_staff()
    with house.open() as (machines, _post_office):
        worker = machines.start_worker(concurrency=5)
        machines.wait_for_workers()
        for minute in range(MINUTES):
            clock.shift_to(office.MORNING + timedelta(minutes=minute))
            if minute:
                office.add_units(NEW_DUTIES, kind)
                period = enlist(obj=period, actor=staff)
            machines.five_ticks()
            # The drains that the letters ask for end in between and are not counted.
            ended = TICKS * (minute + 1)
            for task in ("mail.tasks.sweep", "notices.tasks.plan_reminders"):
                all_ended = partial(passes_ended, worker, task, ended)
                wait_until(all_ended, 30, f"the end of {ended} {task}")
    planned, expected = Reminder.objects.count(), Report.objects.count()
    line = f"minutes={MINUTES} ticks={5 * MINUTES} planned={planned} expected={expected} ratio={planned / expected:.3f}"
    return Finding(line, [] if planned == expected else [f"{planned} reminders planned, {expected} expected"])
