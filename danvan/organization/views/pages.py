"""The pages of logging in, in the frame of the site, for people who are not logged in yet."""

from math import ceil

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class OutsidePage(FormView):
    """A page with one form. ``site`` is the admin site; a form that was throttled says so by its ``wait``."""

    site = None
    title = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{**self.site.each_context(self.request), "title": self.title, **kwargs})

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if wait := getattr(form, "wait", 0):
            response.status_code = 429
            response["Retry-After"] = str(ceil(wait))
        return response
