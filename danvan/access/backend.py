from django.contrib.auth.backends import ModelBackend

from danvan.access.roles import has_module_right, roles_granting


class MembershipBackend(ModelBackend):
    """Rights come from the memberships in force today, through the role table. There are no Group rows."""

    def has_perm(self, user_obj, perm, obj=None):
        """Whether *user_obj* holds *perm*; with *obj*, whether it reaches that very row with it."""
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if obj is None:
            return not user_obj.roles_for(perm).isdisjoint(roles_granting(perm))
        rows = type(obj)._default_manager.filter(pk=obj.pk)
        return type(obj).access_scope.restrict(rows, user_obj, perm).exists()

    def has_module_perms(self, user_obj, app_label):
        return user_obj.is_active and not user_obj.is_anonymous and has_module_right(user_obj.roles, app_label)

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        return set()

    def get_all_permissions(self, user_obj, obj=None):
        return set()
