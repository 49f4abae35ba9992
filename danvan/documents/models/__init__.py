from danvan.documents.models.file import StoredFile
from danvan.documents.models.letterhead import Letterhead, Numbering, Style
from danvan.documents.models.number import DocumentNumber, NumberCounter

__all__ = ["DocumentNumber", "Letterhead", "NumberCounter", "Numbering", "StoredFile", "Style"]
