"""The page that makes the periods of a whole year, as they were shown."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from danvan import clock
from danvan.access.door import reaches_all, rows_visible_to
from danvan.access.widgets import PatientMultipleChoiceField
from danvan.calendar.reach import FIRST_YEAR, LAST_YEAR
from danvan.workflow import Refused
from danvan.workflow.forms import PlainForm
from movements.domain.year import create_year, plan_year
from movements.enums import PeriodKind
from movements.models import Campaign, ReportingPeriod, ReportingScheme


class SchemesField(PatientMultipleChoiceField):
    def label_from_instance(self, scheme):
        return f"{scheme.name} ({scheme.get_kind_display()})"


class YearForm(PlainForm):
    schemes = SchemesField(
        label=gettext_lazy("Reporting schemes"), queryset=None, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    campaign = forms.ModelChoiceField(
        label=capfirst(Campaign._meta.verbose_name),
        queryset=None,
        required=False,
        help_text=gettext_lazy("Its own days, where it has some, go before those of the scheme."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        schemes = rows_visible_to(ReportingScheme, user).filter(is_active=True).exclude(kind=PeriodKind.ONE_OFF)
        self.fields["schemes"].queryset = schemes
        self.fields["campaign"].queryset = rows_visible_to(Campaign, user)


class YearMixin:
    """For the admin of schemes."""

    def has_year_permission(self, request):
        return reaches_all(request.user, ReportingPeriod, "add")

    @action(description=gettext_lazy("Make the periods of a year"), url_path="year", permissions=["year"])
    def year(self, request):
        """GET shows what would be made for the schemes and the year in the address, POST makes just that."""
        sent = request.POST if request.method == "POST" else request.GET
        form = YearForm(sent if "year" in sent else None, user=request.user, initial=self._proposed(request))
        plan = None
        if form.is_bound and form.is_valid():
            asked = form.cleaned_data
            if request.method == "POST":
                try:
                    made = create_year(actor=request.user, seen=request.POST.get("seen", ""), **asked)
                except Refused as error:
                    form.add_error(None, str(error))
                else:
                    words = ngettext("%(count)s period was made.", "%(count)s periods were made.", len(made))
                    messages.success(request, words % {"count": len(made)})
                    address = reverse("admin:movements_reportingperiod_changelist")
                    return HttpResponseRedirect(f"{address}?year={asked['year']}")
            plan = plan_year(**asked)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make the periods of a year"),
            "opts": self.opts,
            "form": form,
            "plan": plan,
            "holidays_url": f"{reverse('admin:notices_holiday_fill')}?year={plan.year}" if plan else "",
            "back": reverse("admin:movements_reportingperiod_changelist"),
        }
        return TemplateResponse(request, "movements/year.html", context)

    @staticmethod
    def _proposed(request):
        """In the last months of a year the next one is planned."""
        today = clock.today()
        year = today.year + 1 if today.month > 9 else today.year
        return {"schemes": request.GET.getlist("schemes"), "year": year}
