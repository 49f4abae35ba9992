import pytest
from celery import current_app
from django.conf import settings

from danvan.mail.domain import last_beat
from danvan.mail.enums import Trouble
from tests.plugin import wait_until


def test_the_schedule_and_the_nudge_name_tasks_that_exist():
    current_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE["sweep-mail"]["task"] in current_app.tasks
    assert "danvan.mail.tasks.drain" in current_app.tasks


@pytest.mark.once
@pytest.mark.processes
def test_a_real_worker_is_woken_by_either_task(celery_worker, post_office, make_mail):
    """It tries to send, which fails for the mail is of a kind that only this process knows."""
    mail = make_mail()
    celery_worker()
    current_app.send_task("danvan.mail.tasks.drain")

    def is_tried():
        mail.refresh_from_db()
        return mail.trouble == Trouble.NOT_WRITTEN

    wait_until(is_tried)
    assert last_beat("tick") is None
    current_app.send_task("danvan.mail.tasks.sweep")
    wait_until(lambda: last_beat("tick"))
