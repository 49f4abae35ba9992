from datetime import date

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField
from danvan.access.models import (
    Lookup,
    Record,
    RecordQuerySet,
    Searchable,
    SortKeyField,
    ends_after_it_begins,
    in_force,
)
from danvan.access.scope import SharedScope, UnitScope


class UnitKind(Lookup):
    """What sort of organisation a unit is: a Party committee of a commune, a department, the police."""

    access_scope = SharedScope()

    is_party = models.BooleanField(
        _("Party body"), default=False, help_text=_("Decides the words and the layout of letters to it.")
    )

    is_ban = models.BooleanField(
        _("the Ban itself"),
        default=False,
        help_text=_("Only at such a unit can accounts be given the roles that see every unit."),
    )

    class Meta(Lookup.Meta):
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of unit")


class UnitQuerySet(RecordQuerySet):
    def in_force(self, day=None):
        """Units that exist on *day* (today when not given). Both end days belong to the life of a unit."""
        return self.filter(in_force(day or clock.today()))

    def in_subtree(self, unit, day=None):
        """*unit* and all units under it as placed on *day* (today when not given): one range over the paths."""
        day = day or clock.today()
        placement = UnitPlacement.objects.on(day).filter(unit=unit).first()
        if placement is None:
            return self.filter(pk=unit.pk)
        return self.filter(pk__in=UnitPlacement.objects.on(day).under(placement.path).values("unit"))

    def begun(self, day):
        """Units that exist on *day* or existed before."""
        return self.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=day))

    def in_area(self, area):
        """Units of *area* and of all that lies in it."""
        return self.filter(area__in=area._meta.model.objects.within(area).values("pk"))

    def standing_under(self, unit, day):
        """The units that stand directly under *unit* on *day*."""
        return self.filter(pk__in=UnitPlacement.objects.on(day).filter(superior=unit).values("unit"))

    def as_tree(self, day):
        """With ``list_key``, by which they stand as a tree on *day*: each where it stands, or stood last before.

        Null for a unit that stood nowhere yet. Placements come along with their superiors.
        """
        places = UnitPlacement.objects.begun(day).filter(unit=models.OuterRef("pk"))
        latest = places.order_by(models.F("valid_from").desc(nulls_last=True)).values("list_key")[:1]
        return self.annotate(list_key=models.Subquery(latest)).prefetch_related("placements__superior")


