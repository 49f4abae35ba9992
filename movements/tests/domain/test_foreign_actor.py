"""Each function of the domain asks for itself whether its actor may: the screens in front of it may fail."""

import uuid
from datetime import date

import pytest
import time_machine

from danvan.notices.enums import Channel
from movements.domain import campaign, duties, period, registration, report, selected
from movements.enums import CampaignState, PeriodState, RegistrationState, ReportState
from tests.factories import (
    make_campaign,
    make_clerk,
    make_lead,
    make_period,
    make_registration,
    make_report,
    make_staff,
    make_unit,
)
from tests.foreign_actor import assert_refused, deeds_of, upload

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 5)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel("2026-11-04 09:00 +0700", tick=False):
        yield


def of_unit(function, make_actor, make_row, **words):
    """A deed on a row of a unit: ``(row of the unit, deed(row, actor), who may)``."""
    return make_row, lambda row, actor: function(obj=row, actor=actor, **words), make_actor


def registered(state):
    return lambda unit: make_registration(unit, state=state)


def reported(state, **fields):
    came = {"arrived_on": date(2026, 11, 3), "channel": Channel.PAPER}
    came = {} if state in (ReportState.EXPECTED, ReportState.EXEMPT) else came
    return lambda unit: make_report(unit, make_period(), state=state, results="Đã làm.", **came, **fields)


def report_with_file(unit):
    row = reported(ReportState.EXPECTED)(unit)
    report.attach(report=row, upload=upload(), actor=make_staff())
    return row


def staff(unit):
    return make_staff()


def clerk(unit):
    return make_clerk()


def selected_reports(function, make_actor, **words):
    """The same for a deed on several reports at once."""

    def deed(row, actor):
        function(reports=[row], actor=actor, form_key=uuid.uuid4(), **words)

    return reported(ReportState.EXPECTED), deed, make_actor


DEEDS = {
    "campaign.launch": of_unit(campaign.launch, staff, lambda unit: make_campaign(state=CampaignState.DRAFT)),
    "campaign.conclude": of_unit(campaign.conclude, staff, lambda unit: make_campaign()),
    "period.open_period": of_unit(period.open_period, staff, lambda unit: make_period(state=PeriodState.PLANNED)),
    "period.enlist": of_unit(period.enlist, staff, lambda unit: make_period()),
    "period.redate": of_unit(
        period.redate, staff, lambda unit: make_period(), new_due_on=date(2026, 11, 12), reason="Vì"
    ),
    "period.close_period": of_unit(period.close_period, staff, lambda unit: make_period()),
    "period.reopen_period": of_unit(
        period.reopen_period, staff, lambda unit: make_period(state=PeriodState.CLOSED), reason="Vì"
    ),
    "registration.submit": of_unit(registration.submit, make_lead, registered(RegistrationState.DRAFT)),
    "registration.return_": of_unit(registration.return_, staff, registered(RegistrationState.SUBMITTED), reason="Vì"),
    "registration.accept": of_unit(registration.accept, staff, registered(RegistrationState.SUBMITTED)),
    "registration.recognise": of_unit(registration.recognise, staff, registered(RegistrationState.ACCEPTED)),
    "registration.decline": of_unit(registration.decline, staff, registered(RegistrationState.ACCEPTED), reason="Vì"),
    "report.submit": of_unit(report.submit, make_lead, reported(ReportState.EXPECTED)),
    "report.receive_elsewhere": of_unit(
        report.receive_elsewhere,
        clerk,
        reported(ReportState.EXPECTED),
        channel=Channel.PAPER,
        arrived_on=date(2026, 11, 3),
        upload=upload(),
    ),
    "report.accept": of_unit(report.accept, staff, reported(ReportState.RECEIVED)),
    "report.return_": of_unit(report.return_, staff, reported(ReportState.RECEIVED), reason="Vì"),
    "report.exempt": of_unit(report.exempt, staff, reported(ReportState.EXPECTED), reason="Vì"),
    "report.reopen": of_unit(report.reopen, staff, reported(ReportState.ACCEPTED), reason="Vì"),
    "report.extend": of_unit(
        report.extend, staff, reported(ReportState.EXPECTED), new_due_on=date(2026, 11, 9), reason="Vì"
    ),
    # Before the right is asked, the answer must not tell the due date.
    "report.extend too early": (
        reported(ReportState.EXPECTED),
        lambda row, actor: report.extend(obj=row, actor=actor, new_due_on=date(2026, 11, 1), reason="Vì"),
        None,
    ),
    "report.attach": (
        reported(ReportState.EXPECTED),
        lambda row, actor: report.attach(report=row, upload=upload(), actor=actor),
        make_lead,
    ),
    "report.attach_signed_copy": of_unit(
        report.attach_signed_copy, make_lead, reported(ReportState.ACCEPTED), upload=upload()
    ),
    "report.write_signed_copy": (
        reported(ReportState.EXPECTED),
        lambda row, actor: report.write_signed_copy(
            report=row, actor=actor, upload=None, number="12-BC/ĐU", document_date=None, signer=""
        ),
        None,
    ),
    "report.detach": (
        report_with_file,
        lambda row, actor: report.detach(kept=row.files.get(), actor=actor),
        make_lead,
    ),
    "selected.receive_selected": selected_reports(
        selected.receive_selected, clerk, channel=Channel.PAPER, arrived_on=date(2026, 11, 3)
    ),
    "selected.extend_selected": selected_reports(
        selected.extend_selected, staff, new_due_on=date(2026, 11, 9), reason="Vì"
    ),
    "selected.exempt_selected": selected_reports(selected.exempt_selected, staff, reason="Vì"),
    "report.require_writable": (
        reported(ReportState.EXPECTED),
        lambda row, actor: report.require_writable(report=row, actor=actor),
        make_lead,
    ),
}


def test_no_deed_is_forgotten():
    assert {name.split()[0] for name in DEEDS} == set(
        deeds_of(campaign, duties, period, registration, report, selected)
    )


@pytest.mark.parametrize("name", DEEDS)
def test_the_deed_is_refused_to_strangers(name):
    make_row, deed, make_actor = DEEDS[name]
    unit = make_unit()
    row = make_row(unit)
    assert_refused(lambda actor: deed(row, actor), unit)
    if make_actor:
        deed(row, make_actor(unit))
