from celery.signals import task_prerun
from django.apps import AppConfig

from danvan import clock


def _refresh(**_):
    clock.refresh()


class ClockConfig(AppConfig):
    name = "danvan.clock"

    def ready(self):
        task_prerun.connect(_refresh, dispatch_uid="danvan.clock", weak=False)
