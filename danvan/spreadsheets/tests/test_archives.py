"""What an archive may be. The workbooks of ``test_guards`` go through the same rule."""

import io
import stat
import struct
import tracemalloc
import zipfile
from functools import partial

import pytest

from danvan.spreadsheets.archives import Flaw, Limits, UnsafeArchive, beginning, opened, unpacked
from danvan.spreadsheets.tests.files import lying

LIMITS = Limits(entries=10, unpacked=2**20, ratio=100, ratio_from=2**18)


def archive_of(*parts):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return output.getvalue()


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def renamed(data, old, new):
    """The archive *data* with the name *old* as the bytes *new* of the same length, in both places."""
    assert len(old) == len(new) and data.count(old) == 2
    return data.replace(old, new)


def two_in_one_place():
    """Two names in the directory, one piece of data: the offset of the second points at the first."""
    data = archive_of(("a.xml", b"0" * 100), ("b.xml", b"0" * 100))
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


GOOD = archive_of(("a.xml", b"<a/>"), ("b/c.xml", b"<b/>"))


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (archive_of(*((f"{n}", b"") for n in range(11))), Flaw.TOO_BIG),
        (archive_of(("a", bytes(2**19)), ("b", bytes(2**19 + 1))), Flaw.TOO_BIG),
        (archive_of(("a", bytes(2**18 + 1))), Flaw.TOO_BIG),
        (lying(archive_of(("a.xml", b"x")), "a.xml", 2**31), Flaw.TOO_BIG),
        (archive_of(("a.xml", b"1"), ("A.xml", b"2")), Flaw.DAMAGED),
        (archive_of(("b/a.xml", b"1"), ("b\\a.xml", b"2")), Flaw.DAMAGED),
        (archive_of(("../a.xml", b"")), Flaw.DAMAGED),
        (archive_of(("b/../../a.xml", b"")), Flaw.DAMAGED),
        (archive_of(("b\\..\\a.xml", b"")), Flaw.DAMAGED),
        (archive_of(("/etc/passwd", b"")), Flaw.DAMAGED),
        (archive_of(("C:\\a.xml", b"")), Flaw.DAMAGED),
        (renamed(GOOD, b"a.xml", b"a\0xml"), Flaw.DAMAGED),
        (archive_of((link("a.xml"), b"/etc/passwd")), Flaw.DAMAGED),
        (two_in_one_place(), Flaw.DAMAGED),
        (GOOD + b"<html></html>", Flaw.DAMAGED),
        (GOOD[:-3], Flaw.DAMAGED),
        (b"<html></html>" + GOOD[:40], Flaw.DAMAGED),
        (b"", Flaw.DAMAGED),
    ],
    ids=[
        "11 parts", "unpacks to more", "ratio", "says 2 GiB", "one name twice", "one name twice, Windows", "upwards",
        "up and away", "upwards, Windows", "absolute", "drive", "NUL in a name", "link", "overlapping", "HTML behind",
        "cut off", "no archive", "nothing",
    ],
)  # fmt: skip
def test_what_is_refused_by_the_directory(data, flaw):
    with pytest.raises(UnsafeArchive) as refused, opened(data, LIMITS):
        pytest.fail("it was opened")
    assert refused.value.flaw == flaw


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        archive_of(*((f"{n}", b"") for n in range(10))),
        archive_of(("a", bytes(2**18))),
        archive_of(("a", b"<a/>"), ("a/", b"")),
    ],
    ids=["two parts", "10 parts", "dense but small", "a folder"],
)
def test_what_is_opened(data):
    with opened(data, LIMITS) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("said", [0, 1, 3, 5, 2**20])
def test_a_directory_that_lies_is_found_out_where_the_part_is_read(said):
    data = lying(archive_of(("a.xml", b"<a/>")), "a.xml", said)
    with pytest.raises(UnsafeArchive) as refused, opened(data, Limits(entries=1, unpacked=2**21)) as archive:
        unpacked(archive, archive.infolist()[0])
    assert refused.value.flaw == Flaw.DAMAGED


def test_reading_stops_at_the_size_that_is_declared():
    """64 MB of zeros that the directory calls 10 bytes: no more than these are ever held."""
    data = lying(archive_of(("a.xml", bytes(2**26))), "a.xml", 10)
    tracemalloc.start()
    try:
        with opened(data, LIMITS) as archive:
            entry = archive.infolist()[0]
            for read in (unpacked, partial(beginning, length=2**20)):
                with pytest.raises(zipfile.BadZipFile):
                    read(archive, entry)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 2**20
