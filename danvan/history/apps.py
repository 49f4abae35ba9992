from django.apps import AppConfig
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext_lazy as _

from danvan.access.panels import contribute


class HistoryConfig(AppConfig):
    name = "danvan.history"
    verbose_name = _("History")

    def ready(self):
        from danvan.history import attempts, panels

        contribute(panels.refused_attempts)
        user_login_failed.connect(attempts.note_failed_login, dispatch_uid="danvan.history")
