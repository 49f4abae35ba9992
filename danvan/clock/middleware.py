from danvan import clock


class BusinessClockMiddleware:
    """Gives a request one business now, read at its start."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        clock.refresh()
        return self.get_response(request)
