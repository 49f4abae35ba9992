"""The pages of one's own account."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from danvan.history.attempts import note
from danvan.history.domain import record
from danvan.history.enums import Refusal
from danvan.organization.domain.sessions import end_sessions
from danvan.organization.forms import OwnPasswordForm


class OwnPasswordView(PasswordChangeView):
    """The change of one's own password: the session at hand goes on, all others end."""

    form_class = OwnPasswordForm
    template_name = "organization/own_password.html"
    success_url = reverse_lazy("admin:password_change_done")

    def form_invalid(self, form):
        if "old_password" in form.errors:
            note(self.request, Refusal.LOGIN, login_name=self.request.user.get_username())
        return super().form_invalid(form)

    def form_valid(self, form):
        with transaction.atomic():
            record(actor=self.request.user, action="change_password", obj=self.request.user)
            return super().form_valid(form)


def end_own_sessions(request):
    """POST logs the user out everywhere but here; GET leads to the page with the button."""
    if request.method == "POST":
        end_sessions(user=request.user, actor=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("You are logged out everywhere but here."))
    return HttpResponseRedirect(reverse("admin:password_change"))
