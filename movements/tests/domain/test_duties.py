from datetime import date

import pytest
import time_machine

from danvan.notices.sources import sources
from movements.domain.duties import source_of
from movements.enums import PeriodKind, PeriodState, ReportState
from movements.models import Report
from tests.factories import make_period, make_report, make_scheme, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def overdue():
    with time_machine.travel("2026-11-06 08:00 +0700", tick=False):
        yield


def source(kind=PeriodKind.MONTH):
    return sources()[source_of(kind)]


def test_every_kind_of_period_is_a_source_with_words():
    assert [str(source(kind).label) for kind in PeriodKind] == [
        "báo cáo tháng",
        "báo cáo quý",
        "báo cáo 6 tháng",
        "báo cáo 9 tháng",
        "báo cáo năm",
        "báo cáo đột xuất",
    ]


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
    report = make_report(make_unit(), state=state, **fields)
    assert set(source().duties([report.pk])) == ({report.pk} if state == "expected" else set())


def test_a_returned_report_is_a_duty_until_its_due_date():
    report = make_report(make_unit(), state="returned", arrived_on=date(2026, 11, 3), channel="paper")
    assert not source().open().exists()
    Report.objects.filter(pk=report.pk).update(due_on=date(2026, 11, 6))
    assert source().open().exists()


def test_reports_of_a_closed_period_are_no_duties():
    report = make_report(make_unit(), make_period(state=PeriodState.CLOSED))
    assert source().duties([report.pk]) == {}
