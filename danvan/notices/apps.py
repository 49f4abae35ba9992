from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "danvan.notices"
    verbose_name = _("Notices")

    def ready(self):
        from danvan.access.panels import contribute
        from danvan.mail.domain.rendering import register_renderer
        from danvan.notices.domain import inbox, ledger, letters, mistakes
        from danvan.notices.panels import missing_reminders, unreached_units, unread_notices
        from danvan.organization.domain.people.delegation import on_delegated

        on_delegated(inbox.tell_of_delegation)
        register_renderer(ledger.KIND, letters.reminder_letter)
        register_renderer(inbox.KIND, letters.message_letter)
        contribute(missing_reminders)
        contribute(unread_notices)
        contribute(unreached_units)
        mistakes.register()
