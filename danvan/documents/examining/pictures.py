"""Pictures: their size in pixels by the header, and nothing behind their end. No picture is decoded."""

import re
import struct

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.documents.examining.polyglots import refuse_archive, refuse_markup, something_behind

MOST_PIXELS = 100_000_000
"""A sheet of A3 scanned at 600 dpi has 70 million; opened in colour, 100 million take 300 MB of memory."""

MOST_SEGMENTS = 50_000
"""Chunks of a PNG or segments of a JPEG; a picture of 20 MB has some thousands."""

_PNG_FIRST = struct.Struct(">I4sII")
_PNG_CHUNK = struct.Struct(">I4s")

_JPEG_END = 0xD9
_JPEG_SCAN = 0xDA
_JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def damaged():
    return ValidationError(_("The picture is damaged. Take it or scan it again."))


def check_png(content):
    """Raise ValidationError for a PNG that is damaged, too large in pixels, or has something behind its end."""
    refuse_markup(content)
    try:
        _length, kind, width, height = _PNG_FIRST.unpack_from(content, 8)
        if kind != b"IHDR":
            raise damaged()
        _check_pixels(width, height)
        end = _end_of_png(content)
    except struct.error:
        raise damaged() from None
    if end > len(content):
        raise damaged()
    if end < len(content):
        raise something_behind()


def _end_of_png(content):
    at = 8
    for _step in range(MOST_SEGMENTS):
        length, kind = _PNG_CHUNK.unpack_from(content, at)
        at += 12 + length
        if kind == b"IEND":
            return at
    raise damaged()


def check_jpeg(content):
    """Raise ValidationError for a JPEG that is damaged, too large in pixels, or also a web page or an archive.

    Telephones put a film or a second picture behind the end: that alone is no reason.
    """
    refuse_markup(content)
    refuse_archive(content)
    try:
        _walk_jpeg(content)
    except (struct.error, IndexError):
        raise damaged() from None


def _walk_jpeg(content):
    """Follow the segments to the end of the picture. Thumbnails and films lie inside segments or behind the end."""
    at, measured = 2, False
    for _step in range(MOST_SEGMENTS):
        filler, marker = content[at], content[at + 1]
        if filler != 0xFF:
            break
        if marker == 0xFF or marker in _JPEG_ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _JPEG_END and measured:
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            _check_pixels(width, height)
            measured = True
        at += 2 + length
        if marker == _JPEG_SCAN:
            following = _JPEG_MARKER_IN_SCAN.search(content, at)
            at = following.start() if following else len(content)
    raise damaged()


def _check_pixels(width, height):
    if not width or not height:
        raise damaged()
    if width * height > MOST_PIXELS:
        words = _("The picture has %(width)s × %(height)s points, more than is accepted. Make it smaller.")
        raise ValidationError(words % {"width": width, "height": height})
