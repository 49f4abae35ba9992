from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.workflow.admin import TransitionsMixin
from danvan.workflow.forms import ReasonForm, at_known_fields
from movements.domain import period as domain
from movements.domain.schedule import propose
from movements.enums import PeriodKind, PeriodState
from movements.models import ReportingPeriod

PROPOSED = ("title", "data_from", "data_to", "due_on")


class ReportingPeriodForm(VersionedForm):
    """What is left empty is filled in as the scheme says. For what is asked for once, all is typed but its number."""

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
        if scheme and scheme.kind == PeriodKind.ONE_OFF:
            for name in missing:
                self.add_error(name, self.fields[name].error_messages["required"])
            if year and not self.instance.pk:
                cleaned["index"] = domain.next_index(scheme=scheme, year=year)
            return cleaned
        if not missing or None in (scheme, year, index):
            return cleaned
        try:
            proposal = propose(scheme=scheme, year=year, index=index, campaign=cleaned.get("campaign"))
        except ValidationError as error:
            self.add_error(None, at_known_fields(error, self))
        else:
            cleaned |= {name: getattr(proposal, name) for name in missing}
        return cleaned


class RedateForm(ReasonForm):
    """The new due date of all who have not sent their report yet."""

    new_due_on = forms.DateField(
        label=_("New due date"),
        help_text=_("Units that were given an extension, or have a day of their own, keep it."),
    )

    field_order = ["new_due_on", "reason"]


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(TransitionsMixin, RecordAdmin):
    form = ReportingPeriodForm
    list_display = ["title", "data_from", "data_to", "due_on", "opens_on", "state", "board_link"]
    list_filter = ["state", "scheme", "year"]
    autocomplete_fields = ["scheme", "campaign"]
    list_before_template = "movements/period_list.html"
    transition_forms = {"redate": RedateForm}
    transition_functions = {
        "open": domain.open_period,
        "enlist": domain.enlist,
        "redate": domain.redate,
        "close": domain.close_period,
        "reopen": domain.reopen_period,
    }
    fields = [
        "scheme",
        ("year", "index"),
        "campaign",
        "title",
        ("data_from", "data_to"),
        ("due_on", "opens_on"),
        "state",
    ]
    readonly_fields = ["state"]

    def get_readonly_fields(self, request, obj=None):
        """Once there are reports, the days stand: each report carries its own due date, and deeds move that."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or obj.state == PeriodState.PLANNED:
            return fields
        return [*fields, "scheme", "year", "index", "campaign", "data_from", "data_to", "due_on", "opens_on"]

    def save_model(self, request, obj, form, change):
        """Whoever says on which day it opens answers for its opening."""
        if not change or "opens_on" in form.changed_data:
            obj.planned_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("who has sent"))
    @reads("scheme", "year")
    def board_link(self, period):
        if period.state == PeriodState.PLANNED:
            return None
        url = f"{reverse('admin:movements_board')}?board={period.scheme_id}-{period.year}"
        return format_html('<a href="{}">{}</a>', url, _("tracking board"))
