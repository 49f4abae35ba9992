from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "danvan.access"

    def ready(self):
        from danvan.access import checks  # noqa: F401, PLC0415 - registers the system checks
