from datetime import date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from awards.domain.dossiers import (
    attach_paper,
    detach_paper,
    papers_missing,
    receive_dossier,
    return_dossier,
    submit_dossier,
)
from awards.enums import DossierState, PaperKind
from awards.models import DossierPaper
from awards.tests.factories import PDF, make_dossier, make_nomination
from danvan.documents.domain import quarantine
from danvan.documents.models import StoredFile
from danvan.history.models import Activity
from danvan.notices.models import InboxMessage
from danvan.workflow import NotAllowed, Refused
from tests.factories import make_administrator, make_lead, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


def upload(name="Tờ trình.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def dossier():
    dossier = make_dossier(state=DossierState.DRAFT)
    make_nomination(dossier)
    return dossier


def test_sent_received_returned_and_sent_again(dossier, in_january):
    lead, staff = make_lead(dossier.unit), make_staff()
    submit_dossier(dossier=dossier, actor=lead)
    first_sent = dossier.submitted_at
    return_dossier(dossier=dossier, actor=staff, reason="Thiếu biên bản.", supplement_due_on=date(2016, 1, 20))
    assert (dossier.state, dossier.return_reason, dossier.supplement_due_on, dossier.times_returned) == (
        "returned",
        "Thiếu biên bản.",
        date(2016, 1, 20),
        1,
    )
    message = InboxMessage.objects.get()
    first, second = message.body.splitlines()
    assert (message.recipient, str(dossier.round) in first, "20/01/2016" in first) == (lead, True, True)
    assert second == "Thiếu biên bản."
    submit_dossier(dossier=dossier, actor=lead)
    assert dossier.submitted_at == first_sent
    receive_dossier(dossier=dossier, actor=staff)
    assert (dossier.state, dossier.received_on, dossier.return_reason) == ("received", in_january, "")
    history = Activity.objects.of(dossier)
    assert [a.action for a in reversed(history)] == [
        "dossier.submit",
        "dossier.return",
        "dossier.submit",
        "dossier.receive",
    ]
    assert [a.unit for a in history] == [dossier.unit] * 4


@pytest.mark.parametrize(("at", "late"), [(datetime(2015, 11, 30, 23, 59), False), (datetime(2015, 12, 1, 0, 1), True)])
def test_the_due_date_ends_at_midnight_here(dossier, at, late):
    assert dossier.is_late is None
    with time_machine.travel(timezone.make_aware(at), tick=False):
        submit_dossier(dossier=dossier, actor=make_lead(dossier.unit))
    assert dossier.is_late is late


@pytest.mark.parametrize(("day", "ok"), [(date(2016, 1, 6), True), (date(2016, 1, 4), True), (date(2016, 1, 7), False)])
def test_nothing_is_received_in_the_future(day, ok):
    dossier = make_dossier(state=DossierState.SUBMITTED)
    if ok:
        assert receive_dossier(dossier=dossier, actor=make_staff(), received_on=day).received_on == day
    else:
        with pytest.raises(ValidationError) as caught:
            receive_dossier(dossier=dossier, actor=make_staff(), received_on=day)
        assert list(caught.value.message_dict) == ["received_on"]


@pytest.mark.parametrize(("day", "ok"), [(date(2016, 1, 5), False), (date(2016, 1, 6), True)])
def test_the_supplement_is_not_due_in_the_past(day, ok):
    dossier = make_dossier(state=DossierState.SUBMITTED)
    deed = {"dossier": dossier, "actor": make_staff(), "reason": "Thiếu.", "supplement_due_on": day}
    if ok:
        assert return_dossier(**deed).supplement_due_on == day
    else:
        with pytest.raises(ValidationError):
            return_dossier(**deed)


# --- papers -----------------------------------------------------------------------------------------------------------


def test_a_paper_is_a_private_file_of_the_unit(dossier):
    lead = make_lead(dossier.unit)
    paper = attach_paper(dossier=dossier, kind=PaperKind.LETTER, upload=upload(), actor=lead)
    assert (paper.file.unit, paper.file.original_name) == (dossier.unit, "Tờ trình.pdf")
    assert list(StoredFile.objects.visible_to(lead)) == [paper.file]
    assert not StoredFile.objects.visible_to(make_lead(make_unit())).exists()
    assert papers_missing(dossier=dossier) == ["Báo cáo thành tích", "Biên bản họp xét"]


def test_a_paper_is_taken_out_and_its_file_kept(dossier):
    lead = make_lead(dossier.unit)
    paper = attach_paper(dossier=dossier, kind=PaperKind.OTHER, upload=upload(), actor=lead)
    detach_paper(paper=paper, actor=lead)
    assert not DossierPaper.objects.exists()
    assert StoredFile.objects.count() == 1
    assert [a.changes for a in Activity.objects.of(dossier)] == [
        {"papers": [f"Giấy tờ khác: Tệp số {paper.file_id}", None]},
        {"papers": [None, f"Giấy tờ khác: Tệp số {paper.file_id}"]},
    ]


def test_a_paper_that_nobody_can_read_is_asked_for_again(dossier):
    lead = make_lead(dossier.unit)
    paper = attach_paper(dossier=dossier, kind=PaperKind.LETTER, upload=upload(), actor=lead)
    asked = ["Báo cáo thành tích", "Biên bản họp xét"]
    assert papers_missing(dossier=dossier) == asked
    reported = quarantine.report(obj=paper.file, actor=lead, reason="Tải nhầm")
    assert papers_missing(dossier=dossier) == ["Tờ trình kèm danh sách", *asked]
    quarantine.release(obj=reported, actor=make_administrator(), reason="Đúng tệp")
    assert papers_missing(dossier=dossier) == asked


def test_what_is_no_document_is_refused(dossier):
    with pytest.raises(ValidationError):
        attach_paper(
            dossier=dossier, kind=PaperKind.LETTER, upload=upload("a.pdf", b"<html>"), actor=make_lead(dossier.unit)
        )
    assert not DossierPaper.objects.exists()


def test_papers_are_fixed_with_the_dossier_and_closed_to_strangers(dossier):
    lead = make_lead(dossier.unit)
    paper = attach_paper(dossier=dossier, kind=PaperKind.LETTER, upload=upload(), actor=lead)
    stranger = make_lead(make_unit())
    with pytest.raises(NotAllowed):
        attach_paper(dossier=dossier, kind=PaperKind.LETTER, upload=upload(), actor=stranger)
    with pytest.raises(NotAllowed):
        detach_paper(paper=paper, actor=stranger)
    submit_dossier(dossier=dossier, actor=lead)
    with pytest.raises(Refused):
        attach_paper(dossier=dossier, kind=PaperKind.LETTER, upload=upload(), actor=lead)
    with pytest.raises(Refused):
        detach_paper(paper=DossierPaper.objects.get(), actor=lead)
