"""Deeds for several reports: a page that says what will be done for which units, then one deed for all."""

import uuid
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from danvan.access.widgets import is_key
from danvan.documents.forms import PrivateFileField
from danvan.history.forms import FORM_KEY, valid_key
from danvan.workflow import Refused
from danvan.workflow.forms import PlainForm, ReasonForm, at_known_fields
from movements.admin.forms import ExtendForm, ReceiveForm
from movements.admin.pressing import duties_of, ways_of
from movements.domain import selected as domain
from movements.enums import ReportState
from movements.models import Report
from movements.workflow import REPORT

CONFIRMED, PRESS = "confirmed", "press"
MOST, MOST_SCANS = 500, 30
"""How many reports at once, and up to how many with a scan each: a request carries at most a hundred files."""


class ReceiveManyForm(ReceiveForm):
    """What holds for all. A scan belongs to one unit, so it stands at its unit."""

    upload = None


class OwnForm(PlainForm):
    """What came from one of the units, where it differs from the others."""

    number = forms.CharField(max_length=80, required=False)
    upload = PrivateFileField(required=False, help_text="")

    def __init__(self, *args, unit, has_scan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].widget.attrs["aria-label"] = _("Number and symbol – %(unit)s") % {"unit": unit}
        self.fields["upload"].widget.attrs["aria-label"] = _("Scan – %(unit)s") % {"unit": unit}
        if not has_scan:
            del self.fields["upload"]

    @property
    def given(self):
        return {name: value for name, value in self.cleaned_data.items() if value}


class Deed(NamedTuple):
    form: type
    do: object
    button: object


DEEDS = {
    "receive": Deed(ReceiveManyForm, domain.receive_selected, REPORT.find("receive", ReportState.EXPECTED).button),
    "extend": Deed(ExtendForm, domain.extend_selected, REPORT.find("extend", ReportState.EXPECTED).button),
    "exempt": Deed(ReasonForm, domain.exempt_selected, REPORT.find("exempt", ReportState.EXPECTED).button),
}


class Line(NamedTuple):
    """One report on the page: why it stays as it is, and the form for what it has of its own."""

    report: Report
    problem: str
    form: OwnForm | None = None


