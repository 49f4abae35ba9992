"""What an uploaded file is, judged by its content, and whether it is one that may be kept. Nothing here is stored."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.documents.examining.kinds import DOCX, JPEG, LARGEST, PDF, PNG, TYPES, XLSX
from danvan.documents.examining.names import check_name
from danvan.documents.examining.office import check_office
from danvan.documents.examining.pdf import check_pdf
from danvan.documents.examining.pictures import check_jpeg, check_png

__all__ = ["DOCX", "JPEG", "LARGEST", "PDF", "PNG", "TYPES", "XLSX", "examine"]

SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"PK\x03\x04", None),  # a Word or an Excel file: its parts tell which
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHECKS = {PDF: check_pdf, JPEG: check_jpeg, PNG: check_png}


def examine(upload):
    """The clean name, the content and the type of *upload*, which is left at its beginning.

    Its size is looked at before anything is read. Raises ValidationError, in words for the person who uploads, for
    whatever is not accepted.
    """
    if upload.size > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB."))
    name = check_name(upload.name)
    wanted = TYPES.get(PurePath(name).suffix.lower())
    if wanted is None:
        raise ValidationError(_("Only PDF, Word (.docx), Excel (.xlsx), JPG and PNG files are accepted."))
    content = upload.read()
    upload.seek(0)
    if not content:
        raise ValidationError(_("The file is empty."))
    if judge(content) != wanted:
        raise ValidationError(_("The content of the file is not what its name says."))
    return name, content, wanted


def judge(content):
    """The type of *content* by its first bytes, or None, once it was examined as that type. Raises ValidationError."""
    if content.startswith(OLD_OFFICE):
        raise ValidationError(
            _(
                "The file is in an old format of Office or protected by a password. "
                "Save it as .docx or .xlsx without a password."
            )
        )
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            if kind is None:
                return check_office(content)
            CHECKS[kind](content)
            return kind
    return None
