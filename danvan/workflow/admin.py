"""Pages of our own for one record, and buttons for its transitions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import action

from danvan.access.door import reaches
from danvan.history.attempts import note_unasked
from danvan.workflow import ChangedMeanwhile, Refused, available, change_state, workflow_of
from danvan.workflow.forms import PlainForm, ReasonForm, at_known_fields

FORM_PAGE = "workflow/form.html"


class RecordPages:
    """Pages of our own for one record."""

    def page(self, route, view):
        """The address of *view*, named after its method, for one record: ``<id>/route/``."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{view.__name__}"
        return path(f"<int:object_id>/{route}", self.admin_site.admin_view(view), name=name)

    def address(self, name, *args):
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def missing(self, request, object_id):
        """The answer to what does not exist, and to what the user must not know of."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))

    def url_of(self, obj):
        return self.address("change", obj.pk)

    def form_page(
        self, request, obj, form, do, *, title, button, done, lead="", tone="primary", template=FORM_PAGE, **context
    ):
        """GET shows *form*; POST calls ``do(form.cleaned_data)``, shows what is wrong, or goes back to the record."""
        note_unasked(request, form, self.model)
        if request.method == "POST" and form.is_valid():
            try:
                do(form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, at_known_fields(error, form))
            else:
                messages.success(request, done)
                return HttpResponseRedirect(self.url_of(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": obj,
            "form": form,
            "lead": lead or str(obj),
            "button": button,
            "tone": tone,
            "back": self.url_of(obj),
            **context,
        }
        return TemplateResponse(request, template, context)


class TransitionsMixin:
    """Shows the state of a record above its form, with one button for each deed the user may do now.

    ``transition_forms`` maps an action to the form that asks what it needs (a ReasonForm when not named; its
    ``cleaned_data`` become keyword arguments), ``transition_functions`` to the domain function that does it, called
    with ``obj``, ``actor`` and the form's data (:func:`danvan.workflow.change_state` when not named).
    """

    change_form_outer_before_template = "workflow/panel.html"
    transition_forms: dict = {}
    transition_functions: dict = {}

    def get_urls(self):
        meta = self.opts
        view = self.admin_site.admin_view(self.transition_view)
        name = f"{meta.app_label}_{meta.model_name}_transition"
        return [path("<int:object_id>/deed/<slug:action>/", view, name=name), *super().get_urls()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = {**(extra_context or {})}
        if object_id is not None and request.method == "GET":
            obj = self.get_object(request, object_id)
            if obj is not None:
                extra_context["transitions"] = self.panel_transitions(request, obj)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def panel_transitions(self, request, obj):
        """The deeds that get a button above the form."""
        return available(obj, request.user)

    def transition_view(self, request, object_id, action):
        """GET asks, POST does. A deed that is not the user's to do answers like a missing record."""
        obj = self.get_object(request, object_id)
        if obj is None or not reaches(request.user, obj, action):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        workflow = workflow_of(self.model)
        transition = workflow.find(action, getattr(obj, workflow.field))
        if transition is None:
            messages.error(request, str(ChangedMeanwhile()))
            return HttpResponseRedirect(self.url_of(obj))
        form_class = self.transition_forms.get(action, ReasonForm if transition.reason_required else PlainForm)
        form = form_class(
            request.POST or None, request.FILES or None, **self.get_transition_form_kwargs(request, obj, action)
        )
        if "reason" in form.fields:
            form.fields["reason"].required = transition.reason_required
        note_unasked(request, form, self.model)
        refusal = transition.refusal(obj, request.user)
        if request.method == "POST" and form.is_valid():
            try:
                self.do_transition(request, obj, action, form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, at_known_fields(error, form))
            else:
                messages.success(request, _("Done: %(deed)s.") % {"deed": transition.done})
                return HttpResponseRedirect(self.url_of(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": transition.button,
            "opts": self.opts,
            "original": obj,
            "form": form,
            "transition": transition,
            "refusal": refusal,
            "warning": self.transition_warning(request, obj, action),
            "back": self.url_before(request, obj),
        }
        return TemplateResponse(request, "workflow/deed.html", context)

    def transition_warning(self, request, obj, action):
        """What the page of the deed warns of, without standing in its way."""
        return ""

    def url_before(self, request, obj):
        """Where "go back" leads from the page of a deed."""
        return self.url_of(obj)

    def get_transition_form_kwargs(self, request, obj, action):
        return {}

    def do_transition(self, request, obj, action, data):
        function = self.transition_functions.get(action)
        if function is None:
            change_state(obj=obj, action=action, actor=request.user, reason=data.get("reason", ""))
        else:
            function(obj=obj, actor=request.user, **data)

    def url_of(self, obj):
        meta = self.opts
        return reverse(f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])


class SaveAndSendMixin(TransitionsMixin):
    """A record that its unit writes and sends.

    "Save and send" stands beside "Save": a button above the form would leave behind what was typed and not yet saved.
    """

    actions_submit_line = ["save_and_send"]

    def is_sent_from_form(self, request, obj):
        sendable = any(transition.action == "submit" for transition in available(obj, request.user))
        return sendable and self.has_change_permission(request, obj)

    def panel_transitions(self, request, obj):
        transitions = super().panel_transitions(request, obj)
        if self.is_sent_from_form(request, obj):
            transitions = [transition for transition in transitions if transition.action != "submit"]
        return transitions

    def has_submit_permission(self, request, object_id=None):
        """The theme asks with the id to draw the button, and without it when the button was pressed."""
        if object_id is None:
            return self.may(request, "submit")
        obj = self.get_object(request, str(object_id))
        return obj is not None and self.is_sent_from_form(request, obj)

    @action(description=pgettext_lazy("button", "Save and send"), permissions=["submit"])
    def save_and_send(self, request, obj):
        """Pressed beside "Save". The theme calls it before the form is wholly saved, so it only notes the wish."""
        request.send_after_save = True

    def response_change(self, request, obj):
        if not getattr(request, "send_after_save", False):
            return super().response_change(request, obj)
        transition = next((t for t in available(obj, request.user) if t.action == "submit"), None)
        try:
            self.do_transition(request, obj, "submit", {})
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done: %(deed)s.") % {"deed": transition.done})
        return HttpResponseRedirect(self.url_of(obj))
