"""The settings of the suite for the processes of a run.

``RELIABILITY_PEER`` names the task of ``peers`` to be called by beat, ``RELIABILITY_WITHOUT`` the guard to leave out.
"""

from danvan.settings.test import *  # noqa: F403
from danvan.settings.test import CELERY_BEAT_SCHEDULE, INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.reliability.apps.ReliabilityConfig"]
MAIL_PER_MINUTE = 0

if peer := env("RELIABILITY_PEER", default=""):
    # About as long as one pass over all letters takes: no more ticks on top of each other than the kills bring about.
    CELERY_BEAT_SCHEDULE = {"peer": {"task": f"tests.reliability.tasks.{peer}", "schedule": 10}}
if env("RELIABILITY_WITHOUT", default="") == "sweep":
    del CELERY_BEAT_SCHEDULE["sweep-mail"]
