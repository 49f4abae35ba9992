"""The list of files, the page of a file, its download, and reporting a mistake."""

from itertools import product
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from danvan import clock
from danvan.documents.domain import files, quarantine
from danvan.documents.enums import FileState
from danvan.documents.examining import LARGEST
from danvan.documents.links import file_link
from danvan.documents.models import StoredFile
from danvan.documents.tests.samples import PDF
from danvan.notices.models import InboxMessage
from tests.factories import logged_in, make_administrator, make_lead, make_staff, make_unit

pytestmark = pytest.mark.django_db
NAME = "Báo cáo 6 tháng.pdf"


@pytest.fixture
def unit():
    return make_unit()


@pytest.fixture
def stored(unit):
    return files.store(upload=SimpleUploadedFile(NAME, PDF), actor=make_staff(), unit=unit)


def url(name, stored, *args):
    return reverse(f"admin:documents_storedfile_{name}", args=[stored.pk, *args])


def report(stored, client, **data):
    return client.post(url("transition", stored, "report"), {"reason": "Tải nhầm", **data})


def state_of(stored):
    return StoredFile.objects.get(pk=stored.pk).state


# --- download ---------------------------------------------------------------------------------------------------------


def test_a_file_comes_back_as_an_attachment_that_cannot_run(stored):
    answer = logged_in(make_staff()).get(url("download", stored))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"Bao_cao_6_thang.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%206%20th%C3%A1ng.pdf"
    )
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_a_part_of_a_file_is_answered_with_the_whole(stored):
    answer = logged_in(make_staff()).get(url("download", stored), headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer["Accept-Ranges"], answer["Content-Length"]) == (200, "none", str(len(PDF)))
    assert b"".join(answer.streaming_content) == PDF


def test_head_tells_no_more_than_get_and_nothing_else_is_taken(stored):
    client = logged_in(make_staff())
    answer = client.head(url("download", stored))
    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert client.post(url("download", stored)).status_code == 405


def test_a_unit_reads_its_own_files_and_no_others(client, stored, unit):
    foreign = files.store(upload=SimpleUploadedFile("b.pdf", PDF), actor=make_staff(), unit=make_unit())
    of_the_ban = files.store(upload=SimpleUploadedFile("c.pdf", PDF), actor=make_staff())
    missing = StoredFile(pk=foreign.pk + 1000)
    lead = logged_in(make_lead(unit))
    assert lead.get(url("download", stored)).status_code == 200
    for headers, ask in product(({}, {"Range": "bytes=0-3"}), (lead.get, lead.head)):
        with time_machine.travel(clock.real_now(), tick=False):  # one of the headers tells the second
            answers = [ask(url("download", file), headers=headers) for file in (foreign, of_the_ban, missing)]
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/admin/")}
        assert len({frozenset(answer.headers.items()) for answer in answers}) == 1
    assert client.get(url("download", stored))["Location"].startswith("/admin/login/")


def test_a_file_that_is_gone_from_the_server_is_said_so(stored):
    Path(stored.file.path).unlink()
    answer = logged_in(make_staff()).get(url("download", stored), follow=True)
    assert "Tệp không còn trên máy chủ" in answer.content.decode()


def test_no_page_shows_the_name_on_disk(stored):
    client = logged_in(make_administrator())
    report(stored, client)
    pages = [url("change", stored), url("history", stored), url("transition", stored, "destroy")]
    token = Path(stored.file.name).name
    pages += [reverse("admin:documents_storedfile_changelist"), reverse("admin:history_activity_changelist")]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert token not in answer.content.decode()


# --- reporting a mistake ----------------------------------------------------------------------------------------------


def test_reported_at_once_nobody_reads_it(stored, unit):
    lead, administrator = make_lead(unit), make_administrator()
    client = logged_in(lead)
    page = client.get(url("change", stored)).content.decode()
    assert "Báo tệp tải nhầm" in page and "Tải về" in page
    asked = client.get(url("transition", stored, "report")).content.decode()
    assert "không ai mở hoặc tải được tệp này nữa" in asked
    assert state_of(stored) == FileState.IN_USE

    assert report(stored, client)["Location"] == url("change", stored)
    assert state_of(stored) == FileState.QUARANTINED
    for user in (lead, administrator, make_staff()):
        for ask in (logged_in(user).get, logged_in(user).head):
            answer = ask(url("download", stored))
            assert (answer.status_code, answer["Location"]) == (302, url("change", stored))
    page = client.get(url("change", stored)).content.decode()
    assert "Không ai mở được" in page and url("download", stored) not in page
    assert "đã cách ly" in client.get(reverse("admin:documents_storedfile_changelist")).content.decode()


