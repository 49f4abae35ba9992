from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from danvan.access.admin import ScopedTabularInline
from danvan.history.admin import RecordAdmin
from danvan.organization.models import Membership, User

# Rights come from memberships; a page of groups would promise what it cannot keep.
admin.site.unregister(Group)


class MembershipInline(ScopedTabularInline):
    model = Membership
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

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__unit")

    @admin.display(description=_("serves as"))
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
