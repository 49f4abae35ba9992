import uuid

from danvan.logs import request_id


class RequestMiddleware:
    """Gives every request an id, which its log lines and its activities carry."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = request_id.set(str(uuid.uuid4()))
        try:
            return self.get_response(request)
        finally:
            request_id.reset(token)
