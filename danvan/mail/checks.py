from django.conf import settings
from django.core import checks


@checks.register()
def delivery_numbers_fit(app_configs, **kwargs):
    """A mail ends before its lease does, or two workers would send it."""
    if settings.MAIL_DEADLINE_SECONDS < settings.MAIL_LEASE_SECONDS:
        return []
    return [checks.Error("MAIL_DEADLINE_SECONDS must be less than MAIL_LEASE_SECONDS.", id="danvan.E020")]
