"""How punctual a unit was, year by year."""

from collections import Counter, defaultdict

from danvan import clock
from danvan.organization.panels import Punctuality
from movements.enums import Standing

COUNTED = (Standing.ON_TIME, Standing.LATE, Standing.OVERDUE)


def punctuality_of(reports):
    """A Punctuality for each year in which one of *reports*, a queryset of one unit, was due.

    What is still in time, exempt, back for completion or not yet looked at is none of the three.
    """
    today, years = clock.today(), defaultdict(Counter)
    for report in reports.only("state", "came_on", "due_on"):
        years[report.due_on.year][report.standing_on(today)] += 1
    return [Punctuality(year, *(count[standing] for standing in COUNTED)) for year, count in years.items()]
