"""What the admins of this app share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from danvan.history.attempts import note_unasked
from danvan.workflow import Refused
from danvan.workflow.admin import TransitionsMixin
from danvan.workflow.forms import at_known_fields


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

    def form_page(self, request, obj, form, do, *, title, button, done, lead="", tone="primary"):
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
        }
        return TemplateResponse(request, "awards/form.html", context)


class DeedsMixin(RecordPages, TransitionsMixin):
    """Transitions done by the domain functions of this app.

    They are called with the record under the name ``subject``, the actor and the form's data.
    """

    subject = None

    def do_transition(self, request, obj, action, data):
        self.transition_functions[action](**{self.subject: obj}, actor=request.user, **data)
