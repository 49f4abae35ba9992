"""How much one account may upload."""

import threading
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from danvan import clock
from danvan.documents.domain import files, quarantine
from danvan.documents.domain.quota import Amount, claim_room, used
from danvan.documents.models import StoredFile
from danvan.documents.tests.samples import PDF, pdf
from danvan.transfers.models import ImportJob, ImportState
from tests.factories import make_administrator, make_lead, make_staff

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SIZE = len(PDF)


def store(actor, number=0):
    content = pdf(b"(%04d)" % number)
    return files.store(upload=SimpleUploadedFile("bc.pdf", content), actor=actor)


@pytest.fixture
def room(settings):
    """Set what may be uploaded: ``room(files, bytes)`` a day and, with two more, in all."""

    def set_room(number, size=10**9, number_in_all=10**6, size_in_all=10**12):
        settings.UPLOAD_PER_DAY = number, size
        settings.UPLOAD_IN_ALL = number_in_all, size_in_all
        settings.UPLOAD_PER_DAY_OF_THE_BAN = number + 1, size

    return set_room


@pytest.mark.django_db
def test_files_of_a_day_are_counted_and_the_refusal_tells_what_is_left(room):
    room(2, size=2_000_000)
    lead, other = make_lead(), make_lead()
    store(other)
    for number in range(2):
        store(lead, number)
    with pytest.raises(ValidationError) as refused:
        store(lead, 3)
    assert "mỗi ngày được tải lên 2 tệp, 1,9\xa0MB, hiện còn 0 tệp" in refused.value.messages[0]
    assert StoredFile.objects.filter(uploaded_by=lead).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("spare", "fits"), [(0, True), (-1, False)])
def test_bytes_of_a_day_are_counted_to_the_last(room, spare, fits):
    first = pdf(b"(%04d)" % 1)
    room(10, size=2 * len(first) + spare)
    lead = make_lead()
    store(lead, 1)
    if fits:
        store(lead, 2)
    else:
        with pytest.raises(ValidationError, match="Hôm nay không còn chỗ"):
            store(lead, 2)


@pytest.mark.django_db
def test_the_day_is_the_business_day_in_vietnam(room):
    room(1)
    lead = make_lead()
    with time_machine.travel(datetime(2026, 11, 20, 23, 59, tzinfo=HANOI), tick=False):
        store(lead, 1)
    with time_machine.travel(datetime(2026, 11, 21, 0, 0, tzinfo=HANOI), tick=False):
        store(lead, 2)
        with pytest.raises(ValidationError):
            store(lead, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [{"number_in_all": 1}, {"size_in_all": SIZE + 50}])
def test_an_account_of_a_unit_has_a_limit_over_all_years_and_the_ban_has_not(room, limit):
    room(10, **limit)
    lead, officer = make_lead(), make_staff()
    with time_machine.travel(datetime(2024, 1, 1, tzinfo=HANOI), tick=False):
        store(lead, 1)
        store(officer, 1)
    store(officer, 2)
    with pytest.raises(ValidationError, match="mỗi tài khoản của đơn vị"):
        store(lead, 3)


@pytest.mark.django_db
def test_the_ban_has_more_room(room):
    room(1)
    officer = make_staff()
    for number in range(2):
        store(officer, number)
    with pytest.raises(ValidationError):
        store(officer, 3)


@pytest.mark.django_db
def test_imports_take_of_the_same_room_and_destroyed_files_give_it_back(room):
    room(2)
    lead = make_lead()
    ImportJob.objects.create(
        owner=lead, resource="x.y", form_key=uuid4(), file="x", original_name="x.xlsx", sha256="0", size=100,
        state=ImportState.REFUSED, created_at=clock.now(),
    )  # fmt: skip
    stored = store(lead, 1)
    assert used(lead) == Amount(2, 100 + stored.size)
    with pytest.raises(ValidationError):
        store(lead, 2)
    stored = quarantine.report(obj=stored, actor=make_staff(), reason="Tải nhầm")
    quarantine.destroy(obj=stored, actor=make_administrator(), reason="Văn bản mật")
    assert used(lead) == Amount(1, 100)
    store(lead, 3)


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_do_not_both_take_the_last_place(room):
    """The second waits for the first one's transaction, and finds its file counted."""
    room(1)
    lead = make_lead()
    outcomes, begun = [], threading.Event()

    def second():
        begun.set()
        try:
            store(lead, 2)
            outcomes.append("kept")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        claim_room(actor=lead, size=10)
        thread.start()
        begun.wait(10)
        thread.join(0.5)
        assert thread.is_alive(), "it did not wait"
        store(lead, 1)
    thread.join(30)
    assert outcomes == ["refused"]
    assert StoredFile.objects.filter(uploaded_by=lead).count() == 1
