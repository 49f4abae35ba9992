from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from danvan import clock
from danvan.history.admin import RecordAdmin
from danvan.history.forms import VersionedForm
from danvan.organization.domain.people import assignments
from danvan.organization.models import Assignment
from danvan.workflow import Refused
from danvan.workflow.forms import PlainForm, at_known_fields


class AssignmentForm(VersionedForm):
    """Offers who serves at the Ban today, and whom the row names."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = {"officer": self.instance.officer_id, "stand_in": self.instance.stand_in_id}
        for name in named.keys() & self.fields.keys():
            offered = self.fields[name].queryset
            serving = offered.filter(pk__in=assignments.officers().values("pk"))
            self.fields[name].queryset = serving | offered.filter(pk=named[name])


class HandOverForm(PlainForm):
    to = forms.ModelChoiceField(label=gettext_lazy("Hand over to comrade"), queryset=None)
    last_day = forms.DateField(
        label=gettext_lazy("Last day of the present officer"),
        initial=clock.today,
        help_text=gettext_lazy("The new officer begins on the next day."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = assignments.officers()


@admin.register(Assignment)
class AssignmentAdmin(RecordAdmin):
    """Who looks after which area or unit."""

    form = AssignmentForm
    list_display = ["officer", "area", "unit", "stand_in", "valid_from", "valid_to"]
    list_display_links = ["officer"]
    list_filter = ["officer"]
    list_select_related = ["officer", "area", "unit", "stand_in"]
    search_fields = ["officer__search_text", "area__search_text", "unit__search_text"]
    autocomplete_fields = ["area", "unit"]
    fields = [("officer", "stand_in"), ("area", "unit"), ("valid_from", "valid_to")]
    actions = ["hand_over"]

    def has_hand_over_permission(self, request):
        return self.may(request, "add") and self.may(request, "change")

    @admin.action(description=gettext_lazy("Hand over to another officer"), permissions=["hand_over"])
    def hand_over(self, request, queryset):
        """A page that asks to whom and from when, then one deed for all that were ticked."""
        rows = list(queryset.select_related(*self.list_select_related))
        form = HandOverForm(request.POST if "confirmed" in request.POST else None)
        if form.is_bound and form.is_valid():
            try:
                made = assignments.hand_over(assignments=rows, actor=request.user, **form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, at_known_fields(error, form))
            else:
                count = len(made)
                words = ngettext("%(n)s assignment was handed over.", "%(n)s assignments were handed over.", count)
                messages.success(request, words % {"n": count})
                return HttpResponseRedirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand over to another officer"),
            "opts": self.opts,
            "form": form,
            "rows": rows,
            "rows_name": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "organization/hand_over.html", context)
