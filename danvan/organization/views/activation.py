"""Setting a password with a link or a short code. No answer tells which accounts or links there are."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from danvan import clock
from danvan.organization.domain.accounts import activation
from danvan.organization.forms import ActivationCodeForm, NewPasswordForm
from danvan.organization.views.login import proceed
from danvan.organization.views.pages import OutsidePage

CHOSEN = "activation"


@never_cache
def open_link(request, token):
    """The address in mails, messages and on paper. It uses nothing up: programs that preview links open it too.

    Leads on to an address without the token, which neither histories of browsers nor the log of refused attempts keep.
    """
    found = activation.by_link(token=token, now=clock.real_now())
    request.session.pop(CHOSEN, None)
    if found:  # strangers who guess leave no sessions behind
        request.session[CHOSEN] = found.pk
    return HttpResponseRedirect(reverse("admin:activation"))


class ForgottenView(OutsidePage):
    """Says whom to ask for a new password, and takes the login name with the short code."""

    form_class = ActivationCodeForm
    template_name = "organization/forgotten.html"
    title = gettext_lazy("Forgotten password, first login")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form):
        self.request.session[CHOSEN] = form.activation.pk
        return HttpResponseRedirect(reverse("admin:activation"))


class NewPasswordView(OutsidePage):
    """The owner, who came with a link or a code, chooses a password and is logged in."""

    form_class = NewPasswordForm
    template_name = "organization/new_password.html"
    title = gettext_lazy("Set the password")

    def dispatch(self, request, *args, **kwargs):
        pk = request.session.get(CHOSEN)
        self.activation = pk and activation.by_id(pk=pk, now=clock.real_now())
        if not self.activation:
            return self.refuse()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.activation.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"account": self.activation.user, **kwargs})

    def form_valid(self, form):
        password = form.cleaned_data["new_password1"]
        try:
            user = activation.set_password(activation=self.activation, password=password, now=clock.real_now())
        except activation.NoLongerUsable:
            return self.refuse()
        del self.request.session[CHOSEN]
        messages.success(self.request, _("The password is set."))
        if not user.is_staff:
            # Without a role in force nobody comes in; the login page says what it says to everybody.
            return HttpResponseRedirect(reverse("admin:login"))
        return proceed(self.request, user, reverse("admin:index"))

    def refuse(self):
        """The one answer to all that cannot be used."""
        self.request.session.pop(CHOSEN, None)
        words = _(
            "This link is no longer in use: each works once and for 7 days, and a new one ends the older. "
            "Ask for a new one."
        )
        messages.error(self.request, words)
        return HttpResponseRedirect(reverse("admin:login_forgotten"))
