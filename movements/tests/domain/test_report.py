"""Reports: every edge and non-edge, on time or late to the second, received elsewhere, extended."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from danvan import clock
from danvan.history.models import Activity
from danvan.notices.enums import Channel
from danvan.notices.models import InboxMessage
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused, change_state, workflow_of
from movements.domain import report as domain
from movements.enums import PeriodState, ReportState, Standing
from movements.models import Extension, Report
from movements.models.report import first_day
from tests.factories import make_clerk, make_lead, make_leader, make_period, make_report, make_staff, make_unit

DUE = date(2026, 11, 5)


def travel(text):
    return time_machine.travel(f"{text} +0700", tick=False)


@pytest.fixture(autouse=True)
def in_time():
    with travel("2026-11-04 09:00"):
        yield


@pytest.fixture
def unit(db):
    return make_unit("Đảng ủy xã Krông Pắc")


@pytest.fixture
def lead(unit):
    return make_lead(unit)


@pytest.fixture
def report(unit):
    return make_report(unit, results="Đã làm tốt.")


def in_state(unit, state, **fields):
    """A report of *unit* that is in *state*, with what the state requires."""
    needs = {"arrived_on": date(2026, 11, 3), "channel": Channel.PAPER}
    if state in (ReportState.EXPECTED, ReportState.EXEMPT):
        needs = {}
    return make_report(unit, state=state, results="Đã làm tốt.", **needs, **fields)


# --- the table --------------------------------------------------------------------------------------------------------

ACTIONS = ["submit", "receive", "accept", "return", "extend", "exempt", "reopen", "end_with_unit"]


@pytest.mark.parametrize("state", ReportState.values)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_edges_of_the_table_pass(state, action, unit):
    report = in_state(unit, state)
    edge = workflow_of(Report).find(action, state)
    needed = {"arrived_on": DUE, "channel": Channel.PAPER, "came_on": DUE, "first_submitted_at": clock.now()}
    deed = {"obj": report, "action": action, "actor": None, "reason": "vì", "values": needed}
    if edge is None:
        with pytest.raises(ChangedMeanwhile):
            change_state(**deed, on_behalf_of_system=True)
    else:
        change_state(**deed, on_behalf_of_system=True)
    report.refresh_from_db()
    assert report.state == (edge.target if edge else state)
    assert Activity.objects.count() == (1 if edge else 0)


def test_the_edges_are_these():
    edges = {(t.action, source, t.target) for t in workflow_of(Report).transitions for source in t.sources}
    assert edges == {
        ("end_with_unit", "expected", "exempt"),
        ("end_with_unit", "returned", "exempt"),
        ("submit", "expected", "submitted"),
        ("submit", "returned", "submitted"),
        ("submit", "received", "submitted"),
        ("receive", "expected", "received"),
        ("receive", "returned", "received"),
        ("accept", "submitted", "accepted"),
        ("accept", "received", "accepted"),
        ("return", "submitted", "returned"),
        ("return", "received", "returned"),
        ("extend", "expected", "expected"),
        ("extend", "returned", "returned"),
        ("copy", "submitted", "submitted"),
        ("copy", "received", "received"),
        ("copy", "accepted", "accepted"),
        ("exempt", "expected", "exempt"),
        ("reopen", "accepted", "returned"),
        ("reopen", "received", "expected"),
        ("reopen", "exempt", "expected"),
    }


DEEDS = {
    "submit": (ReportState.EXPECTED, {}, domain.submit),
    "receive": (ReportState.EXPECTED, {"channel": "paper", "arrived_on": DUE}, domain.receive_elsewhere),
    "accept": (ReportState.SUBMITTED, {}, domain.accept),
    "return": (ReportState.SUBMITTED, {"reason": "thiếu số liệu"}, domain.return_),
    "exempt": (ReportState.EXPECTED, {"reason": "mới thành lập"}, domain.exempt),
    "reopen": (ReportState.ACCEPTED, {"reason": "sửa số liệu"}, domain.reopen),
    "extend": (ReportState.EXPECTED, {"reason": "bão lũ", "new_due_on": date(2026, 11, 9)}, domain.extend),
}
WHO = {
    "lead": {"submit"},
    "other lead": set(),
    "staff": {"receive", "accept", "return", "exempt", "reopen", "extend"},
    "clerk": {"receive"},
    "leader": set(),
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", WHO)
def test_who_may_do_what(who, deed, unit, lead):
    actor = {
        "lead": lambda: lead,
        "other lead": make_lead,
        "staff": make_staff,
        "clerk": make_clerk,
        "leader": make_leader,
    }[who]()
    state, data, function = DEEDS[deed]
    report = in_state(unit, state)
    with travel("2026-11-05 10:00"):
        if deed in WHO[who]:
            function(obj=report, actor=actor, **data)
        else:
            with pytest.raises(NotAllowed):
                function(obj=report, actor=actor, **data)
    assert Activity.objects.filter(action=f"report.{deed}").count() == (deed in WHO[who])


# --- on time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        ("2026-11-05 00:00:00", Standing.ON_TIME),
        ("2026-11-05 23:59:59", Standing.ON_TIME),
        ("2026-11-06 00:00:00", Standing.LATE),
        ("2026-11-06 00:01:00", Standing.LATE),
        ("2026-11-06 06:59:00", Standing.LATE),  # in UTC it is still the 5th
    ],
)
def test_the_due_date_counts_until_its_last_second_in_vietnam(moment, standing, report, lead):
    with travel(moment):
        sent = domain.submit(obj=report, actor=lead)
        assert sent.standing_on(clock.today()) == standing
        assert sent.first_submitted_at == clock.now()
    assert list(Report.objects.standing(standing, DUE)) == [report]


def test_a_report_sent_in_time_and_returned_stays_in_time(report, lead):
    staff = make_staff()
    report = domain.submit(obj=report, actor=lead)
    first = report.first_submitted_at
    with travel("2026-11-06 08:00"):
        report = domain.return_(obj=report, actor=staff, reason="Thiếu số mô hình.")
        assert report.standing_on(clock.today()) == Standing.RETURNED
        assert report.remark == "Thiếu số mô hình."
        assert not Report.objects.overdue(clock.today()).exists()
        assert list(Report.objects.owed()) == [report]
    with travel("2026-11-10 08:00"):
        report = domain.submit(obj=report, actor=lead)
    assert (report.first_submitted_at, report.came_on, report.remark) == (first, date(2026, 11, 4), "")
    assert report.standing_on(date(2026, 11, 10)) == Standing.ON_TIME


@given(
    st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)
def test_the_day_it_came_is_the_earlier_one_in_local_days(sent_at, arrived_on):
    days = [day for day in (sent_at and clock.local_date(sent_at), arrived_on) if day]
    assert first_day(sent_at, arrived_on) == (min(days) if days else None)


@pytest.mark.django_db
def test_the_database_and_the_row_agree_on_every_standing():
    period = make_period()
    for state in ReportState:
        for arrived_on in (None, date(2026, 11, 3), DUE, date(2026, 11, 6)):
            for due_on in (DUE, date(2026, 11, 4)):
                needs_arrival = state in (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RECEIVED)
                if arrived_on or not needs_arrival:
                    fields = {"arrived_on": arrived_on, "channel": "paper", "due_on": due_on}
                    make_report(make_unit(), period, state=state, **fields)
    for today in (date(2026, 11, 4), DUE, date(2026, 11, 6)):
        reports = set(Report.objects.all())
        for standing in Standing:
            found = set(Report.objects.standing(standing, today))
            assert found == {report for report in Report.objects.all() if report.standing_on(today) == standing}
            reports -= found
        assert reports == set()


# --- sending ----------------------------------------------------------------------------------------------------------


def test_an_empty_report_is_not_sent(unit, lead):
    report = make_report(unit)
    with pytest.raises(Refused) as error:
        domain.submit(obj=report, actor=lead)
    assert "Báo cáo chưa có nội dung" in str(error.value)
    domain.attach(report=report, upload=SimpleUploadedFile("bao cao.pdf", b"%PDF-1.7 ...\n%%EOF\n"), actor=lead)
    assert domain.submit(obj=report, actor=lead).state == ReportState.SUBMITTED
    assert report.files.get().file.unit == unit


@pytest.mark.parametrize("deed", ["submit", "receive", "return", "extend"])
def test_a_closed_period_takes_nothing(deed, unit, lead):
    state, data, function = DEEDS[deed]
    report = in_state(unit, state, period=make_period(state=PeriodState.CLOSED))
    with travel("2026-11-05 10:00"), pytest.raises(Refused) as error:
        function(obj=report, actor=lead if deed == "submit" else make_staff(), **data)
    assert str(error.value) == "Kỳ báo cáo đã đóng."


def test_unknown_is_not_zero(unit):
    assert make_report(unit).models_count is None
    assert make_report(make_unit(), models_count=0).models_count == 0


# --- received elsewhere -----------------------------------------------------------------------------------------------


def test_what_came_on_paper_is_received_and_judged_by_its_day_of_arrival(report):
    clerk = make_clerk()
    with travel("2026-11-09 10:00"):
        received = domain.receive_elsewhere(
            obj=report,
            actor=clerk,
            channel=Channel.PAPER,
            number="12-BC/ĐU",
            document_date=date(2026, 11, 2),
            arrived_on=date(2026, 11, 5),
            upload=SimpleUploadedFile("báo cáo.pdf", b"%PDF-1.7 ...\n%%EOF\n"),
        )
    assert received.state == ReportState.RECEIVED
    assert received.get_state_display() == "đã nhận bằng văn bản – chưa nhập số liệu"
    assert (received.number, received.recorded_by, received.came_on) == ("12-BC/ĐU", clerk, DUE)
    assert not received.came_late
    assert received.files.get().file.original_name == "báo cáo.pdf"
    assert received.takes_contents
    assert not Report.objects.owed().exists()


@pytest.mark.parametrize(
    ("arrived_on", "document_date", "field"),
    [
        (date(2026, 11, 6), None, "arrived_on"),
        (date(1, 1, 1), None, "arrived_on"),
        (date(2026, 11, 4), date(2026, 11, 5), "document_date"),
        (date(2026, 11, 4), date(1, 1, 1), "document_date"),
    ],
)
def test_impossible_days_are_refused_at_their_field(arrived_on, document_date, field, report):
    with travel("2026-11-05 10:00"), pytest.raises(ValidationError) as refused:
        domain.receive_elsewhere(
            obj=report, actor=make_staff(), channel="paper", arrived_on=arrived_on, document_date=document_date
        )
    assert list(refused.value.error_dict) == [field]
    report.refresh_from_db()
    assert report.state == ReportState.EXPECTED


def test_a_file_that_is_not_accepted_undoes_the_record(report):
    with pytest.raises(Refused):
        domain.receive_elsewhere(
            obj=report,
            actor=make_staff(),
            channel="paper",
            arrived_on=date(2026, 11, 4),
            upload=SimpleUploadedFile("virus.exe", b"MZ"),
        )
    report.refresh_from_db()
    assert (report.state, report.arrived_on) == (ReportState.EXPECTED, None)


def test_figures_typed_later_do_not_make_a_paper_report_late(report, lead):
    staff = make_staff()
    report = domain.receive_elsewhere(obj=report, actor=staff, channel="paper", arrived_on=date(2026, 11, 4))
    with travel("2026-11-20 08:00"):
        report = domain.submit(obj=report, actor=lead)
    assert report.came_on == date(2026, 11, 4)
    assert report.standing_on(date(2026, 11, 20)) == Standing.ON_TIME


def test_a_wrong_record_of_receipt_is_taken_back_whole(report):
    staff = make_staff()
    report = domain.receive_elsewhere(
        obj=report, actor=staff, channel="zalo", arrived_on=date(2026, 11, 4), number="1-BC/ĐU"
    )
    report = domain.reopen(obj=report, actor=staff, reason="nhầm đơn vị")
    assert report.state == ReportState.EXPECTED
    assert (report.channel, report.number, report.arrived_on, report.came_on, report.recorded_by) == (
        "",
        "",
        None,
        None,
        None,
    )


def test_a_wrong_record_about_what_was_to_be_completed_gives_it_back_to_be_completed(report, lead):
    staff = make_staff()
    report = domain.submit(obj=report, actor=lead)
    report = domain.return_(obj=report, actor=staff, reason="Thiếu số mô hình.", complete_by=date(2026, 11, 20))
    came, day = report.came_on, clock.today()
    report = domain.receive_elsewhere(obj=report, actor=staff, channel="paper", arrived_on=day)
    report = domain.reopen(obj=report, actor=staff, reason="nhầm đơn vị")
    assert (report.state, report.complete_by, report.came_on) == (ReportState.RETURNED, date(2026, 11, 20), came)
    assert (report.channel, report.arrived_on, report.recorded_by) == ("", None, None)


@pytest.mark.parametrize(("stays", "day"), [(True, date(2026, 11, 4)), (False, date(2026, 11, 18))])
def test_what_came_in_writing_and_comes_back_in_writing_keeps_its_first_day_as_its_scheme_says(report, stays, day):
    staff = make_staff()
    report.period.scheme.returned_stays_on_time = stays
    report.period.scheme.save()
    report = domain.receive_elsewhere(obj=report, actor=staff, channel="paper", arrived_on=date(2026, 11, 4))
    report = domain.return_(obj=report, actor=staff, reason="Thiếu số mô hình.")
    with travel("2026-11-18 08:00"):
        report = domain.receive_elsewhere(obj=report, actor=staff, channel="paper", arrived_on=date(2026, 11, 18))
    assert report.came_on == day
    report = domain.reopen(obj=report, actor=staff, reason="nhầm đơn vị")
    assert (report.state, report.came_on) == (ReportState.RETURNED, day)


def test_an_accepted_report_opened_again_keeps_when_and_how_it_came(report):
    staff = make_staff()
    report = domain.receive_elsewhere(obj=report, actor=staff, channel="paper", arrived_on=date(2026, 11, 4))
    report = domain.accept(obj=report, actor=staff)
    assert report.accepted_at == clock.now()
    report = domain.reopen(obj=report, actor=staff, reason="sửa số liệu")
    assert (report.state, report.accepted_at, report.came_on) == (ReportState.RETURNED, None, date(2026, 11, 4))


# --- returning, exempting, extending ----------------------------------------------------------------------------------


def test_the_leads_of_the_unit_are_told_why_it_came_back(report, lead):
    make_lead()  # of another unit
    report = domain.submit(obj=report, actor=lead)
    domain.return_(obj=report, actor=make_staff(), reason="Thiếu số mô hình.")
    message = InboxMessage.objects.get()
    assert message.recipient == lead
    assert "Thiếu số mô hình." in message.body
    assert message.url == f"/admin/movements/report/{report.pk}/change/"


def test_an_extension_moves_the_stored_day_and_is_kept(report):
    staff = make_staff()
    report = domain.extend(obj=report, actor=staff, new_due_on=date(2026, 11, 9), reason="bão lũ")
    report = domain.extend(obj=report, actor=staff, new_due_on=date(2026, 11, 12), reason="vẫn ngập")
    assert report.due_on == date(2026, 11, 12)
    assert report.period.due_on == DUE
    assert list(Extension.objects.values_list("old_due_on", "new_due_on", "reason")) == [
        (DUE, date(2026, 11, 9), "bão lũ"),
        (date(2026, 11, 9), date(2026, 11, 12), "vẫn ngập"),
    ]
    assert Activity.objects.first().changes == {"due_on": ["09/11/2026", "12/11/2026"]}


@pytest.mark.parametrize("new_due_on", [DUE, date(2026, 11, 1)])
def test_an_extension_is_later(new_due_on, report):
    with pytest.raises(Refused):
        domain.extend(obj=report, actor=make_staff(), new_due_on=new_due_on, reason="vì")


def test_two_extensions_at_once_make_one(report):
    staff = make_staff()
    as_seen_by_the_other = Report.objects.get(pk=report.pk)
    domain.extend(obj=report, actor=staff, new_due_on=date(2026, 11, 9), reason="vì")
    with pytest.raises(ChangedMeanwhile):
        domain.extend(obj=as_seen_by_the_other, actor=staff, new_due_on=date(2026, 11, 8), reason="vì")
    assert Extension.objects.count() == 1


# --- what came back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stays", "again", "came_on"),
    [
        (True, domain.submit, date(2026, 11, 4)),
        (False, domain.submit, date(2026, 11, 6)),
        (True, domain.receive_elsewhere, date(2026, 11, 4)),
        (False, domain.receive_elsewhere, date(2026, 11, 6)),
    ],
)
def test_on_time_is_judged_by_the_first_or_the_complete_report_as_the_scheme_says(report, lead, stays, again, came_on):
    scheme = report.period.scheme
    scheme.returned_stays_on_time = stays
    scheme.save()
    staff = make_staff()
    report = domain.submit(obj=report, actor=lead)
    report = domain.return_(obj=report, actor=staff, reason="thiếu số liệu")
    with travel("2026-11-06 09:00"):
        if again is domain.submit:
            report = again(obj=report, actor=lead)
        else:
            report = again(obj=report, actor=staff, channel=Channel.PAPER, arrived_on=date(2026, 11, 6))
        report.save()  # columns that are computed stay as they were judged
    assert report.came_on == came_on
    assert report.came_late is not stays


@pytest.mark.parametrize(
    ("day", "complete_by"), [("2026-11-04", date(2026, 11, 11)), ("2026-11-07", date(2026, 11, 13))]
)
def test_what_is_returned_comes_back_within_five_working_days(report, lead, day, complete_by):
    """From Wednesday 04/11 until the next one; from Saturday 07/11 until Friday."""
    report = domain.submit(obj=report, actor=lead)
    with travel(f"{day} 23:59"):
        assert domain.return_(obj=report, actor=make_staff(), reason="thiếu số liệu").complete_by == complete_by
    assert complete_by.strftime("%d/%m/%Y") in InboxMessage.objects.get().body
