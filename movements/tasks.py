from celery import shared_task

from danvan import clock
from movements.domain import calls, period


@shared_task(ignore_result=True)
def open_due():
    """Open the planned reporting periods whose day has come."""
    period.open_due(today=clock.today())


@shared_task(ignore_result=True)
def enlist_all():
    """Make the reports of units that came since their open periods were opened."""
    period.enlist_all(today=clock.today())


@shared_task(ignore_result=True)
def call_units():
    """Call the units that came since their movements were launched."""
    calls.call_all()
