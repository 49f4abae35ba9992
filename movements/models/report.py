from datetime import timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from danvan import clock
from danvan.access.fields import LineField, ProseField
from danvan.access.models import Record
from danvan.access.scope import UnitScope
from danvan.notices.enums import Channel
from danvan.organization.models import PlacedFact, PlacedQuerySet
from movements.enums import PeriodState, ReportState, Standing, Waiting

OWED = (ReportState.EXPECTED, ReportState.RETURNED)
WEEK = timedelta(days=7)
HAS_COME = (ReportState.SUBMITTED, ReportState.ACCEPTED)


class ReportQuerySet(PlacedQuerySet):
    def owed(self):
        """Reports that their unit has to send or to complete, while the period is open."""
        return self.filter(state__in=OWED, period__state=PeriodState.OPEN)

    def awaited(self):
        """Owed reports that never came. One returned after it came is not late for having come back."""
        return self.owed().filter(state=ReportState.EXPECTED)

    def overdue(self, today):
        return self.awaited().filter(due_on__lt=today)

    def due_between(self, first, last):
        """Owed reports due from *first* to *last*, both counted."""
        return self.owed().filter(due_on__range=(first, last))

    def without_signed_copy(self):
        """Reports that were sent here and of which the signed copy is missing. What came in writing is one itself."""
        copies = ReportFile.objects.filter(report=OuterRef("pk"), is_signed_copy=True)
        return self.filter(~Exists(copies), state__in=HAS_COME, arrived_on=None)

    def to_be_accepted(self):
        """Reports that lie with the Ban."""
        return self.filter(state__in=(ReportState.SUBMITTED, ReportState.RECEIVED))

    def waiting(self, which, today):
        """The reports that wait *today* as *which*, a Waiting, says."""
        if which == Waiting.WEEK:
            return self.due_between(today, today + WEEK)
        if which == Waiting.COPY:
            return self.without_signed_copy()
        return self.overdue(today) if which == Waiting.OVERDUE else self.to_be_accepted()

    def standing(self, standing, today):
        """The reports that stand so *today*: the same answer as :meth:`Report.standing_on`, asked of the database."""
        conditions = {
            Standing.EXEMPT: Q(state=ReportState.EXEMPT),
            Standing.RETURNED: Q(state=ReportState.RETURNED),
            Standing.RECEIVED: Q(state=ReportState.RECEIVED),
            Standing.ON_TIME: Q(state__in=HAS_COME, came_on__lte=F("due_on")),
            Standing.LATE: Q(state__in=HAS_COME, came_on__gt=F("due_on")),
            Standing.OPEN: Q(state=ReportState.EXPECTED, due_on__gte=today),
            Standing.OVERDUE: Q(state=ReportState.EXPECTED, due_on__lt=today),
        }
        return self.filter(conditions[Standing(standing)])


class Report(PlacedFact, Record):
    """What one unit owes for one period. Made when the period opens; its due date is stored and moved by extensions.

    ``came_on`` is the day on which it first came, by whatever channel; on time is judged by it alone.
    """

    access_scope = UnitScope("unit")
    computed_columns = {"came_on": ("first_submitted_at", "arrived_on")}

    period = models.ForeignKey(
        "movements.ReportingPeriod", models.PROTECT, verbose_name=_("reporting period"), related_name="reports"
    )
    unit = models.ForeignKey("organization.Unit", models.PROTECT, verbose_name=_("unit"), related_name="reports")
    due_on = models.DateField(_("due on"), editable=False)
    data_from = models.DateField(
        _("figures from"), null=True, editable=False, help_text=_("Where the unit has days of its own.")
    )
    data_to = models.DateField(_("figures to"), null=True, editable=False)
    complete_by = models.DateField(_("to be completed by"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState.choices, default=ReportState.EXPECTED, editable=False
    )

    results = ProseField(_("results"), blank=True, help_text=_("What was done in the period, in a few lines."))
    difficulties = ProseField(_("difficulties"), blank=True, help_text=_("What stands in the way."))
    proposals = ProseField(_("proposals"), blank=True, help_text=_("What you ask of the Ban."))
    models_count = models.PositiveIntegerField(
        _("number of models"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100_000)],
        help_text=_("Models “Skilful mass mobilisation” at work. Leave empty what you do not know; 0 means none."),
    )

    channel = models.CharField(_("came by"), max_length=20, choices=Channel.choices, blank=True, editable=False)
    number = LineField(_("number and symbol"), max_length=80, blank=True, editable=False)
    document_date = models.DateField(_("date of the document"), null=True, blank=True, editable=False)
    signer = LineField(_("signer"), max_length=200, blank=True, editable=False)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        "organization.User", models.PROTECT, verbose_name=_("recorded by"), null=True, editable=False, related_name="+"
    )

    first_submitted_at = models.DateTimeField(_("first sent at"), null=True, editable=False)
    came_on = models.DateField(_("came on"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    remark = ProseField(_("words of the Ban"), blank=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-due_on", "unit__order", "unit__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["period", "unit"], name="one_report_per_period_and_unit"),
            models.CheckConstraint(
                condition=~Q(state=ReportState.RECEIVED) | Q(arrived_on__isnull=False) & ~Q(channel=""),
                name="received_report_says_how_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HAS_COME) | Q(came_on__isnull=False), name="sent_report_has_come"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="reports_by_state_and_due_date")]

    def __str__(self):
        return f"{self.period} – {self.unit}"

    def compute_columns(self):
        super().compute_columns()
        self.came_on = first_day(self.first_submitted_at, self.arrived_on)

    def standing_on(self, today):
        """How the report stands against its due date *today*. The due date itself is still in time."""
        if self.state in HAS_COME:
            return Standing.LATE if self.came_late else Standing.ON_TIME
        if self.state == ReportState.EXPECTED:
            return Standing.OPEN if today <= self.due_on else Standing.OVERDUE
        return Standing(self.state)

    @property
    def standing_words(self):
        """How the report stands against its due date now, in words."""
        return str(self.standing_on(clock.today()).label)

    @property
    def asked_for_by(self):
        """The day by which the unit has to send it, or to complete it."""
        return self.complete_by if self.state == ReportState.RETURNED and self.complete_by else self.due_on

    @property
    def came_late(self):
        return self.came_on is not None and self.came_on > self.due_on

    @property
    def takes_contents(self):
        """Whether its texts and figures may be typed: until it is sent, after it came back, or when paper came."""
        return self.period.is_open and self.state in (*OWED, ReportState.RECEIVED)


class ReportFile(Record):
    """A file that belongs to a report: the report itself, an annex, or the signed copy."""

    access_scope = UnitScope("report__unit")
    same_unit = ("file",)

    report = models.ForeignKey(Report, models.CASCADE, verbose_name=_("report"), related_name="files")
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, verbose_name=_("file"), related_name="+")

    is_signed_copy = models.BooleanField(_("signed copy"), default=False)

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of a report")
        ordering = ["pk"]

    def __str__(self):
        return str(self.file)


def first_day(first_submitted_at, arrived_on):
    """The day, in Asia/Ho_Chi_Minh, on which a report first came, or None."""
    days = [arrived_on] if arrived_on else []
    if first_submitted_at:
        days.append(clock.local_date(first_submitted_at))
    return min(days, default=None)
