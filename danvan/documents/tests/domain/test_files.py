"""Keeping private files: what is kept, what is refused, and where the bytes lie."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.documents.domain import files, quarantine
from danvan.documents.examining import LARGEST
from danvan.documents.models import StoredFile
from danvan.documents.tests.samples import COMPOUND, PDF, PROGRAM, docx, jpeg, pdf, png, with_parts, xlsx
from danvan.workflow import Refused
from tests.factories import make_administrator, make_staff, make_unit

pytestmark = pytest.mark.django_db


def upload(content=PDF, name="Báo cáo 6 tháng.pdf"):
    return SimpleUploadedFile(name, content)


def store(content=PDF, name="Báo cáo 6 tháng.pdf", unit=None, actor=None):
    return files.store(upload=upload(content, name), actor=actor or make_staff(), unit=unit)


def bytes_on_disk():
    return sum(path.stat().st_size for path in Path(default_storage.location).rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, files.PDF),
        ("A.PDF", PDF, files.PDF),
        ("anh.jpg", jpeg(), "image/jpeg"),
        ("anh.JPEG", jpeg(), "image/jpeg"),
        ("anh.png", png(), "image/png"),
        ("to-trinh.docx", docx(), files.DOCX),
        ("danh-sach.xlsx", xlsx(), files.XLSX),
    ],
)
def test_what_offices_use_is_kept(name, content, content_type):
    stored = store(content, name)
    assert (stored.content_type, stored.size, stored.original_name) == (content_type, len(content), name)
    assert stored.file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", PROGRAM, "Chỉ nhận"),
        ("a.pdf", PROGRAM, "không đúng"),
        ("a.pdf", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "không đúng"),
        ("a.pdf", b"<html><script>alert(1)</script></html>", "không đúng"),
        ("a.pdf", b" " + PDF, "không đúng"),
        ("a.jpg", b"<html></html>", "không đúng"),
        ("a.jpg", b"<svg onload=alert(1)>", "không đúng"),
        ("a.png", b"GIF89a/*<script>*/", "không đúng"),
        ("a.png", jpeg(), "không đúng"),
        ("a.svg", b"<svg onload=alert(1)>", "Chỉ nhận"),
        ("a.html", b"<p>", "Chỉ nhận"),
        ("a.docm", docx(), "Chỉ nhận"),
        ("a.doc", COMPOUND, "Chỉ nhận"),
        ("a.docx", COMPOUND, "định dạng Office cũ"),
        ("khong-duoi", PDF, "Chỉ nhận"),
        (".pdf", PDF, "Chỉ nhận"),
        ("a.pdf", b"", "không có nội dung"),
        ("a.docx", xlsx(), "không đúng"),
        ("a.docx", b"PK\x03\x04 cut short", "bị hỏng"),
        ("a.docx", with_parts(docx(), {"word/vbaProject.bin": COMPOUND}), "macro"),
        ("a.pdf", pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "mã lệnh"),
        ("a.jpg", jpeg(20_000, 20_000), "điểm ảnh"),
        ("a.exe.pdf", PDF, "phần mở rộng"),
        ("a\u202efdp.pdf", PDF, "ký tự ẩn"),
        ("a.pdf", PDF + bytes(LARGEST), "20 MB"),
    ],
)
def test_the_rest_is_refused_and_nothing_is_kept(name, content, words):
    before = bytes_on_disk()
    with pytest.raises(ValidationError, match=words):
        store(content, name)
    assert not StoredFile.objects.exists()
    assert bytes_on_disk() == before


def test_the_size_is_looked_at_before_anything_is_read():
    class Huge(SimpleUploadedFile):
        def read(self, *arguments):
            pytest.fail("it was read")

    huge = Huge("a.pdf", PDF)
    huge.size = LARGEST + 1
    with pytest.raises(ValidationError, match="20 MB"):
        files.examine(huge)


def test_the_name_on_disk_tells_nothing_and_only_the_owner_reads_it():
    stored = store()
    path = Path(stored.file.path)
    assert "cao" not in stored.file.name and len(path.name) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert str(settings.STATIC_ROOT) not in str(path)


def test_a_record_of_a_file_is_called_by_its_number():
    """What history and letters keep cannot be taken away again, so the name of a file stands in its row alone."""
    stored = store(name="Công văn mật.pdf")
    assert str(stored) == f"Tệp số {stored.pk}"


def test_a_reported_file_does_not_come_back_to_its_unit_a_destroyed_one_to_nobody():
    unit = make_unit()
    stored = quarantine.report(obj=store(unit=unit), actor=make_staff(), reason="Tải nhầm")
    with pytest.raises(ValidationError, match="đã được báo là tải nhầm"):
        store(name="Tên khác.pdf", unit=unit)
    store(unit=make_unit())
    quarantine.destroy(obj=stored, actor=make_administrator(), reason="Văn bản mật")
    with pytest.raises(ValidationError, match="đã được báo là tải nhầm"):
        store(name="Tên khác.pdf", unit=make_unit())
    with pytest.raises(ValidationError, match="đã được báo là tải nhầm"):
        files.acceptable(upload())
    assert StoredFile.objects.count() == 2


def test_only_a_file_in_use_is_opened():
    stored = store()
    with files.open_file(stored=stored) as content:
        assert content.read() == PDF
    as_seen_before = StoredFile.objects.get(pk=stored.pk)
    quarantine.report(obj=stored, actor=make_staff(), reason="Tải nhầm")
    with pytest.raises(Refused):
        files.open_file(stored=as_seen_before)
