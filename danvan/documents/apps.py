from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "danvan.documents"
    verbose_name = _("Documents")

    def ready(self):
        from danvan.access.panels import contribute
        from danvan.documents import (
            panels,
            workflow,  # noqa: F401 - the table registers itself
        )
        from danvan.documents.domain import quota

        quota.register(quota.kept_files)
        contribute(panels.quarantined_files)
