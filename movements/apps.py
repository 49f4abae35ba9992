from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovementsConfig(AppConfig):
    name = "movements"
    verbose_name = _("Movements")

    def ready(self):
        from danvan.access.panels import contribute
        from danvan.organization.domain.people.handover import contribute_open_work
        from danvan.organization.panels import contribute as contribute_to_unit
        from movements import panels, workflow  # noqa: F401 - the workflow registers its tables
        from movements.domain import duties, moving

        duties.register()
        moving.register()
        contribute(panels.reporting_schedule)
        contribute(panels.owed_reports)
        contribute(panels.waiting_reports)
        contribute(panels.returned_registrations)
        contribute(panels.waiting_registrations)
        contribute(panels.registrations_to_begin)
        contribute_to_unit(panels.page_of_unit)
        contribute_open_work(panels.open_work_of_unit)
