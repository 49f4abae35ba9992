import uuid

from danvan.history import attempts
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


class RefusedAttemptMiddleware:
    """Records what was refused: one place, so that no later screen can forget it.

    It stands after the middleware that knows the user, and sees every answer of a view: the refusals among them, and
    the forms that pages are drawn from.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        attempts.note_answer(request, response)
        if attempts.notes_of(request):
            attempts.write_down(request, response.status_code)
        return response

    def process_template_response(self, request, response):
        attempts.note_forms(request, response.context_data)
        return response
