"""How punctual a unit was, and what of it stands on its page."""

from datetime import date

import pytest
import time_machine

from danvan.organization.domain.units.placement import move, place
from danvan.organization.panels import Punctuality, unit_page
from movements.domain.punctuality import punctuality_of
from movements.enums import ReportState
from movements.models import Report
from tests.factories import make_lead, make_period, make_report, make_scheme, make_staff, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 09:00+07:00", tick=False):
        yield


def report(unit, due_on, came_on=None, state=None):
    index = Report.objects.count() + 1
    period = make_period(
        make_scheme(), index=index, due_on=due_on, data_from=date(2020, 1, 1), data_to=date(2020, 1, 31)
    )
    state = state or (ReportState.ACCEPTED if came_on else ReportState.EXPECTED)
    return make_report(unit, period, state=state, arrived_on=came_on, channel="paper" if came_on else "")


def test_reports_are_counted_by_the_year_in_which_they_were_due():
    unit = make_unit()
    report(unit, date(2025, 12, 31), date(2025, 12, 31))  # the last day is in time
    report(unit, date(2025, 12, 31), date(2026, 1, 1))
    report(unit, date(2026, 6, 30), date(2026, 6, 1), ReportState.SUBMITTED)
    report(unit, date(2026, 5, 31), date(2026, 6, 1), ReportState.RECEIVED)
    report(unit, date(2026, 11, 21))
    report(unit, date(2026, 11, 22))  # still in time
    report(unit, date(2026, 3, 1), state=ReportState.EXEMPT)
    report(unit, date(2026, 4, 1), date(2026, 4, 2), ReportState.RETURNED)
    assert sorted(punctuality_of(Report.objects.all()), key=lambda line: line.year) == [
        Punctuality(2025, on_time=1, late=1, missing=0),
        Punctuality(2026, on_time=1, late=1, missing=1),
    ]


def test_the_page_of_a_unit_tells_its_own_reports_alone():
    unit, other = make_unit(), make_unit()
    report(unit, date(2026, 11, 1))
    report(unit, date(2025, 11, 1), date(2025, 11, 1))
    report(other, date(2024, 11, 1))
    for user in (make_lead(unit), make_staff()):
        page = unit_page(unit, user)
        assert page.punctuality == [Punctuality(2026, 0, 0, 1), Punctuality(2025, 1, 0, 0)]
        assert [(task.due_on, task.days_overdue) for task in page.duties] == [(date(2026, 11, 1), 21)]
        assert [card.count for card in page.counts][:3] == [0, 0, 2]


def test_whoever_sees_nothing_of_a_unit_is_told_nothing():
    unit = make_unit()
    report(unit, date(2026, 11, 1))
    page = unit_page(unit, make_lead())
    assert (page.punctuality, page.duties, {card.count for card in page.counts}) == ([], [], {0})


def test_reports_are_summed_as_it_was():
    first, second, commune, village = (make_unit() for _ in range(4))
    for unit, superior in ((first, None), (second, None), (commune, first), (village, commune)):
        place(unit=unit, superior=superior)
    before = [report(unit, date(2026, 6, 1)) for unit in (commune, village)]
    move(unit=commune, superior=second, effective_on=date(2026, 11, 1))
    after = [report(unit, date(2026, 11, 30)) for unit in (commune, village)]
    reports = Report.objects.order_by("pk")
    assert list(reports.in_subtree(first)) == before
    assert list(reports.in_subtree(second)) == after
    assert list(reports.in_subtree(commune)) == before + after
    assert list(reports.in_subtree(village)) == [before[1], after[1]]


def test_a_unit_that_stood_nowhere_has_its_own_reports():
    unit = make_unit()
    own = report(unit, date(2026, 6, 1))
    report(make_unit(), date(2026, 6, 1))
    assert list(Report.objects.in_subtree(unit)) == [own]
