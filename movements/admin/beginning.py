"""The page on which a new office says which reports it asks for."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from danvan.access.door import rows_visible_to
from danvan.access.widgets import PatientMultipleChoiceField
from danvan.organization.enums import Owing
from danvan.organization.models import UnitKind
from danvan.workflow.forms import PlainForm
from movements.domain.beginning import CODES, Wanted, choose_schedule
from movements.enums import PeriodKind, Shift, WindowRule
from movements.models import ReportingScheme

KINDS = list(CODES)
WHEN = [
    (0, gettext_lazy("of the last month of the period")),
    (1, gettext_lazy("of the month after")),
]
WINDOWS = [
    (WindowRule.CALENDAR, gettext_lazy("Party bodies set their own dates: whole calendar months")),
    (WindowRule.OWN, gettext_lazy("Party bodies set their own dates: from a day in the month before")),
    (WindowRule.DECREE, gettext_lazy("State bodies: from the 15th to the 14th (decree 09/2019/NĐ-CP)")),
]


class ScheduleForm(PlainForm):
    """Nothing is chosen beforehand. Of each kind of report: whether it is asked for, the day, and in which month."""

    name = forms.CharField(label=gettext_lazy("Name of the report"), max_length=200, initial="Báo cáo công tác dân vận")
    window_rule = forms.ChoiceField(
        label=gettext_lazy("Days the figures are about"), choices=WINDOWS, widget=UnfoldAdminRadioSelectWidget
    )
    first_day = forms.IntegerField(
        label=gettext_lazy("First day of the figures"),
        min_value=2,
        max_value=28,
        required=False,
        help_text=gettext_lazy("Only for figures from a day in the month before: the day of that month."),
    )
    shift_rule = forms.ChoiceField(
        label=gettext_lazy("When due on a day off"), choices=[("", "---------"), *Shift.choices]
    )
    owed_by = forms.ChoiceField(
        label=gettext_lazy("Sent by"),
        choices=[(owing.value, owing.label) for owing in (Owing.ALL, Owing.KINDS)],
        widget=UnfoldAdminRadioSelectWidget,
    )
    unit_kinds = PatientMultipleChoiceField(
        label=gettext_lazy("Kinds of unit"),
        queryset=None,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Only for units of the chosen kinds."),
    )

    def __init__(self, *args, user, **kwargs):
        self.base_fields = self.base_fields | {
            name: field for kind in KINDS for name, field in fields_of_kind(kind).items()
        }
        super().__init__(*args, **kwargs)
        self.fields["unit_kinds"].queryset = rows_visible_to(UnitKind, user).filter(is_active=True, is_ban=False)

    def clean(self):
        cleaned = super().clean()
        for kind in KINDS:
            if cleaned.get(kind) and cleaned.get(f"{kind}_day") is None and f"{kind}_day" not in self.errors:
                self.add_error(f"{kind}_day", _("Say on which day the report is due."))
        if not any(cleaned.get(kind) for kind in KINDS):
            self.add_error(None, _("Tick at least one report."))
        if cleaned.get("window_rule") == WindowRule.OWN and not cleaned.get("first_day"):
            self.add_error("first_day", _("Say on which day of the month the figures begin."))
        if cleaned.get("owed_by") == Owing.KINDS and not cleaned.get("unit_kinds"):
            self.add_error("unit_kinds", _("Name at least one kind of unit."))
        return cleaned

    @property
    def wanted(self):
        asked = self.cleaned_data
        return [Wanted(kind, asked[f"{kind}_day"], int(asked[f"{kind}_when"])) for kind in KINDS if asked[kind]]

    def general(self):
        return [self[name] for name in self.declared_fields]

    def rows(self):
        return [(kind.label, self[kind], self[f"{kind}_day"], self[f"{kind}_when"]) for kind in map(PeriodKind, KINDS)]


def fields_of_kind(kind):
    return {
        kind.value: forms.BooleanField(label=kind.label, required=False),
        f"{kind.value}_day": forms.IntegerField(
            label=gettext_lazy("Due on day"), min_value=1, max_value=31, required=False
        ),
        f"{kind.value}_when": forms.ChoiceField(label=gettext_lazy("Of which month"), choices=WHEN, required=True),
    }


class BeginningMixin:
    """For the admin of schemes."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.choose)
        return [path("choose/", view, name="movements_reportingscheme_choose"), *super().get_urls()]

    def choose(self, request):
        """The start page leads here while there is no scheme; afterwards the list is the place."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        has_schedule = rows_visible_to(ReportingScheme, request.user).exists()
        form = ScheduleForm(request.POST or None, user=request.user)
        if request.method == "POST" and not has_schedule and form.is_valid():
            names = ("name", "window_rule", "shift_rule", "owed_by", "unit_kinds", "first_day")
            given = {name: form.cleaned_data[name] for name in names}
            try:
                made = choose_schedule(actor=request.user, wanted=form.wanted, **given)
            except ValidationError as error:
                for kind, said in error.message_dict.items():
                    form.add_error(f"{kind}_day", said)
            else:
                words = ngettext(
                    "%(count)s reporting scheme was made.", "%(count)s reporting schemes were made.", len(made)
                )
                messages.success(request, words % {"count": len(made)})
                ids = "&".join(f"schemes={scheme.pk}" for scheme in made)
                return HttpResponseRedirect(f"{reverse('admin:movements_reportingscheme_year')}?{ids}")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Choose the reporting schedule"),
            "opts": self.opts,
            "form": form,
            "has_schedule": has_schedule,
            "back": reverse("admin:index"),
        }
        return TemplateResponse(request, "movements/beginning.html", context)