def test_a_report_needs_a_reason(stored, unit):
    answer = logged_in(make_lead(unit)).post(url("transition", stored, "report"), {"reason": " "})
    assert answer.status_code == 200
    assert state_of(stored) == FileState.IN_USE


def test_the_administrators_are_told_without_the_name(stored, unit):
    administrator, staff = make_administrator(), make_staff()
    lead = make_lead(unit, full_name="Y Bình Niê")
    report(stored, logged_in(lead))
    message = InboxMessage.objects.get()
    assert (message.recipient, message.unit, message.url) == (administrator, None, url("change", stored))
    assert "Y Bình Niê" in message.body and "Tải nhầm" in message.body
    assert "Báo cáo" not in message.title + message.body
    assert not InboxMessage.objects.filter(recipient=staff).exists()


@pytest.mark.parametrize(
    ("deed", "state", "words"),
    [("release", FileState.IN_USE, "được trả lại sử dụng"), ("destroy", FileState.DESTROYED, "Đề nghị đơn vị tải lại")],
)
def test_the_administrator_decides_and_the_unit_is_told(stored, unit, deed, state, words):
    lead, administrator = make_lead(unit), logged_in(make_administrator())
    report(stored, logged_in(lead))
    lead_client = logged_in(lead)
    assert lead_client.post(url("transition", stored, deed), {"reason": "Đã xem"})["Location"] == "/admin/"
    assert state_of(stored) == FileState.QUARANTINED
    administrator.post(url("transition", stored, deed), {"reason": "Đã xem"})
    assert state_of(stored) == state
    assert words in InboxMessage.objects.get(recipient=lead).body
    history = lead_client.get(url("history", stored)).content.decode()
    assert "báo tệp tải nhầm" in history and "Đã xem" in history


def test_a_stranger_reports_nothing_and_learns_nothing(stored):
    stranger = logged_in(make_lead())
    answers = [stranger.get(url("transition", stored, "report")), report(stored, stranger)]
    missing = StoredFile(pk=stored.pk + 1000)
    answers += [stranger.get(url("transition", missing, "report")), report(missing, stranger)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/admin/")}
    assert state_of(stored) == FileState.IN_USE


def test_a_secret_name_is_nowhere_any_more(stored, unit):
    administrator = logged_in(make_administrator())
    assert NAME in administrator.get(url("change", stored)).content.decode()
    report(stored, administrator, name_is_secret="on")
    pages = [
        url("change", stored),
        url("history", stored),
        url("transition", stored, "destroy"),
        url("transition", stored, "release"),
        reverse("admin:documents_storedfile_changelist"),
        reverse("admin:history_activity_changelist"),
        reverse("admin:index"),
    ]
    for client in (administrator, logged_in(make_lead(unit))):
        for page in pages:
            answer = client.get(page, follow=True)
            assert NAME not in answer.content.decode()
    found = administrator.get(reverse("admin:documents_storedfile_changelist"), {"q": "cáo"}).content.decode()
    assert "tên tệp đã được che" not in found
    for lookup in ("withheld_name__startswith", "original_name__startswith"):
        answer = administrator.get(reverse("admin:documents_storedfile_changelist"), {lookup: "B"})
        assert answer.status_code in (302, 400)


def test_a_link_to_a_file_says_how_it_stands(stored):
    assert url("download", stored) in file_link(stored) and url("transition", stored, "report") in file_link(stored)
    stored = quarantine.report(obj=stored, actor=make_staff(), reason="Tải nhầm")
    assert file_link(stored) == f'<span class="dv-muted">{NAME} (đã cách ly)</span>'
    stored = quarantine.destroy(obj=stored, actor=make_administrator(), reason="Mật", name_is_secret=True)
    assert file_link(stored) == '<span class="dv-muted">(tên tệp đã được che) (đã hủy nội dung)</span>'


# --- receiving --------------------------------------------------------------------------------------------------------


def test_what_is_too_large_is_cut_off_while_it_arrives(rf):
    """The form sees a file that is too large; the rest of it was never kept."""
    request = rf.post("/", {"file": SimpleUploadedFile("a.pdf", bytes(LARGEST + 2**20))})
    assert LARGEST < request.FILES["file"].size <= LARGEST + 2**17
    assert rf.post("/", {"file": SimpleUploadedFile("a.pdf", PDF)}).FILES["file"].read() == PDF
    exact = rf.post("/", {"file": SimpleUploadedFile("a.pdf", bytes(LARGEST))})
    assert exact.FILES["file"].size == LARGEST
