from django.views import csrf

from danvan.history.attempts import note
from danvan.history.enums import Refusal


def csrf_failure(request, reason=""):
    """Django's answer to a form from elsewhere, noted as a refused attempt. Named by ``CSRF_FAILURE_VIEW``."""
    note(request, Refusal.CSRF)
    return csrf.csrf_failure(request, reason)
