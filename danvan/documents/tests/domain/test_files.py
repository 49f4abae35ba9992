"""Private files: what is accepted, how it is served, and to whom."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.documents.domain import files
from danvan.documents.models import StoredFile
from tests.factories import logged_in, make_lead, make_staff, make_unit

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 bao cao"


def archive(names, size=10):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"0" * size)
    return buffer.getvalue()


def store(content=PDF, name="Báo cáo 6 tháng.pdf", unit=None, actor=None):
    return files.store(upload=SimpleUploadedFile(name, content), actor=actor or make_staff(), unit=unit)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", PDF, files.PDF),
        ("A.PDF", PDF, files.PDF),
        ("anh.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("anh.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("to-trinh.docx", archive(["[Content_Types].xml", "word/document.xml"]), files.DOCX),
        ("danh-sach.xlsx", archive(["[Content_Types].xml", "xl/workbook.xml"]), files.XLSX),
    ],
)
def test_what_offices_use_is_kept(name, content, content_type):
    stored = store(content, name)
    assert (stored.content_type, stored.size, stored.original_name) == (content_type, len(content), name)
    assert stored.file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.jpg", b"<html></html>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.html", b"<p>"),
        ("a.pdf", b""),
        ("khong-duoi", PDF),
        ("a.docx", archive(["xl/workbook.xml"])),
        ("a.docx", b"PK\x03\x04 cut short"),
        ("a.docx", archive(["word/document.xml", "word/vbaProject.bin"])),
        ("a.docm", archive(["word/document.xml"])),
        ("a.xlsx", archive(["xl/workbook.xml", *(f"{n}" for n in range(2_000))])),
    ],
)
def test_the_rest_is_refused_and_nothing_is_kept(name, content):
    with pytest.raises(ValidationError):
        store(content, name)
    assert not StoredFile.objects.exists()


def test_what_unpacks_to_more_than_is_accepted_is_refused_by_its_directory():
    bomb = archive(["xl/workbook.xml", *(f"xl/{n}.xml" for n in range(4))], size=60 * 1024 * 1024)
    assert len(bomb) < 1024 * 1024
    with pytest.raises(ValidationError, match="giải nén vượt quá"):
        store(bomb, "a.xlsx")


def test_the_name_on_disk_tells_nothing_and_only_the_owner_reads_it():
    stored = store()
    path = Path(stored.file.path)
    assert "cao" not in stored.file.name and len(path.name) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert str(settings.STATIC_ROOT) not in str(path)


def url(stored):
    return f"/admin/documents/storedfile/{stored.pk}/download/"


def test_a_file_comes_back_as_an_attachment_that_cannot_run():
    answer = logged_in(make_staff()).get(url(store()))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"B_o_c_o_6_th_ng.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%206%20th%C3%A1ng.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_a_file_that_is_gone_from_the_server_is_said_so():
    stored = store()
    Path(stored.file.path).unlink()
    answer = logged_in(make_staff()).get(url(stored), follow=True)
    assert "Tệp không còn trên máy chủ" in answer.content.decode()


def test_a_unit_reads_its_own_files_and_no_others(client):
    own, other = make_unit(), make_unit()
    mine, foreign, of_the_ban = store(unit=own), store(unit=other), store()
    lead = logged_in(make_lead(own))
    assert lead.get(url(mine)).status_code == 200
    missing = StoredFile(pk=foreign.pk + 1000)
    answers = [lead.get(url(stored)) for stored in (foreign, of_the_ban, missing)]
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {"/admin/"}
    assert client.get(url(mine))["Location"].startswith("/admin/login/")
