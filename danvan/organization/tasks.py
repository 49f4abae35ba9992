from celery import shared_task

from danvan import clock
from danvan.organization.domain.units import reorganisation


@shared_task(ignore_result=True)
def carry_out_due(again=False):
    """Carry out the planned reorganisations whose day has come; *again* also those that could not be before."""
    reorganisation.carry_out_due(now=clock.now(), again=again)
