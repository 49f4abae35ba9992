"""The change of one's own password, and the end of one's other sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from danvan import clock
from danvan.history.attempts import note
from danvan.history.domain import record
from danvan.history.enums import Refusal
from danvan.organization.domain.accounts.activation import withdraw
from danvan.organization.domain.accounts.familiar import mark_of, remember_place
from danvan.organization.domain.accounts.sessions import end_sessions
from danvan.organization.forms import OwnPasswordForm


class OwnPasswordView(PasswordChangeView):
    """The change of one's own password: the session at hand goes on, all others end, and links to it with them.

    The account forgets every browser and place but this one's: who shares the password must not keep what it opened.
    """

    form_class = OwnPasswordForm
    template_name = "organization/own_password.html"
    success_url = reverse_lazy("admin:password_change_done")

    def form_invalid(self, form):
        if "old_password" in form.errors:
            note(self.request, Refusal.LOGIN, login_name=self.request.user.get_username())
        return super().form_invalid(form)

    def form_valid(self, form):
        with transaction.atomic():
            user = self.request.user
            record(actor=user, action="change_password", obj=user)
            withdraw(users=[user], now=clock.real_now())
            response = super().form_valid(form)
            remember_place(self.request, mark_of(user.get_username()))
            return response


def end_own_sessions(request):
    """POST logs the user out everywhere but here; GET leads to the page with the button."""
    if request.method == "POST":
        end_sessions(user=request.user, actor=request.user)
        update_session_auth_hash(request, request.user)
        remember_place(request, mark_of(request.user.get_username()))
        messages.success(request, _("You are logged out everywhere but here."))
    return HttpResponseRedirect(reverse("admin:password_change"))
