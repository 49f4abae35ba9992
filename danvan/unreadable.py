"""A request that cannot be read means a page that says so, not an error of ours."""

from django.shortcuts import render


def bad_request(request, exception=None):
    """The page for 400. Django's own asks the request for its token, and breaks over a body that cannot be read."""
    return render(request, "400.html", status=400)


class NumberTooLargeMiddleware:
    """Answers 400 where an address or a form names a number that no column can hold.

    SQLite's driver raises OverflowError for it, whatever field or filter it was meant for; PostgreSQL finds nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return bad_request(request) if isinstance(exception, OverflowError) else None
