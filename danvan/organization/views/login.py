"""Logging in: the password, then where it applies the second step."""

from django.contrib.auth import views
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from danvan.organization.domain.accounts import entrance, second_factor
from danvan.organization.forms import SecondFactorForm, SetUpForm
from danvan.organization.views.pages import OutsidePage


def proceed(request, user, wanted):
    """Answer *user*, who has just proved the password: in to the address *wanted*, or to the second step first."""
    step = entrance.next_step(request, user)
    if step is None:
        response = HttpResponseRedirect(wanted)
        entrance.come_in(request, response, user)
        return response
    entrance.wait(request, user, wanted)
    return HttpResponseRedirect(reverse(f"admin:login_{step}"))


class PasswordView(views.LoginView):
    """Django's, which leads on to the second step."""

    def form_valid(self, form):
        return proceed(self.request, form.get_user(), self.get_success_url())


class SecondStep(OutsidePage):
    """A page for who has proved the password; everybody else begins at the login."""

    def dispatch(self, request, *args, **kwargs):
        self.user, self.wanted = entrance.who_waits(request)
        if self.user is None:
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)


class CodeView(SecondStep):
    """Asks for the code of the telephone, or a recovery code."""

    form_class = SecondFactorForm
    template_name = "organization/login_code.html"
    title = _("Second step")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request, "user": self.user}

    def form_valid(self, form):
        response = HttpResponseRedirect(self.wanted)
        is_remembered = form.cleaned_data["remember"]
        entrance.come_in(self.request, response, self.user, device=form.device, is_to_be_remembered=is_remembered)
        return response


class SetUpView(SecondStep):
    """Has who must use the second step set it up before coming in."""

    form_class = SetUpForm
    template_name = "organization/login_set_up.html"
    title = _("Set up the second step")

    def dispatch(self, request, *args, **kwargs):
        user, _wanted = entrance.who_waits(request)
        if user is not None and second_factor.device_of(user) is not None:
            # Who knows the password alone must not replace the telephone of the account.
            return HttpResponseRedirect(reverse("admin:login_code"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.user}

    def form_valid(self, form):
        try:
            device, codes = second_factor.switch_on(user=self.user, key=form.key, code=form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error("code", error)
            return self.form_invalid(form)
        context = {**self.site.each_context(self.request), "title": self.title, "codes": codes, "onward": self.wanted}
        page = render(self.request, "organization/login_recovery_codes.html", context)
        entrance.come_in(self.request, page, self.user, device=device)
        return page
