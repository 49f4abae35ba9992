from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovementsConfig(AppConfig):
    name = "movements"
    verbose_name = _("Movements")

    def ready(self):
        from movements import workflow  # noqa: F401 - registers the tables of transitions
        from movements.domain import duties

        duties.register()