class SelectedMixin:
    """The deeds of the board and of the list for what was ticked there."""

    actions = ["receive_selected", "extend_selected", "exempt_selected"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.selected)
        return [path("selected/", view, name="movements_report_selected"), *super().get_urls()]

    def has_receive_permission(self, request):
        return self.may(request, "receive")

    def has_extend_permission(self, request):
        return self.may(request, "extend")

    def has_exempt_permission(self, request):
        return self.may(request, "exempt")

    @admin.action(description=DEEDS["receive"].button, permissions=["receive"])
    def receive_selected(self, request, queryset):
        return self.ask(request, "receive", queryset, request.get_full_path())

    @admin.action(description=DEEDS["extend"].button, permissions=["extend"])
    def extend_selected(self, request, queryset):
        return self.ask(request, "extend", queryset, request.get_full_path())

    @admin.action(description=DEEDS["exempt"].button, permissions=["exempt"])
    def exempt_selected(self, request, queryset):
        return self.ask(request, "exempt", queryset, request.get_full_path())

    @method_decorator(require_POST)
    def selected(self, request):
        """What is done, for which reports: a period and units from the board, the reports from the page that asks."""
        deed = request.POST.get("deed", "receive")
        if deed == PRESS:
            may = self.has_view_permission(request) and ways_of(request.user)
        else:
            may = deed in DEEDS and self.may(request, deed)
        if not may:
            raise PermissionDenied
        reports = Report.objects.visible_to(request.user, "view" if deed == PRESS else deed)
        if CONFIRMED in request.POST:
            reports = reports.filter(pk__in=keys(request, "report"))
        else:
            reports = reports.filter(period__in=keys(request, "period")[:1], unit__in=keys(request, "unit"))
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        back = back if is_ours else reverse("admin:movements_board")
        return self.press(request, reports, back) if deed == PRESS else self.ask(request, deed, reports, back)

    def press(self, request, reports, back):
        """The ticked units that have not sent, all of one period, and the ways to remind them."""
        rows = reports.owed().select_related("period__scheme", "unit").order_by("unit__order", "unit__sort_key", "pk")
        if not rows:
            messages.error(request, _("Tick the units first."))
            return HttpResponseRedirect(back)
        period = rows[0].period
        context = {
            **self.admin_site.each_context(request),
            "title": _("Remind, urge…"),
            "opts": self.opts,
            "reports": rows,
            "period": period,
            "duties": duties_of(rows, period),
            "ways": ways_of(request.user),
            "back": back,
        }
        return TemplateResponse(request, "movements/pressing.html", context)

    def ask(self, request, deed, reports, back):
        """The page that asks what *deed* needs; confirmed, it is done for all of *reports* or for none."""
        rows = reports.select_related("period", "unit").order_by("unit__order", "unit__sort_key", "pk")
        rows = list(rows[: MOST + 1])
        if not rows or len(rows) > MOST:
            many = _("Choose at most %(count)s rows at a time.") % {"count": MOST}
            messages.error(request, many if rows else _("Tick the units first."))
            return HttpResponseRedirect(back)
        kind, confirmed = DEEDS[deed], CONFIRMED in request.POST
        form = kind.form(*((request.POST, request.FILES) if confirmed else ()))
        if "reason" in form.fields:
            form.fields["reason"].required = True
        lines = [Line(row, *self.own_part(request, deed, row, len(rows), confirmed)) for row in rows]
        form_key = valid_key(request.POST.get(FORM_KEY)) or uuid.uuid4()
        if confirmed and all(each.is_valid() for each in (form, *(line.form for line in lines if line.form))):
            own = {line.report.pk: line.form.given for line in lines if line.form}
            try:
                is_first = kind.do(
                    reports=rows,
                    actor=request.user,
                    form_key=form_key,
                    **form.cleaned_data,
                    **({"own": own} if own else {}),
                )
            except domain.RefusedForSome as refused:
                form.add_error(None, str(refused))
                lines = [line._replace(problem=refused.reasons.get(line.report.pk, "")) for line in lines]
            except Refused as refused:
                form.add_error(None, str(refused))
            except ValidationError as error:
                form.add_error(None, at_known_fields(error, form))
            else:
                messages.success(
                    request, done_words(kind, len(rows)) if is_first else _("This form was already saved.")
                )
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": kind.button,
            "opts": self.opts,
            "form": form,
            "lines": lines,
            "possible": sum(confirmed or not line.problem for line in lines),
            "confirmed": confirmed,
            "has_scans": deed == "receive" and len(rows) <= MOST_SCANS,
            "deed": deed,
            "form_key": form_key,
            "back": back,
        }
        return TemplateResponse(request, "movements/selected.html", context)

    def own_part(self, request, deed, report, count, confirmed):
        """What stands in the way of *deed*, and the form of what came from the unit alone."""
        transition = REPORT.find(deed, report.state)
        problem = transition.refusal(report, request.user) if transition else report.get_state_display()
        if deed != "receive" or (problem and not confirmed):
            return problem, None
        data = (request.POST, request.FILES) if confirmed else ()
        form = OwnForm(*data, prefix=str(report.pk), unit=report.unit, has_scan=count <= MOST_SCANS)
        return "" if confirmed else problem, form


def keys(request, name):
    """The keys that were sent under *name*."""
    return [key for key in request.POST.getlist(name) if is_key(key)]


def done_words(kind, count):
    words = ngettext("%(deed)s: %(n)s unit.", "%(deed)s: %(n)s units.", count)
    return words % {"deed": kind.button, "n": count}
