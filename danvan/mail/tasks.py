from celery import shared_task

from danvan.mail import domain

LONGEST_SECONDS = 180
"""A drain ends of itself far sooner. But a server that sends its greeting byte by byte would hold the worker for ever:
the time-outs of a connection that is being opened are per operation."""


def worker_id(task):
    return f"{task.request.hostname} {task.request.id}"


@shared_task(bind=True, ignore_result=True, soft_time_limit=LONGEST_SECONDS)
def drain(self):
    domain.drain(worker_id=worker_id(self))


@shared_task(bind=True, ignore_result=True, soft_time_limit=LONGEST_SECONDS)
def sweep(self):
    domain.sweep(worker_id=worker_id(self))
