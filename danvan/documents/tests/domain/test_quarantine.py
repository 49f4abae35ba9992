"""Files that were uploaded by mistake: out of everybody's reach at once, given back, or destroyed."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.documents.domain import files, quarantine
from danvan.documents.enums import FileState
from danvan.documents.tests.samples import PDF
from danvan.history.models import Activity
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused
from danvan.workflow.table import effect, effects_of
from tests.factories import make_administrator, make_clerk, make_lead, make_leader, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db
NAME = "Kế hoạch A2 tuyệt mật.pdf"


@pytest.fixture
def unit():
    return make_unit()


@pytest.fixture
def stored(unit):
    return files.store(upload=SimpleUploadedFile(NAME, PDF), actor=make_staff(), unit=unit)


@pytest.fixture
def quarantined(stored):
    return quarantine.report(obj=stored, actor=make_staff(), reason="Tải nhầm")


def test_whoever_sees_the_file_reports_it_with_a_reason(stored, unit):
    reported = quarantine.report(obj=stored, actor=make_lead(unit), reason="Văn bản mật")
    assert (reported.state, reported.original_name, reported.withheld_name) == (FileState.QUARANTINED, NAME, "")
    activity = Activity.objects.of(stored).get()
    assert (activity.action, activity.reason, activity.unit) == ("storedfile.report", "Văn bản mật", unit)
    assert NAME not in activity.object_text


def test_no_report_without_a_reason_or_without_seeing_the_file(stored):
    with pytest.raises(Refused, match="lý do"):
        quarantine.report(obj=stored, actor=make_staff(), reason="  ")
    for stranger in (make_lead(), make_user()):
        with pytest.raises(NotAllowed):
            quarantine.report(obj=stored, actor=stranger, reason="Tải nhầm")
    stored.refresh_from_db()
    assert stored.state == FileState.IN_USE


@pytest.mark.parametrize("act", [quarantine.release, quarantine.destroy])
@pytest.mark.parametrize("make", [make_staff, make_leader, make_clerk])
def test_only_the_administrator_decides(quarantined, act, make, unit):
    for actor in (make(), make_lead(unit)):
        with pytest.raises(NotAllowed):
            act(obj=quarantined, actor=actor, reason="Đã xem")
    assert Path(quarantined.file.path).read_bytes() == PDF


def test_a_secret_name_leaves_every_column_that_is_shown_and_comes_back_with_the_file(stored):
    reported = quarantine.report(obj=stored, actor=make_staff(), reason="Mật", name_is_secret=True)
    assert (reported.original_name, reported.withheld_name) == ("", NAME)
    assert reported.shown_name == "(tên tệp đã được che)"
    assert not Activity.objects.filter(changes__icontains="A2").exists()
    released = quarantine.release(obj=reported, actor=make_administrator(), reason="Không phải văn bản mật")
    assert (released.state, released.original_name, released.withheld_name) == (FileState.IN_USE, NAME, "")
    with files.open_file(stored=released) as content:
        assert content.read() == PDF


@pytest.mark.parametrize(
    ("at_report", "at_destruction", "left"),
    [(False, False, NAME), (False, True, ""), (True, False, ""), (True, True, "")],
)
def test_destroying_takes_the_bytes_and_a_secret_name_and_leaves_the_hash(stored, at_report, at_destruction, left):
    path, sha256 = Path(stored.file.path), stored.sha256
    reported = quarantine.report(obj=stored, actor=make_staff(), reason="Mật", name_is_secret=at_report)
    destroyed = quarantine.destroy(
        obj=reported, actor=make_administrator(), reason="Mật", name_is_secret=at_destruction
    )
    assert not path.exists()
    assert (destroyed.state, destroyed.file.name, destroyed.sha256) == (FileState.DESTROYED, "", sha256)
    assert (destroyed.original_name, destroyed.withheld_name) == (left, "")


def test_who_reads_the_file_at_that_moment_reads_zeros(quarantined):
    with open(quarantined.file.path, "rb") as reader:
        quarantine.destroy(obj=quarantined, actor=make_administrator(), reason="Mật")
        assert reader.read() == bytes(len(PDF))


def test_a_second_destruction_after_a_crash_finds_no_bytes_and_goes_through(quarantined):
    """The bytes go before the transaction ends: a process that dies in between leaves a row without them."""
    os.remove(quarantined.file.path)
    destroyed = quarantine.destroy(obj=quarantined, actor=make_administrator(), reason="Mật")
    assert destroyed.state == FileState.DESTROYED


def test_when_it_cannot_be_done_nothing_is_destroyed(quarantined):
    """Neither in another state, nor when somebody else was faster."""
    path = Path(quarantined.file.path)
    as_seen_before = type(quarantined).objects.get(pk=quarantined.pk)
    released = quarantine.release(obj=quarantined, actor=make_administrator(), reason="Không mật")
    for seen in (released, as_seen_before):
        with pytest.raises(ChangedMeanwhile):
            quarantine.destroy(obj=seen, actor=make_administrator(), reason="Mật")
    assert path.read_bytes() == PDF


@pytest.mark.parametrize("act", [quarantine.report, quarantine.release, quarantine.destroy])
def test_what_is_destroyed_stays_so(quarantined, act):
    destroyed = quarantine.destroy(obj=quarantined, actor=make_administrator(), reason="Mật")
    with pytest.raises(ChangedMeanwhile):
        act(obj=destroyed, actor=make_administrator(), reason="Lần nữa")
    with pytest.raises(Refused):
        files.open_file(stored=destroyed)


def test_an_effect_that_fails_keeps_the_bytes(quarantined):
    def fail(**_deed):
        raise RuntimeError

    effect("documents.storedfile", "destroy", fail)
    try:
        with pytest.raises(RuntimeError):
            quarantine.destroy(obj=quarantined, actor=make_administrator(), reason="Mật")
    finally:
        effects_of(type(quarantined), "destroy").remove(fail)
    quarantined.refresh_from_db()
    assert quarantined.state == FileState.QUARANTINED
    assert Path(quarantined.file.path).read_bytes() == PDF
