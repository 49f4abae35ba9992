import pytest

from danvan.notices.domain.default_rules import LONGER, MONTHLY
from danvan.notices.models import ReminderRule
from movements.domain.duties import ensure_report_rules, source_of
from movements.enums import PeriodKind
from tests.factories import make_rule

pytestmark = pytest.mark.django_db


def offsets(kind):
    return list(ReminderRule.objects.filter(source=source_of(kind)).values_list("offset_days", flat=True))


def test_every_kind_of_report_gets_its_steps_once():
    assert ensure_report_rules() == 3 + 4 * 5
    assert ensure_report_rules() == 0
    assert offsets(PeriodKind.MONTH) == [-3, 0, 1]
    assert offsets(PeriodKind.HALF_YEAR) == [-7, -2, 0, 1, 3]


def test_the_offices_own_rules_are_left_alone():
    make_rule(-5, is_active=False)
    assert ensure_report_rules() == 4 * 5
    assert offsets(PeriodKind.MONTH) == [-5]


@pytest.mark.parametrize("steps", [MONTHLY, LONGER])
def test_the_words_are_distinct_known_and_speak_of_sending(steps):
    subjects = [subject for subject, _text in steps.values()]
    assert len(set(subjects)) == len(steps)
    for days, (subject, text) in steps.items():
        ReminderRule(source="x", offset_days=days, subject=subject, text=text).full_clean()
        assert "gửi" in text
        assert "nộp" not in text
