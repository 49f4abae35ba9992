from django.contrib import admin
from django.contrib.auth.models import Group

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

    list_display = ["full_name", "username", "email", "telephone", "is_active", "last_login"]
    list_filter = ["is_active"]
    fields = ["full_name", "username", ("email", "telephone"), "is_active", "last_login"]
    readonly_fields = ["last_login"]
    inlines = [MembershipInline]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
