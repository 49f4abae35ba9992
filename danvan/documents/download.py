"""Answers that carry a file: to be kept, never to be run in our origin."""

from urllib.parse import quote

from django.http import FileResponse, HttpResponse


def attachment(content, *, filename, content_type):
    """Answer *content* (bytes or an open file) as a download named *filename*, Vietnamese letters included.

    The name is written as RFC 6266 asks, with a plain one for old browsers.
    """
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    else:
        response = FileResponse(content, content_type=content_type)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in filename)
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
