from django.apps import AppConfig


class ReliabilityConfig(AppConfig):
    """What the workers of these runs know besides the product: the plain ways to compare with, a plain kind of mail."""

    name = "tests.reliability"
    label = "reliability"

    def ready(self):
        from danvan.mail.domain import register_renderer
        from tests.reliability import guards, notice

        register_renderer(notice.KIND, notice.render)
        guards.leave_out_of_this_process()
