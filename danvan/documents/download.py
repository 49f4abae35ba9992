"""Answers that carry a file: to be kept, never to be run in our origin. There is no other way to serve one."""

import unicodedata
from pathlib import PurePath
from urllib.parse import quote

from django.http import FileResponse, HttpResponse

from danvan.text.normalise import clean_line

LONGEST_NAME = 150
_STROKES = str.maketrans("đĐ", "dD")


def attachment(content, *, filename, content_type):
    """Answer *content* (bytes or an open file) as a download named *filename*, Vietnamese letters included."""
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    else:
        response = FileResponse(content, content_type=content_type)
    response["Content-Disposition"] = disposition(filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    # The whole file or nothing: every request of a part would have to be judged and recorded as a download.
    response["Accept-Ranges"] = "none"
    return response


def disposition(filename):
    """The header that names a download, as RFC 6266 asks: in full, and in plain letters for old programs.

    What cannot be seen is dropped, what separates folders replaced, and the ending survives when a name is shortened.
    """
    name = clean_line(filename).replace("/", "-").replace("\\", "-").strip(". ")
    if len(name) > LONGEST_NAME:
        ending = PurePath(name).suffix[:10]
        name = name[: LONGEST_NAME - len(ending)] + ending
    letters = unicodedata.normalize("NFD", name).translate(_STROKES)
    plain = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_"
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name or 'file', safe='')}"
