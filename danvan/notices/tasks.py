from celery import shared_task

from danvan.notices.domain import planner, reconciliation


@shared_task(ignore_result=True)
def plan_reminders():
    planner.plan()


@shared_task(ignore_result=True)
def reconcile():
    reconciliation.reconcile()
