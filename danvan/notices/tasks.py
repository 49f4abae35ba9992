from celery import shared_task

from danvan.notices.domain import planner


@shared_task(ignore_result=True)
def plan_reminders():
    planner.plan()
