from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.decorators import display

from danvan import clock
from danvan.access.admin import ScopedListFilter
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.inviting import InvitingMixin
from danvan.organization.admin.membership import MembershipInline
from danvan.organization.domain.accounts import second_factor
from danvan.organization.domain.accounts.activation import may_invite, with_standing
from danvan.organization.domain.accounts.sessions import end_sessions
from danvan.organization.domain.people import delegation
from danvan.organization.domain.people.handover import handed_over_by
from danvan.organization.forms import ReasonOfResetForm
from danvan.organization.models import User

# Rights come from memberships; a page of groups would promise what it cannot keep.
admin.site.unregister(Group)
# Secrets of telephones are nobody's to look at: their pages are those of domain.second_factor.
admin.site.unregister([TOTPDevice, StaticDevice])

STANDING = {"new": "danger", "invited": "warning", "active": "success"}


class StandingFilter(ScopedListFilter):
    """Whether there is a password, and whether a link is on its way. That tells nothing of the password itself."""

    title = _("activation state")
    parameter_name = "standing"
    reads = ("activations__used_at", "activations__expires_at")
    conditions = {
        "new": {"has_password": False, "invited_until": None},
        "invited": {"has_password": False, "invited_until__isnull": False},
        "active": {"has_password": True},
    }

    def lookups(self, request, model_admin):
        return [("new", _("never activated")), ("invited", _("invited")), ("active", _("activated"))]

    def queryset(self, request, queryset):
        return queryset.filter(**self.conditions.get(self.value(), {}))


@admin.register(User)
class UserAdmin(InvitingMixin, RecordAdmin):
    """Accounts and their memberships. Nobody sets or sees another's password here."""

    list_display = ["full_name", "username", "serves_as", "email", "standing", "is_active", "last_login"]
    list_filter = [StandingFilter, "is_active"]
    fields = ["full_name", "username", ("email", "telephone"), "is_active", "last_login"]
    readonly_fields = ["last_login"]
    inlines = [MembershipInline]
    change_form_outer_before_template = "organization/account_panel.html"

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:object_id>/end-sessions/", view(self.end_sessions_view), name="organization_user_end_sessions"),
            path(
                "<int:object_id>/reset-second-factor/",
                view(self.reset_second_factor_view),
                name="organization_user_reset_second_factor",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            has_device = self.may(request, "reset", obj) and second_factor.device_of(obj) is not None
            context |= {"may_invite": may_invite(request.user, obj), "may_reset_second_factor": has_device}
            context |= {"taken": delegation.taken_by(obj), "given": delegation.given_by(obj)}
            context["leads_a_unit"] = handed_over_by(request.user).filter(user=obj).exists()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def end_sessions_view(self, request, object_id):
        """GET asks, POST logs the account out everywhere. For those who may change it."""
        user = self.get_object(request, str(object_id))
        if user is None or not self.has_change_permission(request, user):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if request.method == "POST":
            end_sessions(user=user, actor=request.user)
            messages.success(request, _("%(name)s is logged out everywhere.") % {"name": user})
            return HttpResponseRedirect(reverse("admin:organization_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Log out everywhere"),
            "opts": self.opts,
            "original": user,
        }
        return TemplateResponse(request, "organization/end_sessions.html", context)

    def reset_second_factor_view(self, request, object_id):
        """GET asks for the reason, POST takes the second step away. For those who may, of accounts that have one."""
        user = self.get_object(request, str(object_id))
        if user is None or not self.may(request, "reset", user):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        form = ReasonOfResetForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            second_factor.reset(user=user, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(name)s has no second step any more.") % {"name": user})
            return HttpResponseRedirect(reverse("admin:organization_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take the second step away"),
            "opts": self.opts,
            "original": user,
            "form": form,
        }
        return TemplateResponse(request, "organization/reset_second_factor.html", context)

    def get_queryset(self, request):
        users = with_standing(super().get_queryset(request), clock.real_now())
        return users.prefetch_related("memberships__unit")

    @admin.display(description=_("serves as"))
    @reads("memberships__role", "memberships__unit")
    def serves_as(self, user):
        own = [membership for membership in user.memberships.all() if membership.on_behalf_of_id is None]
        return ", ".join(f"{membership.get_role_display()} – {membership.unit}" for membership in own) or None

    @display(description=_("activation state"), label=STANDING)
    @reads("activations__used_at", "activations__expires_at")
    def standing(self, user):
        until = user.invited_until and date_format(localtime(user.invited_until), "SHORT_DATETIME_FORMAT")
        if user.has_password:
            return "active", gettext("new password until %(time)s") % {"time": until} if until else gettext("activated")
        if until:
            return "invited", gettext("invited until %(time)s") % {"time": until}
        return "new", gettext("never activated")

    def response_add(self, request, obj, post_url_continue=None):
        """On to the ways in which the owner gets the link to set the password."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST:
            return response
        return HttpResponseRedirect(reverse("admin:organization_user_invite", args=[obj.pk]))

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
