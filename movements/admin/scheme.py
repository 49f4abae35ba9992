from django.contrib import admin
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.admin import ScopedTabularInline
from danvan.access.uniqueness import ScopedModelForm
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.addressed import ADDRESSED, NARROWED, AddressedForm, AddressedMixin, shown_where
from danvan.organization.enums import Owing
from movements.admin.beginning import BeginningMixin
from movements.admin.year import YearMixin
from movements.enums import PeriodKind, WindowRule
from movements.models import ReportingScheme, ScheduleOverride

DAYS = [
    ("window_rule", "window_first_day"),
    ("due_day", "due_months_after"),
    ("serves", "working_days_before"),
    "shift_rule",
]
COMES_AGAIN = [kind.value for kind in PeriodKind if kind != PeriodKind.ONE_OFF]


class ReportingSchemeForm(AddressedForm):
    """Asks how often, about which days and of whom: none of it is assumed for an office."""

    offered = (*NARROWED, Owing.BAN)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owed_by" in self.fields and not self.instance.pk:
            self.initial.pop("owed_by", None)
            self.fields["owed_by"].choices = [*BLANK_CHOICE_DASH, *self.fields["owed_by"].choices]
        if "serves" in self.fields:
            ours = self.fields["serves"].queryset.filter(owed_by=Owing.BAN)
            self.fields["serves"].queryset = ours.exclude(pk=self.instance.pk)


class ScheduleOverrideForm(ScopedModelForm):
    def clean(self):
        cleaned = super().clean()
        said = (cleaned.get("window_rule"), cleaned.get("due_day"), cleaned.get("due_months_after"))
        if all(value in (None, "") for value in said) and not self.errors:
            self.add_error("due_day", gettext("Say what is another day here."))
        return cleaned


class ScheduleOverrideInline(ScopedTabularInline):
    """What is another day for the movement of one year, or for one unit."""

    model = ScheduleOverride
    form = ScheduleOverrideForm
    fields = ["campaign", "unit", "window_rule", "window_first_day", "due_day", "due_months_after"]
    autocomplete_fields = ["campaign", "unit"]


@admin.register(ReportingScheme)
class ReportingSchemeAdmin(BeginningMixin, YearMixin, AddressedMixin, RecordAdmin):
    form = ReportingSchemeForm
    inlines = [ScheduleOverrideInline]
    change_form_outer_before_template = "movements/scheme_panel.html"
    list_display = ["name", "code", "kind", "due_words", "shift_rule", "owed_by", "is_active"]
    list_filter = ["kind", "owed_by", "is_active"]
    list_select_related = ["serves"]
    autocomplete_fields = ["serves"]
    actions = ["make_year"]
    actions_list = ["year"]
    conditional_fields = {
        **AddressedMixin.conditional_fields,
        **{
            name: shown_where("kind", COMES_AGAIN)
            for name in ("window_rule", "due_day", "due_months_after", "serves", "working_days_before")
        },
        "window_first_day": shown_where("window_rule", [WindowRule.OWN]),
    }
    fieldsets = [
        (None, {"fields": [("name", "code"), "kind"]}),
        (None, {"fields": ADDRESSED}),
        (_("Days"), {"fields": DAYS}),
        (None, {"fields": ["returned_stays_on_time", ("order", "is_active")]}),
    ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {"makes_year": object_id is not None and self.has_year_permission(request)}
        return super().changeform_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @admin.display(description=_("due on"), ordering="due_day")
    @reads("due_day", "due_months_after", "serves", "working_days_before")
    def due_words(self, scheme):
        if scheme.serves:
            words = {"days": scheme.working_days_before, "scheme": scheme.serves}
            return _("%(days)s working days before “%(scheme)s”") % words
        if scheme.due_day is None:
            return None
        months = {-1: _("the month before"), 0: _("the last month"), 1: _("the month after")}
        month = months.get(scheme.due_months_after) or _("%(n)s months after") % {"n": scheme.due_months_after}
        return _("day %(day)s, %(month)s") % {"day": scheme.due_day, "month": month}

    @admin.action(description=_("Make the periods of a year"), permissions=["year"])
    def make_year(self, request, queryset):
        chosen = QueryDict(mutable=True)
        chosen.setlist("schemes", [str(pk) for pk in queryset.values_list("pk", flat=True)])
        return HttpResponseRedirect(f"{reverse('admin:movements_reportingscheme_year')}?{chosen.urlencode()}")
