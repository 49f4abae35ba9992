from datetime import date

import pytest
import time_machine

from danvan.history import domain as history
from danvan.notices.domain import settlements
from danvan.notices.domain.duties import duties_in, owed
from danvan.notices.sources import sources
from danvan.workflow import Refused
from movements.domain import duties, registration, report
from movements.domain.duties import source_of
from movements.enums import CampaignState, PeriodKind, PeriodState, RegistrationState, ReportState
from movements.models import Registration, RegistrationCall, Report
from tests.factories import (
    make_campaign,
    make_period,
    make_registration,
    make_report,
    make_scheme,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def overdue():
    with time_machine.travel("2026-11-06 08:00 +0700", tick=False):
        yield


def source(kind=PeriodKind.MONTH):
    return sources()[source_of(kind)]


def test_every_kind_is_a_source_with_words():
    codes = [*map(source_of, PeriodKind), duties.RETURNED_REPORT, duties.CALL, duties.RETURNED_REGISTRATION]
    assert [str(sources()[code].label) for code in codes] == [
        "báo cáo tháng",
        "báo cáo quý",
        "báo cáo 6 tháng",
        "báo cáo 9 tháng",
        "báo cáo năm",
        "báo cáo đột xuất",
        "báo cáo cần bổ sung, chỉnh sửa",
        "đăng ký mô hình",
        "đăng ký mô hình cần bổ sung, chỉnh sửa",
    ]
    assert set(codes) == set(duties.STEPS)


# --- reports ----------------------------------------------------------------------------------------------------------


def test_owed_reports_are_duties_in_words():
    report = make_report(make_unit("Công an tỉnh"))
    make_report(make_unit(), make_period(make_scheme(PeriodKind.YEAR)))
    assert list(source().open().values_list("pk", "unit_id", "due_on")) == [
        (report.pk, report.unit_id, date(2026, 11, 5))
    ]
    duty = source().duties([report.pk])[report.pk]
    assert (duty.title, duty.unit_name, duty.due_on, duty.url) == (
        "Báo cáo công tác dân vận tháng 10/2026",
        "Công an tỉnh",
        date(2026, 11, 5),
        f"/admin/movements/report/{report.pk}/change/",
    )


@pytest.mark.parametrize("state", ReportState.values)
def test_only_what_is_still_owed_is_a_duty(state):
    fields = {} if state in ("expected", "exempt") else {"arrived_on": date(2026, 11, 7), "channel": "paper"}
    report = make_report(make_unit(), state=state, complete_by=date(2026, 11, 12), **fields)
    assert set(source().duties([report.pk])) == ({report.pk} if state == "expected" else set())
    returned = duties_in(duties.RETURNED_REPORT, [report.pk])
    assert {pk: duty.due_on for pk, duty in returned.items()} == (
        {report.pk: date(2026, 11, 12)} if state == "returned" else {}
    )


def test_reports_of_a_closed_period_are_no_duties():
    closed = make_period(state=PeriodState.CLOSED)
    awaited = make_report(make_unit(), closed)
    came_back = make_report(
        make_unit(), closed, state="returned", arrived_on=date(2026, 11, 3), complete_by=date(2026, 11, 12)
    )
    assert source().duties([awaited.pk]) == {}
    assert duties_in(duties.RETURNED_REPORT, [came_back.pk]) == {}


def test_a_returned_report_is_owed_since_the_day_it_was_last_returned():
    returned = make_report(make_unit(), state="returned", arrived_on=date(2026, 11, 3), complete_by=date(2026, 11, 12))
    for day in ("2026-11-02 09:00", "2026-11-04 23:59"):
        with time_machine.travel(f"{day} +0700", tick=False):
            history.record(actor=None, action="report.return", obj=returned)
    assert owed(duties.RETURNED_REPORT).values_list("complete_by", "returned_on").get() == (
        date(2026, 11, 12),
        date(2026, 11, 4),
    )


def test_reports_keep_the_record_of_what_came_another_way_themselves():
    staff, unit = make_staff(), make_unit()
    awaited = make_report(unit)
    back = make_report(
        make_unit(), state="returned", arrived_on=date(2026, 11, 3), channel="paper", complete_by=date(2026, 11, 6)
    )
    settlements.extend(
        code=source_of(PeriodKind.MONTH),
        object_ids=[awaited.pk],
        actor=staff,
        new_due_on=date(2026, 11, 9),
        reason="Đại hội",
    )
    settlements.extend(
        code=duties.RETURNED_REPORT, object_ids=[back.pk], actor=staff, new_due_on=date(2026, 11, 10), reason="Bão"
    )
    awaited.refresh_from_db()
    back.refresh_from_db()
    assert (awaited.due_on, back.due_on, back.complete_by) == (
        date(2026, 11, 9),
        date(2026, 11, 5),
        date(2026, 11, 10),
    )
    assert (awaited.extensions.count(), back.extensions.count()) == (1, 0)
    settlements.receive(
        code=duties.RETURNED_REPORT,
        object_ids=[back.pk],
        actor=staff,
        channel="zalo",
        arrived_on=date(2026, 11, 6),
    )
    assert not owed(duties.RETURNED_REPORT).exists()
    assert Report.objects.get(pk=back.pk).state == ReportState.RECEIVED
    settlements.exempt(
        code=source_of(PeriodKind.MONTH), object_ids=[awaited.pk], actor=staff, reason="Đơn vị mới thành lập"
    )
    assert Report.objects.get(pk=awaited.pk).state == ReportState.EXEMPT


def test_a_returned_report_gets_no_earlier_day():
    back = make_report(make_unit(), state="returned", arrived_on=date(2026, 11, 3), complete_by=date(2026, 11, 12))
    with pytest.raises(Refused):
        report.extend(obj=back, actor=make_staff(), new_due_on=date(2026, 11, 12), reason="x")


# --- registrations ----------------------------------------------------------------------------------------------------


def called(unit, campaign=None, due_on=date(2026, 11, 20)):
    campaign = campaign or make_campaign(title="Phong trào năm 2026")
    return RegistrationCall.objects.create(campaign=campaign, unit=unit, due_on=due_on)


def test_a_call_leads_to_the_form_with_its_movement_or_to_the_draft_of_its_unit():
    call = called(make_unit("Xã Ea Kar"))
    other = called(make_unit(), call.campaign)
    draft = make_registration(other.unit, campaign=call.campaign)
    make_registration(other.unit, campaign=make_campaign())
    found = duties_in(duties.CALL, [call.pk, other.pk])
    assert (found[call.pk].title, found[call.pk].unit_name, found[call.pk].url) == (
        "Đăng ký mô hình: Phong trào năm 2026",
        "Xã Ea Kar",
        f"/admin/movements/registration/add/?campaign={call.campaign_id}",
    )
    assert found[other.pk].url == f"/admin/movements/registration/{draft.pk}/change/"


@pytest.mark.parametrize("state", RegistrationState.values)
def test_a_call_is_answered_by_what_was_sent(state):
    call = called(make_unit())
    make_registration(call.unit, campaign=call.campaign, state=state)
    assert owed(duties.CALL).exists() == (state == RegistrationState.DRAFT)


@pytest.mark.parametrize("state", CampaignState.values)
def test_nobody_is_asked_to_register_in_what_is_not_under_way(state):
    call = called(make_unit(), make_campaign(state=state))
    make_registration(call.unit, campaign=call.campaign, state="returned", complete_by=date(2026, 11, 12))
    assert owed(duties.RETURNED_REGISTRATION).exists() == (state == CampaignState.LAUNCHED)
    Registration.objects.all().delete()
    assert owed(duties.CALL).exists() == (state == CampaignState.LAUNCHED)


def test_what_was_received_another_way_is_owed_again_when_it_is_returned():
    staff = make_staff()
    row = make_registration(make_unit(), state="returned", complete_by=date(2026, 11, 12))
    arguments = {"code": duties.RETURNED_REGISTRATION, "object_ids": [row.pk], "actor": staff}
    settlements.extend(**arguments, new_due_on=date(2026, 11, 16), reason="Bão")
    assert Registration.objects.get().complete_by == date(2026, 11, 16)
    settlements.receive(**arguments, channel="paper", arrived_on=date(2026, 11, 6))
    assert not owed(duties.RETURNED_REGISTRATION).exists()
    Registration.objects.update(state=RegistrationState.SUBMITTED)
    registration.return_(obj=Registration.objects.get(), actor=staff, reason="Thiếu địa điểm")
    duty = duties_in(duties.RETURNED_REGISTRATION, [row.pk])[row.pk]
    assert (duty.due_on, duty.title) == (date(2026, 11, 13), f"Đăng ký mô hình “{row.name}”")
    assert owed(duties.RETURNED_REGISTRATION).values_list("returned_on", flat=True).get() == date(2026, 11, 6)
