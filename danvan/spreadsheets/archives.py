"""What is looked at in a zip archive, as every .xlsx and .docx is one, before anything of it is unpacked.

The one rule for workbooks that are imported and for documents that are kept. A directory can lie: whoever reads a part
does it with :func:`unpacked` or :func:`beginning`, which stop where the declared size ends.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO
from itertools import pairwise
from pathlib import PurePosixPath

_DIRECTORY_ENTRY = b"PK\x01\x02"
_END = b"PK\x05\x06"
_END_LENGTH = 22
_NO_COMMENT = b"\0\0"
_LOCAL_HEADER_LENGTH = 30
_ENCRYPTED = 0x1
_SYMLINK = 0o120000
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
)


class Flaw(Enum):
    DAMAGED = auto()
    TOO_BIG = auto()
    PROTECTED = auto()


class UnsafeArchive(Exception):
    """An archive that is not to be unpacked, and its ``flaw``."""

    def __init__(self, flaw: Flaw):
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: so many parts, so many bytes unpacked, so many times its own size.

    The ratio counts from ``ratio_from`` bytes on. Sheets of equal rows reach 60, deflate can reach 1032.
    """

    entries: int
    unpacked: int
    ratio: int = 200
    ratio_from: int = 10 * 2**20


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open the archive *data* once its directory keeps to *limits*. Raises UnsafeArchive, also for what fails inside.

    Refused are parts that leave the archive, links, parts of one name or in one place, and anything behind the end:
    what two readers would read as two different documents.
    """
    # Opening an archive reads its whole directory, so its length is looked at first.
    if data.count(_DIRECTORY_ENTRY) > limits.entries:
        raise UnsafeArchive(Flaw.TOO_BIG)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_directory(archive, len(data), limits)
            if not (data[-_END_LENGTH:].startswith(_END) and data.endswith(_NO_COMMENT)):
                raise UnsafeArchive(Flaw.DAMAGED)
            yield archive
    except _UNREADABLE:
        raise UnsafeArchive(Flaw.DAMAGED) from None


def _check_directory(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries or total > limits.unpacked:
        raise UnsafeArchive(Flaw.TOO_BIG)
    if total > limits.ratio_from and total > limits.ratio * size:
        raise UnsafeArchive(Flaw.TOO_BIG)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnsafeArchive(Flaw.PROTECTED)
    names = [name_of(entry) for entry in entries]
    if len(set(names)) < len(names) or any(map(_is_suspicious, entries)) or _overlap(entries, archive.start_dir):
        raise UnsafeArchive(Flaw.DAMAGED)


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name of a part as Windows would find it: "/" between folders, in lower case."""
    return entry.filename.replace("\\", "/").lower()


def _is_suspicious(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    return (
        path.is_absolute()
        or ".." in path.parts
        or ":" in entry.filename
        or "\0" in entry.orig_filename
        or entry.external_attr >> 16 & 0o170000 == _SYMLINK
        or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    )


def _overlap(entries: list[zipfile.ZipInfo], start_of_directory: int) -> bool:
    """Whether parts share bytes: so one small piece of zeros is made to unpack a thousand times."""
    begins = sorted((entry.header_offset, _LOCAL_HEADER_LENGTH + entry.compress_size) for entry in entries)
    spans = [*begins, (start_of_directory, 0)]
    return any(start + length > following for (start, length), (following, _length) in pairwise(spans))


def unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of *entry*, unless they are not what it declares: zipfile stops there, other readers do not.

    Raises BadZipFile, which :func:`opened` turns into UnsafeArchive.
    """
    honest = copy(entry)
    honest.file_size += 1
    with archive.open(honest) as stream:
        content = stream.read(honest.file_size)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile("the declared size is wrong")
    return content


def beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, length: int) -> bytes:
    """Return the first *length* bytes of *entry* at most."""
    with archive.open(entry) as stream:
        return stream.read(length)
