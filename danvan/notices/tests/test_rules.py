from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.notices.rules import STALE_AFTER_DAYS, comes_at, due_dates_reached, is_current, useful_until

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = date(2026, 11, 5)


@dataclass(frozen=True)
class Rule:
    offset_days: int
    hour: int = 8
    audience: str = "unit_leads"


MONTHLY = [Rule(-3), Rule(0), Rule(1)]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def current(rules, now):
    return [rule.offset_days for rule in rules if is_current(rule, rules, DUE, now)]


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        ("2026-11-02 07:59:59", []),
        ("2026-11-02 08:00:00", [-3]),
        ("2026-11-04 23:59:59", [-3]),
        ("2026-11-05 00:01:00", [-3]),
        ("2026-11-05 08:00:00", [0]),
        ("2026-11-05 23:59:59", [0]),
        ("2026-11-06 00:01:00", []),  # the day is over, "today is the last day" would be false
        ("2026-11-06 08:00:00", [1]),
        ("2026-11-16 12:00:00", [1]),  # ten days of outage
        ("2026-12-06 08:00:00", [1]),
        ("2026-12-07 08:00:00", []),  # stale
    ],
)
def test_the_newest_step_that_is_still_true(now, steps):
    assert current(MONTHLY, at(now)) == steps


def test_the_day_is_that_of_vietnam_whatever_the_servers_zone():
    assert current(MONTHLY, datetime(2026, 11, 5, 1, 0, tzinfo=UTC)) == [0]
    assert current(MONTHLY, datetime(2026, 11, 5, 0, 59, tzinfo=UTC)) == [-3]


def test_steps_for_others_do_not_overtake():
    for_lead, for_leader = Rule(1), Rule(3, audience="ban_leaders")
    assert current([for_lead, for_leader], at("2026-11-09 09:00")) == [1, 3]


@pytest.mark.parametrize(
    ("offset", "until"),
    [(-3, "2026-11-05 08:00"), (0, "2026-11-06 00:00"), (1, "2026-12-06 08:00")],
)
def test_a_step_is_useful_until_the_next_or_until_its_day_is_over(offset, until):
    assert useful_until(Rule(offset), MONTHLY, DUE) == at(until)


rules = st.builds(Rule, st.integers(-30, 30), st.integers(0, 23))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM))


@given(st.lists(rules, min_size=1, max_size=6, unique_by=lambda r: r.offset_days), instants, st.integers(-50, 50))
def test_at_most_one_step_is_current_and_it_has_come(steps, now, days):
    due_on = now.date() + timedelta(days=days)
    found = [rule for rule in steps if is_current(rule, steps, due_on, now)]
    assert len(found) <= 1
    for rule in found:
        assert comes_at(rule, due_on) <= now < useful_until(rule, steps, due_on) + timedelta(days=1)


@given(rules, instants, st.integers(-80, 80))
def test_the_range_of_due_dates_is_that_of_the_steps_that_came(rule, now, days):
    due_on = now.date() + timedelta(days=days)
    first, last = due_dates_reached(rule, now)
    assert (due_on <= last) == (comes_at(rule, due_on) <= now)
    assert (last - first).days == STALE_AFTER_DAYS
