"""The forms in which passwords and codes are typed."""

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.widgets import UnfoldAdminPasswordWidget

from danvan import clock
from danvan.history import attempts
from danvan.history.enums import Refusal
from danvan.organization.domain.accounts import activation, login, second_factor
from danvan.workflow.forms import PlainForm


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


class ActivationCodeForm(PlainForm):
    """The login name and the short code that somebody of the Ban gave its owner. ``activation`` is what they stand for.

    Wrong ones count as wrong passwords do. An unknown name, a used, an expired and a wrong code read the same.
    """

    username = forms.CharField(
        label=_("Login name"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "off"}),
    )
    code = forms.CharField(
        label=_("Short code"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "XXXX-XXXX"}),
    )

    wait = 0
    activation = None

    def __init__(self, *args, request, **kwargs):
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self):
        username, code = self.cleaned_data.get("username"), self.cleaned_data.get("code")
        if not username or not code:
            return self.cleaned_data
        try:
            attempt = login.begin(username=username, request=self.request)
        except login.Throttled as throttled:
            self.wait = throttled.seconds
            attempts.note(self.request, Refusal.THROTTLED, login_name=username)
            raise throttled_error(throttled) from None
        self.activation = activation.by_code(username=username, code=code, now=clock.real_now())
        if self.activation is None:
            attempts.note(self.request, Refusal.LOGIN, login_name=username)
            raise ValidationError(gettext("The login name and the code do not belong together, or the code is over."))
        attempt.was_right()
        return self.cleaned_data


class NewPasswordForm(SetPasswordForm):
    """The first or a new password of an account, chosen by its owner."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("new_password1", "new_password2"):
            self.fields[name].widget = UnfoldAdminPasswordWidget({"autocomplete": "new-password"})


class SecondFactorForm(PlainForm):
    """The code of the second step. ``device`` is the telephone that stands for it."""

    code = forms.CharField(
        label=_("Code of the second step"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": "", "autocapitalize": "characters"}),
    )
    remember = forms.BooleanField(label=_("Remember this device for 30 days"), required=False)

    wait = 0
    device = None

    def __init__(self, *args, request, user, **kwargs):
        self.request, self.user = request, user
        super().__init__(*args, **kwargs)

    @sensitive_variables()
    def clean_code(self):
        try:
            attempt = login.begin_second_factor(user=self.user)
            self.device = second_factor.verify(user=self.user, code=self.cleaned_data["code"])
        except login.Throttled as throttled:
            self.wait = throttled.seconds
            attempts.note(self.request, Refusal.THROTTLED, login_name=self.user.get_username())
            raise throttled_error(throttled) from None
        if self.device is None:
            attempts.note(self.request, Refusal.LOGIN, login_name=self.user.get_username())
            raise ValidationError(gettext("The code is wrong, or was used before. Wait for the next one."))
        attempt.was_right()
        return self.cleaned_data["code"]


class SetUpForm(PlainForm):
    """The first code of a new telephone. ``key`` is the secret on the page, which comes back sealed."""

    code = forms.CharField(
        label=_("The six digits that the telephone shows now"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.sent_key = second_factor.unsealed(user, self.data.get("key", ""))
        self.key = self.sent_key or second_factor.new_key()

    def clean(self):
        if self.sent_key is None:
            raise ValidationError(gettext("The page was open for too long. Read the picture below once more."))
        return self.cleaned_data

    @property
    def sealed_key(self):
        return second_factor.sealed(self.user, self.key)

    @property
    def secret(self):
        return second_factor.secret_in_groups(self.key)

    @property
    def qr(self):
        return second_factor.qr_of(self.user, self.key)


class OwnCredentialsForm(PlainForm):
    """Asks for the password again, before what protects the account is changed."""

    password = forms.CharField(
        label=_("Your password"), strip=False, widget=UnfoldAdminPasswordWidget({"autocomplete": "current-password"})
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    @sensitive_variables()
    def clean_password(self):
        try:
            attempt = login.begin_at_own_page(user=self.user)
        except login.Throttled as throttled:
            raise throttled_error(throttled) from None
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(gettext("The password is wrong."))
        attempt.was_right()
        return self.cleaned_data["password"]


class ReasonOfResetForm(PlainForm):
    """Why somebody else's second step is taken away."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


def throttled_error(throttled):
    words = ngettext(
        "Too many wrong attempts. Please try again in %(minutes)d minute.",
        "Too many wrong attempts. Please try again in %(minutes)d minutes.",
        throttled.minutes,
    )
    return ValidationError(words, code="throttled", params={"minutes": throttled.minutes})
