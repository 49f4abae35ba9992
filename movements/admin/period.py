from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.workflow.admin import TransitionsMixin
from movements.domain import period as domain
from movements.enums import PeriodState
from movements.models import ReportingPeriod

PROPOSED = ("title", "data_from", "data_to", "due_on")


class ReportingPeriodForm(VersionedForm):
    """What is left empty is filled in as the scheme says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PROPOSED:
            if name in self.fields:
                self.fields[name].required = False

    def clean(self):
        cleaned = super().clean()
        scheme, year, index = (cleaned.get(name) for name in ("scheme", "year", "index"))
        missing = [
            name for name in PROPOSED if name in self.fields and not cleaned.get(name) and not self.errors.get(name)
        ]
        if not missing or None in (scheme, year, index):
            return cleaned
        try:
            proposal = domain.propose(scheme=scheme, year=year, index=index)
        except ValidationError as error:
            self.add_error(None, error)
        else:
            cleaned |= {name: getattr(proposal, name) for name in missing}
        return cleaned


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(TransitionsMixin, RecordAdmin):
    form = ReportingPeriodForm
    list_display = ["title", "data_from", "data_to", "due_on", "state", "board_link"]
    list_filter = ["state", "scheme", "year"]
    autocomplete_fields = ["scheme", "campaign"]
    transition_functions = {
        "open": domain.open_period,
        "close": domain.close_period,
        "reopen": domain.reopen_period,
    }
    fields = ["scheme", ("year", "index"), "campaign", "title", ("data_from", "data_to"), "due_on", "state"]
    readonly_fields = ["state"]

    def get_readonly_fields(self, request, obj=None):
        """Once there are reports, the days stand: each report carries its own due date, and extensions move that."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or obj.state == PeriodState.PLANNED:
            return fields
        return [*fields, "scheme", "year", "index", "data_from", "data_to", "due_on"]

    @admin.display(description=_("who has sent"))
    @reads("scheme", "year")
    def board_link(self, period):
        if period.state == PeriodState.PLANNED:
            return None
        url = f"{reverse('admin:movements_board')}?board={period.scheme_id}-{period.year}"
        return format_html('<a href="{}">{}</a>', url, _("tracking board"))
