from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminSelectWidget

from danvan import clock
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.notices.admin.reminder import SourceFilter, step_words
from danvan.notices.domain.wording import sample_addressee, sample_piece
from danvan.notices.models import ReminderRule
from danvan.notices.sources import label_of, sources

# The page asks the server for the preview again after each pause in typing, by htmx, which the theme carries.
LIVE = {
    "hx-post": reverse_lazy("admin:notices_reminderrule_preview"),
    "hx-trigger": "input changed delay:400ms, change",
    "hx-target": "#dv-preview",
    "hx-swap": "outerHTML",
    "hx-include": "closest form",
    "hx-params": "csrfmiddlewaretoken,subject,text,offset_days,audience",
}


class ReminderRuleForm(VersionedForm):
    source = forms.ChoiceField(label=_("Duty"), widget=UnfoldAdminSelectWidget, help_text=_("What is reminded of."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "source" in self.fields:
            self.fields["source"].choices = [(code, source.label) for code, source in sources().items()]
        if "hour" in self.fields:
            first, end = settings.REMINDER_HOURS
            words = _("From this hour of the day on, %(first)s to %(last)s.")
            self.fields["hour"].help_text = words % {"first": first, "last": end - 1}
        for name in {"subject", "text", "offset_days", "audience"}.intersection(self.fields):
            self.fields[name].widget.attrs.update(LIVE)

    def clean_hour(self):
        hour = self.cleaned_data["hour"]
        first, end = settings.REMINDER_HOURS
        if not first <= hour < end:
            words = _("Reminders go out in working hours: choose an hour from %(first)s to %(last)s.")
            raise forms.ValidationError(words, params={"first": first, "last": end - 1})
        return hour


class RuleChangeList(ChangeList):
    """Rows in groups: each kind of duty is named aloud once, at its first step."""

    def get_results(self, request):
        super().get_results(request)
        before = None
        for rule in self.result_list:
            rule.begins_group = rule.source != before
            before = rule.source


@admin.register(ReminderRule)
class ReminderRuleAdmin(RecordAdmin):
    """The steps of reminding, with a preview of the letter beside the words."""

    form = ReminderRuleForm
    list_display = ["source_words", "step_label", "hour_words", "audience", "subject", "is_active"]
    list_display_links = ["step_label"]
    list_filter = [SourceFilter, "audience", "is_active"]
    list_per_page = 200
    fields = [
        "source",
        ("offset_days", "hour"),
        "audience",
        ("working_days_only", "is_active"),
        "subject",
        "text",
        "preview",
    ]
    readonly_fields = ["preview"]

    def get_changelist(self, request, **kwargs):
        return RuleChangeList

    def get_urls(self):
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name="notices_reminderrule_preview"), *super().get_urls()]

    def preview_view(self, request):
        """The letter that the typed words would make today, as a piece of the form page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        names = "subject", "text", "audience"
        rule = ReminderRule(**{name: request.POST.get(name, "") for name in names})
        try:
            rule.offset_days = int(request.POST.get("offset_days", ""))
        except ValueError:
            rule.offset_days = 0
        return HttpResponse(self.preview(rule))

    @admin.display(description=_("preview"))
    @reads("source", "subject", "text", "audience")
    def preview(self, rule):
        # A refused form shows its preview too, whatever number stands in it.
        due_on = clock.today() - timedelta(days=max(-90, min(90, rule.offset_days or 0)))
        context = {"piece": sample_piece(rule=rule, due_on=due_on), "addressed": sample_addressee()}
        return render_to_string("notices/preview.html", context)

    @admin.display(description=_("duty"), ordering="source")
    @reads("source")
    def source_words(self, rule):
        tone = "dv-group" if rule.begins_group else "dv-muted"
        return format_html('<span class="{}">{}</span>', tone, label_of(rule.source))

    @admin.display(description=_("step"), ordering="offset_days")
    @reads("offset_days")
    def step_label(self, rule):
        return step_words(rule.offset_days)

    @admin.display(description=_("hour"), ordering="hour")
    @reads("hour")
    def hour_words(self, rule):
        return f"{rule.hour:02d}:00"
