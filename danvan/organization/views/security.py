"""The page on which everybody looks after the own account's second step."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.history.attempts import note
from danvan.history.enums import Refusal
from danvan.organization.domain.accounts import entrance, second_factor
from danvan.organization.forms import OwnCredentialsForm, SetUpForm


def security(request, site):
    """GET shows how the account is guarded; POST, with the password, makes new recovery codes or switches off."""
    form = OwnCredentialsForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if form.is_valid():
            return _deed(request, site, form)
        note(request, Refusal.LOGIN, login_name=request.user.get_username())
    return _page(request, site, form)


def _deed(request, site, form):
    if request.POST.get("deed") == "codes" and second_factor.device_of(request.user):
        return _show_codes(request, site, second_factor.renew_recovery_codes(user=request.user))
    if request.POST.get("deed") == "off":
        try:
            second_factor.switch_off(user=request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return _page(request, site, form)
        messages.success(request, _("The second step is switched off."))
    return HttpResponseRedirect(reverse("admin:security"))


def _page(request, site, form):
    device = second_factor.device_of(request.user)
    context = {
        **site.each_context(request),
        "title": _("Security of the account"),
        "form": form,
        "device": device,
        "codes_left": second_factor.recovery_codes_left(request.user) if device else 0,
        "is_demanded": second_factor.is_demanded_of(request.user),
    }
    return TemplateResponse(request, "organization/security.html", context)


def set_up(request, site):
    """Connects a telephone with the own account, or another one, for which the password is asked."""
    is_change = second_factor.device_of(request.user) is not None
    form = SetUpForm(request.POST or None, user=request.user)
    password = OwnCredentialsForm(request.POST or None, user=request.user) if is_change else None
    if request.method == "POST" and form.is_valid() and (password is None or password.is_valid()):
        try:
            _device, codes = second_factor.switch_on(user=request.user, key=form.key, code=form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error("code", error)
        else:
            entrance.stay_in(request)
            return _show_codes(request, site, codes)
    context = {
        **site.each_context(request),
        "title": _("Set up the second step"),
        "form": form,
        "password_form": password,
        "account": request.user,
    }
    return TemplateResponse(request, "organization/security_set_up.html", context)


def _show_codes(request, site, codes):
    """The one time that the codes are shown: the answer to a POST, which no address repeats."""
    context = {
        **site.each_context(request),
        "title": _("Recovery codes"),
        "codes": codes,
        "onward": reverse("admin:security"),
    }
    return TemplateResponse(request, "organization/recovery_codes.html", context)
