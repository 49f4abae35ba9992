from django.conf import settings
from django.core import checks

from danvan.access.roles import Role


@checks.register()
def second_factor_roles_exist(app_configs, **kwargs):
    """A misspelt role would silently be let in with the password alone."""
    unknown = sorted(set(settings.SECOND_FACTOR_ROLES) - set(Role.values))
    if not unknown:
        return []
    known = ", ".join(Role.values)
    return [checks.Error(f"SECOND_FACTOR_ROLES names {', '.join(unknown)}; there are {known}.", id="danvan.E021")]
