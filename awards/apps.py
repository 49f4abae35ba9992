from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = _("Awards")

    def ready(self):
        from awards import panels, workflow  # noqa: F401 - the tables register themselves
        from awards.domain import duties, moving
        from danvan.access.panels import contribute
        from danvan.organization.panels import contribute as contribute_to_unit
        from danvan.organization.person_facts import contribute_facts

        contribute(panels.contribute)
        contribute_to_unit(panels.page_of_unit)
        moving.register()
        duties.register()
        contribute_facts(panels.commendations_of)
        contribute_facts(panels.nominations_of)
