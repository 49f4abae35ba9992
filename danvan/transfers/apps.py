from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "danvan.transfers"
    verbose_name = _("Transfers")

    def ready(self):
        from danvan.documents.domain import quota
        from danvan.transfers.domain import kept_imports

        quota.register(kept_imports)
