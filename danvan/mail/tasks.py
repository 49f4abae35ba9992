from celery import shared_task

from danvan.mail import domain


def worker_id(task):
    return f"{task.request.hostname} {task.request.id}"


@shared_task(bind=True, ignore_result=True)
def drain(self):
    domain.drain(worker_id=worker_id(self))


@shared_task(bind=True, ignore_result=True)
def sweep(self):
    domain.sweep(worker_id=worker_id(self))
