"""Any duty is recorded as done another way, as not asked for, or as due later."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from danvan.documents.tests.samples import pdf
from danvan.history.models import Activity
from danvan.notices.domain import settlements
from danvan.notices.domain.duties import chosen, duties_in, open_rows, owed
from danvan.notices.enums import Channel, SettlementKind
from danvan.notices.models import Settlement
from danvan.notices.sources import sources
from danvan.workflow import ChangedMeanwhile, NotAllowed, Refused
from movements.domain.duties import CALL, source_of
from movements.enums import PeriodKind, ReportState
from movements.models import RegistrationCall
from tests.factories import make_campaign, make_clerk, make_lead, make_leader, make_report, make_staff, make_unit

pytestmark = pytest.mark.django_db
REPORTS = source_of(PeriodKind.MONTH)
DUE = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def now(clock_at):
    clock_at("2026-03-25 09:00")


@pytest.fixture
def calls():
    campaign = make_campaign()
    return [RegistrationCall.objects.create(campaign=campaign, unit=make_unit(), due_on=DUE) for _ in range(3)]


def ids(rows):
    return [row.pk for row in rows]


def receive(rows, actor, **values):
    came = {"channel": Channel.PAPER, "arrived_on": date(2026, 3, 24), **values}
    return settlements.receive(code=CALL, object_ids=ids(rows), actor=actor, **came)


@pytest.mark.parametrize("make", [make_staff, make_clerk])
def test_what_came_another_way_is_no_longer_owed(calls, make):
    actor, received = make(), calls[:2]

    receive(received, actor, number="12-ĐK/ĐU", document_date=date(2026, 3, 20))

    assert set(owed(CALL)) == {calls[2]}
    assert set(duties_in(CALL, ids(calls))) == {calls[2].pk}
    assert [(row[0], row[1]) for row in open_rows(user=actor, codes=sources())] == [(CALL, calls[2].pk)]
    assert chosen(user=actor, pairs=[(CALL, pk) for pk in ids(calls)])[0][1].object_id == calls[2].pk
    row = Settlement.objects.get(unit=calls[0].unit)
    assert (row.kind, row.due_on, row.channel, row.number, row.document_date, row.arrived_on, row.recorded_by) == (
        SettlementKind.RECEIVED,
        DUE,
        Channel.PAPER,
        "12-ĐK/ĐU",
        date(2026, 3, 20),
        date(2026, 3, 24),
        actor,
    )
    told = Activity.objects.filter(action="settlement.received")
    assert {(each.unit_id, each.actor) for each in told} == {(call.unit_id, actor) for call in received}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"arrived_on": date(2026, 3, 26)}, "arrived_on"),
        ({"document_date": date(2026, 3, 25)}, "document_date"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(calls, values, field):
    with pytest.raises(ValidationError) as error:
        receive(calls, make_staff(), **values)

    assert list(error.value.error_dict) == [field]
    assert owed(CALL).count() == 3


def test_the_present_day_and_a_letter_of_the_same_day_are_taken(calls):
    receive(calls, make_staff(), arrived_on=date(2026, 3, 25), document_date=date(2026, 3, 25))

    assert owed(CALL).count() == 0


def test_a_scan_belongs_to_one_unit(calls):
    upload = SimpleUploadedFile("a.pdf", pdf(), "application/pdf")
    with pytest.raises(ValidationError) as error:
        receive(calls, make_staff(), upload=upload)
    assert list(error.value.error_dict) == ["upload"]

    receive(calls[:1], make_staff(), upload=upload)
    assert Settlement.objects.get().file.unit == calls[0].unit


def test_one_that_is_not_owed_any_more_undoes_all(calls):
    receive(calls[:1], make_staff())

    with pytest.raises(Refused):
        settlements.exempt(code=CALL, object_ids=ids(calls), actor=make_staff(), reason="Mới thành lập")

    assert [row.unit for row in Settlement.objects.all()] == [calls[0].unit]


def test_a_second_settlement_at_the_same_moment_reads_as_a_change_by_somebody_else(calls):
    receive(calls[:1], make_staff())
    again = Settlement.objects.get()
    again.pk = None

    with pytest.raises(ChangedMeanwhile), settlements.all_or_none():
        again.save(force_insert=True)

    assert Settlement.objects.count() == 1


def test_longer_moves_the_day_of_these_units_alone(calls):
    later = date(2026, 4, 10)
    settlements.extend(code=CALL, object_ids=ids(calls[:2]), actor=make_staff(), new_due_on=later, reason="Bão số 3")

    assert [RegistrationCall.objects.get(pk=call.pk).due_on for call in calls] == [later, later, DUE]
    assert owed(CALL).count() == 3
    with pytest.raises(ValidationError) as error:
        settlements.extend(code=CALL, object_ids=ids(calls), actor=make_staff(), new_due_on=later, reason="Bão số 3")
    assert list(error.value.error_dict) == ["new_due_on"]


def test_a_day_that_moved_meanwhile_undoes_all(calls, monkeypatch):
    moved = sources()[CALL].move_due_date
    monkeypatch.setattr(
        sources()[CALL], "move_due_date", lambda pk, old, new: pk != calls[2].pk and moved(pk, old, new)
    )

    with pytest.raises(ChangedMeanwhile):
        settlements.extend(
            code=CALL, object_ids=ids(calls), actor=make_staff(), new_due_on=date(2026, 4, 10), reason="Bão"
        )

    assert {call.due_on for call in RegistrationCall.objects.all()} == {DUE}
    assert Settlement.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_exempting_and_giving_longer_need_a_reason(calls, reason):
    for deed, values in ((settlements.exempt, {}), (settlements.extend, {"new_due_on": date(2026, 4, 10)})):
        with pytest.raises(ValidationError) as error:
            deed(code=CALL, object_ids=ids(calls), actor=make_staff(), reason=reason, **values)
        assert list(error.value.error_dict) == ["reason"]


@pytest.mark.parametrize("make", [lambda unit: make_leader(), make_lead])
def test_who_may_not_record_records_nothing(calls, make):
    with pytest.raises(NotAllowed):
        receive(calls[:1], make(calls[0].unit))

    assert Settlement.objects.count() == 0


# --- Taking back ------------------------------------------------------------------------------------------------------


def test_what_is_taken_back_is_owed_again(calls):
    staff = make_staff()
    receive(calls, staff)
    settlement = Settlement.objects.get(unit=calls[0].unit)

    settlements.withdraw(settlement=settlement, actor=staff, reason="Nhầm đơn vị")

    assert list(owed(CALL)) == [calls[0]]
    activity = Activity.objects.get(action="settlement.withdraw")
    assert (activity.unit, activity.reason) == (calls[0].unit, "Nhầm đơn vị")
    with pytest.raises(ChangedMeanwhile):
        settlements.withdraw(settlement=settlement, actor=staff, reason="Nhầm đơn vị")
    receive(calls[:1], staff)
    assert owed(CALL).count() == 0


def test_the_old_day_comes_back_with_a_deadline_taken_back_unless_it_moved_on(calls):
    staff, first, second = make_staff(), date(2026, 4, 10), date(2026, 4, 20)
    for day in (first, second):
        settlements.extend(code=CALL, object_ids=ids(calls[:1]), actor=staff, new_due_on=day, reason="Bão số 3")
    newest, oldest = Settlement.objects.order_by("-pk")

    with pytest.raises(Refused):
        settlements.withdraw(settlement=oldest, actor=staff, reason="Nhầm")
    settlements.withdraw(settlement=newest, actor=staff, reason="Nhầm")

    assert RegistrationCall.objects.get(pk=calls[0].pk).due_on == first
    assert list(Settlement.objects.in_force()) == [oldest]


def test_a_record_that_went_back_to_its_unit_is_owed_anew(calls):
    receive(calls, make_staff())

    settlements.lapse(code=CALL, object_id=calls[0].pk, actor=make_staff())

    assert list(owed(CALL)) == [calls[0]]


# --- Reports, which keep their own record -----------------------------------------------------------------------------


def test_reports_are_recorded_by_themselves():
    reports = [make_report(make_unit()), make_report(make_unit())]
    settlements.receive(
        code=REPORTS, object_ids=ids(reports), actor=make_clerk(), channel=Channel.ZALO, arrived_on=date(2026, 3, 24)
    )

    for report in reports:
        report.refresh_from_db()
        assert (report.state, report.came_on) == (ReportState.RECEIVED, date(2026, 3, 24))
    assert owed(REPORTS).count() == 0
    assert Settlement.objects.count() == 0


def test_a_clerk_exempts_from_no_report():
    report = make_report(make_unit())
    with pytest.raises(NotAllowed):
        settlements.exempt(code=REPORTS, object_ids=[report.pk], actor=make_clerk(), reason="Mới thành lập")

    assert owed(REPORTS).count() == 1
