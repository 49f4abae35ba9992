"""A database that is busy or away means "try later", not an error page."""

import logging

from django.db import InterfaceError, OperationalError
from django.shortcuts import render

logger = logging.getLogger(__name__)


class BusyDatabaseMiddleware:
    """Answers 503 with a Vietnamese page when the database was locked too long or not to be reached.

    The transaction was rolled back by then: nothing of the request was saved.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.warning("The database did not serve %s: %s", request.path, exception)
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "60"
        return response
