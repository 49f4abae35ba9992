from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    name = "danvan.organization"
    verbose_name = _("Organization")

    def ready(self):
        from danvan.history.actions import LABELS

        LABELS["change_password"] = _("changed the own password")
        LABELS["end_sessions"] = _("logged out everywhere")
