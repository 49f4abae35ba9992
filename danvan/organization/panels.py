"""What higher apps put on the page of a unit, filled in ``ready()``; and what this app puts on the start page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access.panels import Card, Task
from danvan.organization.models import Reorganisation


@dataclass(frozen=True)
class Punctuality:
    """How many reports of a unit that were due in *year* came on time, came late, and did not come."""

    year: int
    on_time: int
    late: int
    missing: int

    @property
    def percent(self):
        """How many of a hundred came on time, None where nothing was due yet."""
        due = self.on_time + self.late + self.missing
        return round(100 * self.on_time / due) if due else None


@dataclass
class UnitPage:
    """``counts`` are links to the lists of what the unit has, ``duties`` what it still has to do."""

    counts: list[Card] = field(default_factory=list)
    duties: list[Task] = field(default_factory=list)
    punctuality: list[Punctuality] = field(default_factory=list)


_contributors: list[Callable] = []


def contribute(function: Callable) -> Callable:
    """Let ``function(unit, user, page)`` add to the page of *unit* what *user* may see. It reads through the door."""
    _contributors.append(function)
    return function


def unit_page(unit, user) -> UnitPage:
    """The page of *unit*, which *user* reaches: duties by due date, the latest year of punctuality first."""
    page = UnitPage()
    for function in _contributors:
        function(unit, user, page)
    page.duties.sort(key=lambda task: (task.due_on is None, task.due_on, task.title))
    page.punctuality.sort(key=lambda line: line.year, reverse=True)
    return page


def stuck_reorganisations(user, page):
    """For who confirms them, how many planned events could not be carried out on their day."""
    if not user.has_perm("organization.confirm_reorganisation"):
        return
    events = Reorganisation.objects.visible_to(user, "confirm").stuck()
    if count := events.count():
        first = events.first()
        url = f"{reverse('admin:organization_reorganisation_changelist')}?state__exact=planned"
        if count == 1:
            url = reverse("admin:organization_reorganisation_plan", args=[first.pk])
        title = _("Reorganisations that could not be carried out")
        page.cards.append(Card(title=title, count=count, url=url, hint=first.problem))
