from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = _("Awards")

    def ready(self):
        from awards import panels, workflow  # noqa: F401 - the tables register themselves
        from awards.domain import moving
        from danvan.access.panels import contribute

        contribute(panels.contribute)
        moving.register()
