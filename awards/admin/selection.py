"""Actions on several nominations: a page that says what will change and what will not, then one deed."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from awards.admin.forms import AppraiseForm, ApproveForm, RefuseForm
from awards.domain import appraisal
from danvan.workflow import Refused
from danvan.workflow.forms import at_known_fields

MOST = 500


class SelectionMixin:
    """Appraising, approving and refusing what was ticked in the list."""

    actions = ["appraise_selected", "approve_selected", "refuse_selected"]

    def has_appraise_permission(self, request):
        return self.may(request, "appraise")

    def has_approve_permission(self, request):
        return self.may(request, "approve")

    def has_refuse_permission(self, request):
        return self.may(request, "refuse")

    @admin.action(description=pgettext_lazy("nomination", "Appraise"), permissions=["appraise"])
    def appraise_selected(self, request, queryset):
        return self.confirm(request, queryset, "appraise", pgettext("nomination", "Appraise"))

    @admin.action(description=pgettext_lazy("nomination", "Approve"), permissions=["approve"])
    def approve_selected(self, request, queryset):
        return self.confirm(request, queryset, "approve", pgettext("nomination", "Approve"))

    @admin.action(description=pgettext_lazy("nomination", "Do not approve"), permissions=["refuse"])
    def refuse_selected(self, request, queryset):
        return self.confirm(request, queryset, "refuse", pgettext("nomination", "Do not approve"), tone="danger")

    def confirm(self, request, queryset, action, button, tone="primary"):
        rows = list(queryset.select_related("dossier__unit", "round", "decision")[: MOST + 1])
        if len(rows) > MOST:
            messages.error(request, _("Choose at most %(count)s rows at a time.") % {"count": MOST})
            return None
        sent = "confirmed" in request.POST
        form = self.deed_form(request, action, *((request.POST, request.FILES) if sent else ()))
        found = appraisal.prospects(nominations=rows, action=action, actor=request.user)
        possible = [prospect.nomination for prospect in found if not prospect.obstacle]
        if sent and form.is_valid() and possible:
            try:
                self.do_deed(action, nominations=possible, actor=request.user, data=form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, at_known_fields(error, form))
            else:
                done = _("%(deed)s: %(count)s nominations.") % {"deed": button, "count": len(possible)}
                messages.success(request, done)
                return HttpResponseRedirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "title": button,
            "opts": self.opts,
            "form": form,
            "prospects": found,
            "possible": len(possible),
            "impossible": len(found) - len(possible),
            "rows_name": ACTION_CHECKBOX_NAME,
            "action_name": f"{action}_selected",
            "button": button,
            "tone": tone,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "awards/selection.html", context)

    def deed_form(self, request, action, *data):
        if action == "appraise":
            return AppraiseForm(*data)
        form_class = ApproveForm if action == "approve" else RefuseForm
        return form_class(*data, by_login=self.may(request, "decide"))

    def do_deed(self, action, *, nominations, actor, data):
        """One transaction for all of *nominations*, the slip included."""
        with transaction.atomic():
            if action == "appraise":
                for nomination in nominations:
                    appraisal.appraise(nomination=nomination, actor=actor, **data)
                return
            slip = data.pop("slip")
            slip = appraisal.record_slip(actor=actor, **slip) if slip else None
            function = appraisal.approve if action == "approve" else appraisal.refuse
            function(nominations=nominations, actor=actor, slip=slip, **data)
