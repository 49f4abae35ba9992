"""Word and Excel files: archives of XML, judged by their directory and by the first bytes of every part.

Nothing is unpacked but these beginnings and the two kinds of list that say what the parts are. A part is judged by what
is in it: macros are found under any name and whatever the file is called.
"""

import re
from functools import partial
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.documents.examining.kinds import DOCX, XLSX
from danvan.spreadsheets.archives import Flaw, Limits, UnsafeArchive, beginning, name_of, opened, unpacked

LIMITS = Limits(entries=1000, unpacked=100 * 2**20)
BEGINNING = 16 * 2**10
LARGEST_LIST = 2**20
MOST_READ = 48 * 2**20
"""Of one upload, all beginnings, lists and archives inside together."""

MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
_ARCHIVE = b"PK\x03\x04"
# Compound files hold macros, ActiveX and inserted objects; programs have no business here at all.
_OBJECTS = (b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")
_MARKS_OF_XML = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_MACROS = re.compile("macroenabled|vbaproject|vbadata|macrosheet", re.IGNORECASE)
_CONTROLS = re.compile("activex|oleobject|/control$", re.IGNORECASE)
_FETCHED = re.compile("(attachedtemplate|frame|subdocument|oleobject)$", re.IGNORECASE)
_REMOTE = re.compile(r"\s*([a-z]+:)?[\\/]{2}(?!/)", re.IGNORECASE)


def check_office(content):
    """The type of *content*, an archive, or None when it is no Word and no Excel file. Raises ValidationError."""
    return _Examination().type_of(content)


class _Examination:
    """Of one upload, with the archives inside it, which all draw on what may be read."""

    def __init__(self):
        self.left = MOST_READ
        self.unpacks_to = 0
        self.types = set()

    def type_of(self, content, inside=False):
        try:
            with opened(content, LIMITS) as archive:
                self.types = set()
                self.unpacks_to += sum(entry.file_size for entry in archive.infolist())
                if self.unpacks_to > LIMITS.unpacked:
                    raise UnsafeArchive(Flaw.TOO_BIG)
                nested = [entry for entry in archive.infolist() if self._check_part(archive, entry)]
                types = self.types
                for entry in nested:
                    # A chart carries its table: an archive in the archive, examined like it. There is no third floor.
                    self._spend(entry.file_size)
                    if inside or self.type_of(unpacked(archive, entry), inside=True) is None:
                        raise with_objects()
        except UnsafeArchive as error:
            raise words_for(error.flaw) from None
        except expat.ExpatError:
            raise words_for(Flaw.DAMAGED) from None
        return types.pop() if len(types) == 1 else None

    def _spend(self, length):
        self.left -= length
        if self.left < 0:
            raise UnsafeArchive(Flaw.TOO_BIG)

    def _check_part(self, archive, entry):
        """Whether the part is an archive itself. Raises for what must not be in a document."""
        name = name_of(entry)
        if name == "[content_types].xml" or name.endswith(".rels"):
            self._check_list(archive, entry)
            return False
        head = beginning(archive, entry, BEGINNING)
        self._spend(len(head))
        if _MACROS.search(name):
            raise with_macros()
        if head.startswith(_OBJECTS):
            raise with_objects()
        if name.endswith((".xml", ".vml")) or head.lstrip(b" \t\r\n").startswith((b"<", *_MARKS_OF_XML)):
            _check_prolog(head)
        return head.startswith(_ARCHIVE)

    def _check_list(self, archive, entry):
        if entry.file_size > LARGEST_LIST:
            raise UnsafeArchive(Flaw.TOO_BIG)
        self._spend(entry.file_size)
        parser = _parser()
        parser.StartElementHandler = self._read_entry
        parser.Parse(unpacked(archive, entry), True)

    def _read_entry(self, _name, attributes):
        """An element of a list: the type of a part, or the relation of one part to another."""
        kind = attributes.get("ContentType") or attributes.get("Type") or ""
        if _MACROS.search(kind):
            raise with_macros()
        outside = attributes.get("TargetMode", "").lower() == "external"
        fetched = outside and _FETCHED.search(kind) and _REMOTE.match(attributes.get("Target", ""))
        if fetched or (_CONTROLS.search(kind) and not outside and "Extension" not in attributes):
            raise with_objects()
        if kind in MAIN_PARTS:
            self.types.add(MAIN_PARTS[kind])


class _Begun(Exception):
    """The first element was met: after it no document type can be declared."""


def _raise(error, *_arguments):
    raise error


def _parser():
    """A parser that refuses a document type, and with it every entity of the file's own."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = partial(_raise, UnsafeArchive(Flaw.DAMAGED))
    return parser


def _check_prolog(head):
    parser = _parser()
    parser.StartElementHandler = partial(_raise, _Begun())
    try:
        parser.Parse(head, False)
    except _Begun:
        return
    raise UnsafeArchive(Flaw.DAMAGED)


def words_for(flaw):
    words = {
        Flaw.DAMAGED: _("The file is damaged. Open it, save it again and upload it once more."),
        Flaw.TOO_BIG: _("The file unpacks to more than is accepted."),
        Flaw.PROTECTED: _("The file is protected by a password. Save it without a password."),
    }
    return ValidationError(words[flaw])


def with_macros():
    return ValidationError(_("Files with macros are not accepted."))


def with_objects():
    return ValidationError(
        _("The file holds inserted objects, controls or links to programs. Take them out, or save it as PDF.")
    )
