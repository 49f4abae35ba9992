from contextlib import suppress

from django.db import InterfaceError, OperationalError

from danvan import clock


class BusinessClockMiddleware:
    """Gives a request one business now, read at its start."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # A database that is away is answered where the view needs it; here it would end as an error page.
        with suppress(OperationalError, InterfaceError):
            clock.refresh()
        return self.get_response(request)