class Unit(Searchable, Record):
    """An organisation that registers, reports and nominates. Never renamed in place: another unit succeeds it.

    ``inherits`` and ``inherits_shares`` follow from the successions; ``domain.units.succession`` alone writes them.
    """

    access_scope = UnitScope("pk")
    label_field = "name"
    search_sources = ("name", "short_name", "code", "symbol")

    code = LineField(_("code"), max_length=40, unique=True, help_text=_("Our own short code, used in Excel files."))
    name = LineField(_("name"), max_length=200)
    short_name = LineField(_("short name"), max_length=80, blank=True)
    symbol = LineField(
        _("symbol"), max_length=40, blank=True, help_text=_("As it stands in document numbers, for instance BTGDVTU.")
    )
    kind = models.ForeignKey(UnitKind, models.PROTECT, verbose_name=_("kind"))
    area = models.ForeignKey("organization.Area", models.PROTECT, verbose_name=_("area"), null=True, blank=True)
    order = models.PositiveIntegerField(
        _("place in the list"),
        default=0,
        validators=[MaxValueValidator(999_999)],
        help_text=_("The order of the Ban's official list of units."),
    )
    email = models.EmailField(
        _("mailbox"), blank=True, help_text=_("The office's mailbox, beside those of its people.")
    )
    telephone = LineField(_("telephone"), max_length=40, blank=True)
    head_name = LineField(
        _("head of the unit"), max_length=200, blank=True, help_text=_("Full name and post of who leads the unit.")
    )
    head_email = models.EmailField(
        _("address of the head"), blank=True, help_text=_("For reminders to the unit's own leader.")
    )
    valid_from = models.DateField(_("exists from"), null=True, blank=True)
    valid_to = models.DateField(_("exists to"), null=True, blank=True)
    inherits = models.JSONField(
        _("reads the records of"),
        default=list,
        editable=False,
        help_text=_("Ids of the units that it succeeded by renaming and merging, and of theirs."),
    )
    inherits_shares = models.BooleanField(_("has a share of a unit that was split up"), default=False, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "sort_key", "pk"]
        constraints = [
            ends_after_it_begins("unit_ends_after_it_begins"),
        ]

    def __str__(self):
        return self.name

    @property
    def choice_label(self):
        """With its code, and until when it existed: many units are called alike, a new one like the old."""
        label = f"{self.name} ({self.code})"
        if self.valid_to is None:
            return label
        return gettext("%(unit)s – until %(day)s") % {"unit": label, "day": f"{self.valid_to:%d/%m/%Y}"}

    @property
    def open_placement(self):
        """Where the unit stands until further notice, or None. Reads prefetched ``placements``."""
        return next((placement for placement in self.placements.all() if placement.valid_to is None), None)

    @property
    def superior(self):
        return self.open_placement and self.open_placement.superior

    def placement_on(self, day):
        """Where the unit stands on *day*, or stood last before it, or None. Reads prefetched ``placements``."""
        begun = [row for row in self.placements.all() if row.valid_from is None or row.valid_from <= day]
        return max(begun, key=lambda row: row.valid_from or date.min, default=None)

    def exists_on(self, day):
        return (self.valid_from is None or self.valid_from <= day) and not self.has_ended(day)

    def has_ended(self, day):
        return self.valid_to is not None and self.valid_to < day


class PathField(SortKeyField):
    """A line of units from the top down, as digits that sort by bytes. Empty where a unit stands nowhere."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": 200, "default": "", **kwargs})


def under(path, field="path"):
    """The condition that *field* holds *path* or a path below it: a range that an index serves on both databases."""
    return models.Q(**{f"{field}__gte": path, f"{field}__lt": path + ":"})


class UnitPlacementQuerySet(RecordQuerySet):
    def on(self, day):
        """The placements in force on *day*."""
        return self.filter(in_force(day))

    def begun(self, day):
        """The placements in force on *day* or before."""
        return self.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=day))

    def under(self, path):
        """The placements at *path* and below it."""
        return self.filter(under(path))

    def paths_on(self, day):
        """The path of every unit that stands somewhere on *day*, by the id of the unit."""
        return dict(self.on(day).values_list("unit", "path"))


class UnitPlacement(Record):
    """Under which superior a unit stands, from–to. Written by ``domain.units.placement`` alone.

    ``path`` is the line of units from the top down to this one, eight digits each, so that a subtree is one range:
    ':' follows '9' in ASCII. ``list_key`` is the same line with each unit's place in the list before its id: units
    ordered by it stand as a tree.
    """

    access_scope = UnitScope("unit")
    other_unit_allowed = {"superior": "A superior is another unit by its nature; the Ban alone places units."}

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="placements", verbose_name=_("unit"))
    superior = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="subordinate_placements",
        verbose_name=_("superior unit"),
        null=True,
        blank=True,
    )
    path = PathField(_("path"))
    list_key = PathField(_("place in the tree"), max_length=450, db_index=False)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = UnitPlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in the tree of units")
        verbose_name_plural = _("places in the tree of units")
        ordering = ["path", "pk"]
        constraints = [
            ends_after_it_begins("placement_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=models.Q(valid_to=None),
                name="one_open_placement_per_unit",
                violation_error_message=_("The unit already stands under a superior."),
            ),
        ]

    def __str__(self):
        return f"{self.unit}"

    @property
    def level(self):
        """How many units stand above it in a line."""
        return len(self.path) // 8 - 1
