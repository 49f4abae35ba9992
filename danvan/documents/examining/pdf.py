"""PDF files: what acts when they are opened, what is carried inside, what is locked.

Not a reader of PDF: readers repair what is broken, each in its way, so what one of them finds is no proof of what the
next one does. Instead every byte is looked at. A command has a name (``/JavaScript``); names stand in the clear, with
``#4A`` for any letter, in the file itself or in compressed object streams, which are unpacked up to a limit. Whatever
keeps us from looking (a password, an unusual compression of object streams) is a reason to refuse. What this cannot
promise: that a reader has no fault of its own; so files are only ever served as attachments.
"""

import re
import zlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.documents.examining.polyglots import SNIFFED, refuse_archive, refuse_markup, something_behind

MOST_UNPACKED = 16 * 2**20
"""Of all object streams together: text, some MB in a book of a thousand pages."""
MOST_STREAMS = 100_000
MOST_ESCAPES = 100_000
"""In 20 MB of scanned pages some 600 stand by chance."""

_END = b"%%EOF"
_PADDING = b"\0 \t\r\n\x1a"
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_AFTER_A_NAME = rb"(?=[\s\0()<>\[\]{}/%]|$)"
# Scripts, programs, forms with scripts (XFA), films and 3D scenes with scripts, and commands that send data away.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|Rendition|RichMedia|RichMediaExecute|XFA|ImportData|SubmitForm)" + _AFTER_A_NAME
)
_CARRIED = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment|GoToE)" + _AFTER_A_NAME)
_LOCKED = re.compile(rb"/Encrypt" + _AFTER_A_NAME)
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n?|\n)")
_OBJECTS = re.compile(rb"/ObjStm" + _AFTER_A_NAME)
_PACKED_OTHERWISE = re.compile(
    rb"/(?:Predictor|LZWDecode|LZW|ASCIIHexDecode|AHx|ASCII85Decode|A85|RunLengthDecode|RL|Crypt)" + _AFTER_A_NAME
)
# An object stream begins with pairs of numbers: each object and its place.
_BEGINS_WITH_PAIRS = re.compile(rb"\s*(?:\d+\s+\d+|$)")


def check_pdf(content):
    """Raise ValidationError for a PDF with scripts or other commands, with files inside, locked, or cut off."""
    _check_ends(content)
    _refuse_names(_unescaped(content))
    before, left = 0, MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise cannot_be_examined()
        # All since the last stream: a dictionary ends here, and strings in it cannot make us look at too little.
        header = _unescaped(content[before : found.start()])
        before = found.end()
        if _OBJECTS.search(header):
            if _PACKED_OTHERWISE.search(header):
                raise cannot_be_examined()
            objects = _inflated(content, before, left)
            left -= len(objects)
            _refuse_names(_unescaped(objects))


def cannot_be_examined():
    return ValidationError(_("The PDF cannot be examined. Print it to PDF again, or scan the paper, and upload that."))


def _check_ends(content):
    end = content.rfind(_END)
    if end < 0:
        raise ValidationError(_("The PDF is cut off: its end is missing. Save it or send it again."))
    if content[end + len(_END) :].strip(_PADDING):
        raise something_behind()
    refuse_markup(content[:SNIFFED])
    refuse_archive(content)


def _unescaped(content):
    plain, escapes = _ESCAPE.subn(lambda match: bytes([int(match[1], 16)]), content, MOST_ESCAPES)
    if escapes == MOST_ESCAPES:
        raise cannot_be_examined()
    return plain


def _refuse_names(names):
    if _LOCKED.search(names):
        raise ValidationError(_("The PDF is protected. Save it without a password and without restrictions."))
    if _ACTIVE.search(names):
        raise ValidationError(
            _("The PDF holds scripts or commands that run when it is opened. Print it to PDF again and upload that.")
        )
    if _CARRIED.search(names):
        raise ValidationError(_("The PDF carries other files inside. Upload each of them by itself."))


def _inflated(content, start, most):
    """The objects in the stream at *start*. Raises ValidationError for more than *most* bytes, or what is none."""
    end = content.find(b"endstream", start)
    inflater = zlib.decompressobj()
    try:
        objects = inflater.decompress(content[start : end if end >= 0 else None], most)
    except zlib.error:
        raise cannot_be_examined() from None
    if inflater.unconsumed_tail:
        raise ValidationError(_("The file unpacks to more than is accepted."))
    if not inflater.eof or not _BEGINS_WITH_PAIRS.match(objects):
        raise cannot_be_examined()
    return objects
