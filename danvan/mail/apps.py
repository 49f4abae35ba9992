from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "danvan.mail"
    verbose_name = _("Mail")

    def ready(self):
        from danvan.access.panels import contribute
        from danvan.history.actions import LABELS
        from danvan.mail import checks, panels  # noqa: F401 - registers the system check

        LABELS["outgoingmail.resend"] = _("asked for it to be sent again")
        contribute(panels.silence)
        contribute(panels.troubles)
