from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.decorators import action, display

from danvan import clock
from danvan.access.visibility import reads
from danvan.calendar.reach import FIRST_YEAR, LAST_YEAR
from danvan.history.admin import RecordAdmin
from danvan.notices.domain.holidays import fill_holidays, proposed_holidays
from danvan.notices.models import Holiday
from danvan.workflow.forms import PlainForm


class YearForm(PlainForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


@admin.register(Holiday)
class HolidayAdmin(RecordAdmin):
    """The days off, filled in for a year at a time, and the working days swapped for them, typed by hand."""

    list_display = ["day", "weekday", "name", "kind_label", "note"]
    list_filter = ["is_worked"]
    date_hierarchy = "day"
    search_fields = ["name"]
    bulk_delete = True
    actions_list = ["fill"]
    fields = ["day", "name", "is_worked", "note"]

    @admin.display(description=gettext_lazy("day of the week"))
    @reads("day")
    def weekday(self, holiday):
        return date_format(holiday.day, "l")

    @display(description=gettext_lazy("kind"), ordering="is_worked", label={"off": "success", "worked": "warning"})
    @reads("is_worked")
    def kind_label(self, holiday):
        if holiday.is_worked:
            return "worked", _("worked instead")
        return "off", pgettext_lazy("holiday", "day off")

    @action(description=gettext_lazy("Fill in the holidays of a year"), url_path="fill", permissions=["add"])
    def fill(self, request):
        """GET shows what would be added for the year in the address, POST adds it."""
        sent = request.POST if request.method == "POST" else request.GET
        form = YearForm(sent if "year" in sent else {"year": clock.today().year + 1})
        year = form.cleaned_data["year"] if form.is_valid() else None
        if request.method == "POST" and year:
            made = len(fill_holidays(year=year, actor=request.user))
            words = ngettext("%(count)s day was added.", "%(count)s days were added.", made) % {"count": made}
            messages.success(request, words)
            return HttpResponseRedirect(f"{reverse('admin:notices_holiday_changelist')}?day__year={year}")
        lines = proposed_holidays(year=year) if year else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Fill in the holidays of a year"),
            "opts": self.opts,
            "form": form,
            "year": year,
            "lines": [(line, date_format(line.day, "l")) for line in lines],
            "new": sum(line.there is None for line in lines),
            "back": reverse("admin:notices_holiday_changelist"),
        }
        return TemplateResponse(request, "notices/holidays.html", context)
