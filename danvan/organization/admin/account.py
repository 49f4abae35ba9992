from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from danvan.access.admin import ScopedTabularInline
from danvan.access.visibility import reads
from danvan.history.admin import RecordAdmin
from danvan.organization.domain.sessions import end_sessions
from danvan.organization.models import Membership, User

# Rights come from memberships; a page of groups would promise what it cannot keep.
admin.site.unregister(Group)


class MembershipInline(ScopedTabularInline):
    model = Membership
    fk_name = "user"
    fields = ["unit", "role", "valid_from", "valid_to"]
    autocomplete_fields = ["unit"]


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Accounts and their memberships. Nobody sets or sees another's password here."""

    list_display = ["full_name", "username", "serves_as", "email", "is_active", "last_login"]
    list_filter = ["is_active"]
    fields = ["full_name", "username", ("email", "telephone"), "is_active", "last_login"]
    readonly_fields = ["last_login"]
    inlines = [MembershipInline]
    change_form_outer_before_template = "organization/account_panel.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.end_sessions_view)
        return [
            path("<int:object_id>/end-sessions/", view, name="organization_user_end_sessions"),
            *super().get_urls(),
        ]

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

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__unit")

    @admin.display(description=_("serves as"))
    @reads("memberships__role", "memberships__unit")
    def serves_as(self, user):
        return ", ".join(f"{m.get_role_display()} – {m.unit}" for m in user.memberships.all()) or None

    def response_add(self, request, obj, post_url_continue=None):
        messages.warning(
            request,
            _("The account has no password yet. Whoever runs the server sets it: manage.py changepassword %(name)s")
            % {"name": obj.username},
        )
        return super().response_add(request, obj, post_url_continue)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
