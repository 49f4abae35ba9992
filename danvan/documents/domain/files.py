"""Keeping private files: what is accepted, and under which name it comes back."""

import hashlib
import io
import zipfile
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan import clock
from danvan.documents.models import StoredFile
from danvan.text.normalise import clean_line

LARGEST = 20 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 2_000

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


def store(*, upload, actor, unit=None):
    """Keep *upload* (a Django UploadedFile) as a private file of *unit* (None: the Ban's own) and return it.

    The type is judged by the content, not by the name. Raises ValidationError for what is too large, empty, or none of
    PDF, Word, Excel without macros, JPEG and PNG.
    """
    name, content, content_type = examine(upload)
    stored = StoredFile(
        original_name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        unit=unit,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    stored.file.save(name, upload, save=False)
    stored.save()
    return stored


def examine(upload):
    """The clean name, the content and the type of *upload*, left at its beginning. Also a validator of form fields.

    Raises ValidationError as in :func:`store`.
    """
    name = clean_line(PurePath(upload.name).name)[-200:]
    if upload.size > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB."))
    content = upload.read()
    upload.seek(0)
    return name, content, judge(name, content)


def judge(name, content):
    """The content type of a file, or ValidationError. Name and content must agree."""
    wanted = TYPES.get(PurePath(name).suffix.lower())
    if wanted is None:
        raise ValidationError(_("Only PDF, Word (.docx), Excel (.xlsx), JPG and PNG files are accepted."))
    if not content:
        raise ValidationError(_("The file is empty."))
    found = sniff(content)
    if found != wanted:
        raise ValidationError(_("The content of the file is not what its name says."))
    return found


def sniff(content):
    """The type that the first bytes tell, or None. An archive is judged by its directory, without unpacking."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"PK\x03\x04"):
        return _sniff_office(content)
    return None


def _sniff_office(content):
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        return None
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise ValidationError(_("The file unpacks to more than is accepted."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(_("Files with macros are not accepted."))
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None
