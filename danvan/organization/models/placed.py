from functools import reduce
from operator import or_

from django.db import models
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.models import RecordQuerySet
from danvan.organization.models.unit import PathField, UnitPlacement, under


class PlacedQuerySet(RecordQuerySet):
    def in_subtree(self, unit):
        """The facts of *unit* and of all that stood under it when they were made: sums "as it was".

        One range over the paths for each place where *unit* ever stood. What was made while its unit stood nowhere lies
        in no subtree but its own, and there only as long as *unit* never stood anywhere.
        """
        paths = set(UnitPlacement.objects.filter(unit=unit).values_list("path", flat=True))
        ranges = [under(path, "unit_path") for path in paths]
        return self.filter(reduce(or_, ranges) if ranges else models.Q(unit=unit))


class PlacedFact(models.Model):
    """A record that keeps where its unit stood when it was made: sums by superior stay as they were.

    ``unit_path`` is filled when the row is first saved, for the day ``placed_on``; who makes many rows at once fills it
    from ``UnitPlacement.objects.paths_on(day)`` instead, with one query. Empty where the unit stood nowhere.
    """

    unit_path = PathField(_("place of its unit in the tree"))

    class Meta:
        abstract = True

    @property
    def placed_on(self):
        """The day whose tree of units counts: the one on which the row is made."""
        return clock.today()

    def compute_columns(self):
        super().compute_columns()
        if self._state.adding and not self.unit_path:
            placement = UnitPlacement.objects.on(self.placed_on).filter(unit=self.unit_id).first()
            self.unit_path = placement.path if placement else ""
