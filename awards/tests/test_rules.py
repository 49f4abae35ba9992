from datetime import date

import pytest

from awards.rules import Earlier, issue_date, missing_papers, rewarded_once

YEAR = (date(2015, 1, 1), date(2015, 12, 31))


def earlier(begins, ends, issued_on=date(2014, 6, 1)):
    return Earlier("Giấy khen", "12-QĐ/BDVTU", issued_on, begins, ends)


@pytest.mark.parametrize(
    ("begins", "ends", "ok"),
    [
        (date(2014, 1, 1), date(2014, 12, 31), True),
        (date(2014, 1, 1), date(2015, 1, 1), False),  # both ends of a period belong to it
        (date(2015, 12, 31), date(2016, 1, 31), False),
        (date(2016, 1, 1), date(2016, 12, 31), True),
        (date(2011, 1, 1), date(2020, 12, 31), False),
        (date(2015, 3, 1), date(2015, 3, 31), False),
    ],
)
def test_one_achievement_is_not_rewarded_twice(begins, ends, ok):
    assert rewarded_once(*YEAR, [earlier(begins, ends)]).ok is ok


@pytest.mark.parametrize(
    ("issued_on", "ok"), [(date(2014, 12, 31), True), (date(2015, 1, 1), False), (date(2016, 5, 1), False)]
)
def test_a_decision_without_a_period_counts_up_to_its_own_date(issued_on, ok):
    assert rewarded_once(*YEAR, [earlier(None, None, issued_on)]).ok is ok


def test_the_verdict_names_the_earlier_decision_and_the_law():
    verdict = rewarded_once(*YEAR, [earlier(date(2012, 1, 1), date(2012, 12, 31)), earlier(*YEAR)])
    assert "12-QĐ/BDVTU" in verdict.reason
    assert "01/06/2014" in verdict.reason
    assert verdict.source


def test_nothing_earlier_is_no_obstacle():
    assert rewarded_once(*YEAR, []).ok


@pytest.mark.parametrize(
    ("issued_on", "ok"),
    [(date(2016, 1, 4), False), (date(2016, 1, 5), True), (date(2016, 1, 6), True), (date(2016, 1, 7), False)],
)
def test_a_decision_lies_between_approval_and_today(issued_on, ok):
    assert issue_date(issued_on, date(2016, 1, 5), date(2016, 1, 6)).ok is ok


def test_missing_papers_in_the_order_of_the_checklist():
    asked = {"letter": "Tờ trình", "report": "Báo cáo", "minutes": "Biên bản"}
    assert missing_papers({"report", "other"}, asked) == ["Tờ trình", "Biên bản"]
    assert missing_papers(set(asked), asked) == []
