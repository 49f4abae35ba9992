import pytest

from danvan.notices.domain.default_rules import COMPLETING, DOSSIERS, LONGER, MONTHLY, OTHERS
from danvan.notices.enums import Audience
from danvan.notices.models import ReminderRule
from movements.domain.duties import ensure_rules, source_of
from movements.enums import PeriodKind
from tests.factories import make_rule

pytestmark = pytest.mark.django_db


def offsets(kind):
    rules = ReminderRule.objects.filter(source=source_of(kind)).order_by("audience", "offset_days")
    return [(rule.audience, rule.offset_days) for rule in rules if rule.is_active]


def leads(*days):
    return [(Audience.UNIT_LEADS, day) for day in days]


def test_every_kind_of_report_gets_its_steps_once():
    assert ensure_rules() == 3 + 5 * 5 + 3 * 3 + 9 * len(OTHERS)
    assert ensure_rules() == 0
    assert offsets(PeriodKind.MONTH) == leads(-3, 0, 1)
    for kind in (PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR, PeriodKind.ONE_OFF):
        assert offsets(kind) == leads(-7, -2, 0, 1, 3)
    assert ReminderRule.objects.filter(is_active=False).count() == 9 * len(OTHERS)


def test_the_offices_own_rules_are_left_alone():
    make_rule(-5, is_active=False)
    assert ensure_rules() == 5 * (5 + len(OTHERS)) + 3 * (3 + len(OTHERS))
    assert ReminderRule.objects.filter(source=source_of(PeriodKind.MONTH)).count() == 1


@pytest.mark.parametrize("steps", [MONTHLY, LONGER, DOSSIERS, COMPLETING], ids=["month", "longer", "dossier", "return"])
def test_the_words_are_distinct_known_and_speak_of_sending(steps):
    words = [*steps.values(), *OTHERS.values()]
    assert len({subject for subject, _text in words}) == len(words)
    for subject, text in words:
        ReminderRule(source="x", offset_days=0, subject=subject, text=text).full_clean()
        assert "gửi" in text
        assert "nộp" not in text
        assert "hôm nay" not in subject + text  # a step on a day off comes on another one
