"""What every answer says to the browser beside its content."""

from django.conf import settings
from whitenoise.middleware import WhiteNoiseFileResponse


class BrowserPolicyMiddleware:
    """Gives every answer the content security policy, and lets only static files be kept by browsers and proxies.

    Stands first, so that redirects, refusals and error pages carry both. An answer with a policy of its own keeps it:
    downloads forbid more. ``SECURE_CSP`` is written as Django 6 reads it, whose middleware can take over; a package
    for one constant line would be one more to follow until then.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(" ".join([name, *sources]) for name, sources in settings.SECURE_CSP.items())

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        is_static = isinstance(response, WhiteNoiseFileResponse)
        if not is_static and "no-store" not in response.get("Cache-Control", ""):
            # Pages are read on shared office machines: nothing of them stays when the user has left.
            response["Cache-Control"] = "private, no-store"
        return response
