"""The forms in which passwords are typed."""

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from danvan.history import attempts
from danvan.history.enums import Refusal
from danvan.organization.domain import login


class LoginForm(AuthenticationForm):
    """The login, slow for those who guess. ``wait`` is how many seconds there is no try left, or 0.

    A name that no account has, a closed account, one without a membership and a wrong password read the same.
    """

    wait = 0

    @sensitive_variables()
    def clean(self):
        username = self.cleaned_data.get("username")
        if username is None or not self.cleaned_data.get("password"):
            return self.cleaned_data
        try:
            attempt = login.begin(username=username, request=self.request)
        except login.Throttled as throttled:
            self.wait = throttled.seconds
            attempts.note(self.request, Refusal.THROTTLED, login_name=username)
            raise throttled_error(throttled) from None
        try:
            cleaned = super().clean()
        except ValidationError:
            attempts.note(self.request, Refusal.LOGIN, login_name=username)
            raise
        attempt.was_right()
        return cleaned


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The change of one's own password. An unattended screen is no place to guess the present one."""

    @sensitive_variables()
    def clean_old_password(self):
        try:
            attempt = login.begin_at_own_page(user=self.user)
        except login.Throttled as throttled:
            raise throttled_error(throttled) from None
        password = super().clean_old_password()
        attempt.was_right()
        return password


def throttled_error(throttled):
    words = ngettext(
        "Too many wrong attempts. Please try again in %(minutes)d minute.",
        "Too many wrong attempts. Please try again in %(minutes)d minutes.",
        throttled.minutes,
    )
    return ValidationError(words, code="throttled", params={"minutes": throttled.minutes})
