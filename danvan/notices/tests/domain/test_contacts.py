"""The log "called, wrote on Zalo"."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from danvan.history.models import Activity
from danvan.notices.domain.contacts import log_contacts
from danvan.notices.enums import ContactKind
from danvan.notices.models import Contact
from danvan.workflow import NotAllowed, Refused
from movements.domain.duties import source_of
from movements.enums import PeriodKind
from tests.factories import make_clerk, make_lead, make_leader, make_report, make_staff, make_unit

pytestmark = pytest.mark.django_db
CODE = source_of(PeriodKind.MONTH)


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at("2026-11-06 09:05")


def log(reports, actor, **values):
    ids = [report.pk for report in reports]
    return log_contacts(
        **{"code": CODE, "object_ids": ids, "kind": ContactKind.ZALO, "note": "", **values}, actor=actor
    )


@pytest.mark.parametrize("make", [make_staff, make_clerk])
def test_a_line_says_whom_when_and_by_whom(make):
    report, actor = make_report(make_unit("Lắk")), make()
    log([report], actor, kind=ContactKind.CALLED, note="Văn phòng hẹn gửi chiều nay")
    line = Contact.objects.about(CODE, [report.pk]).get()
    assert (line.unit, line.due_on, line.kind, line.note, line.actor, line.at) == (
        report.unit,
        report.due_on,
        ContactKind.CALLED,
        "Văn phòng hẹn gửi chiều nay",
        actor,
        datetime(2026, 11, 6, 9, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    )
    assert Activity.objects.get(unit=report.unit).action == "contact.add"


def test_many_lines_ask_no_more_than_two():
    reports, actor = [make_report(make_unit()) for _ in range(6)], make_staff()
    asked = []
    for some in (reports[:2], reports[2:]):
        with CaptureQueriesContext(connection) as queries:
            assert len(log(some, actor)) == len(some)
        asked.append(queries)
    assert len(asked[1]) <= len(asked[0])


def test_what_has_come_needs_no_call_and_then_none_is_written():
    late, sent = make_report(make_unit()), make_report(make_unit(), state="accepted", arrived_on="2026-11-05")
    with pytest.raises(Refused):
        log([late, sent], make_staff())
    assert not Contact.objects.exists()


def test_only_who_may_act():
    report = make_report(make_unit())
    for actor in (make_lead(report.unit), make_leader()):
        with pytest.raises(NotAllowed):
            log([report], actor)
    assert not Contact.objects.exists()
