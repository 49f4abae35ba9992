from celery import shared_task

from awards.domain import calls


@shared_task(ignore_result=True)
def call_units():
    """Call the units that came since their rounds were opened."""
    calls.call_all()
