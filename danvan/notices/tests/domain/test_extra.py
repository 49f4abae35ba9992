"""Reminders by hand."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from danvan.history.models import Activity
from danvan.mail.domain.rendering import render
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.extra import Told, remind_now, reminded_on
from danvan.notices.domain.planner import plan
from danvan.notices.models import ExtraReminder, InboxMessage, Reminder
from movements.domain.duties import source_of
from movements.enums import PeriodKind, ReportState
from movements.models import Report
from tests.factories import make_lead, make_report, make_rule, make_staff, make_unit

pytestmark = pytest.mark.django_db

SOURCE = source_of(PeriodKind.MONTH)
WORDS = {"subject": "Gửi ngay {việc}", "text": "{đơn vị}: {còn lại}."}


@pytest.fixture
def reports(clock_at):
    """One unit with a lead, one with a lead without an address, one with a mailbox, one with nobody, one that has
    sent."""
    units = [make_unit(), make_unit(), make_unit(email="hop-thu@example.vn"), make_unit(), make_unit()]
    make_lead(units[0]), make_lead(units[1], email=""), make_lead(units[4])
    clock_at("2026-11-07 21:00")  # a Saturday evening: staff may
    made = [make_report(unit) for unit in units]
    Report.objects.filter(pk=made[4].pk).update(state=ReportState.EXEMPT)
    return made


def pairs(reports):
    return [(SOURCE, report.pk) for report in reports]


def test_those_who_still_owe_are_told_at_once_and_the_counts_say_so(reports):
    staff = make_staff()
    told = remind_now(pairs=pairs(reports), **WORDS, actor=staff)
    assert told == Told(duties=4, letters=2, inbox_only=1, nobody=1, settled=1)
    assert sorted(Reminder.objects.values_list("state", flat=True)) == ["inbox", "mailed", "mailed", "nobody"]
    extra = ExtraReminder.objects.get()
    assert {(row.rule, row.extra) for row in Reminder.objects.all()} == {(None, extra)}
    assert (extra.sent_by, Activity.objects.of(extra).get().actor) == (staff, staff)
    message = render(OutgoingMail.objects.get(to="hop-thu@example.vn"))
    assert message.subject == "Gửi ngay Báo cáo công tác dân vận tháng 10/2026"
    assert f"{reports[2].unit}: đã quá hạn 2 ngày." in message.text
    assert InboxMessage.objects.count() == 2


def test_what_came_before_the_letter_went_is_not_reminded_of(reports):
    remind_now(pairs=pairs(reports[:1]), **WORDS, actor=make_staff())
    Report.objects.update(state=ReportState.EXEMPT)
    assert render(OutgoingMail.objects.get()) is None
    assert Reminder.objects.get().state == "not_needed"


def test_asked_twice_it_tells_twice_and_the_second_asker_is_warned(reports, clock_at):
    make_rule(1)
    assert reminded_on(date(2026, 11, 7), pairs(reports)) == set()
    remind_now(pairs=pairs(reports[:1]), **WORDS, actor=make_staff())
    remind_now(pairs=pairs(reports[:1]), **WORDS, actor=make_staff())
    assert OutgoingMail.objects.count() == 2
    assert reminded_on(date(2026, 11, 7), pairs(reports)) == set(pairs(reports[:1]))
    assert reminded_on(date(2026, 11, 8), pairs(reports)) == set()
    clock_at("2026-11-09 08:00")
    plan()
    assert reminded_on(date(2026, 11, 9), pairs(reports)) == set(
        pairs(reports[:3])
    )  # by the rule; nobody is no reminder


@pytest.mark.parametrize(("field", "words"), [("subject", {"subject": "{ngày mai}"}), ("text", {"text": ""})])
def test_words_that_a_rule_would_refuse_send_nothing(field, words, reports):
    with pytest.raises(ValidationError) as error:
        remind_now(pairs=pairs(reports), **{**WORDS, **words}, actor=make_staff())
    assert list(error.value.message_dict) == [field]
    assert not (ExtraReminder.objects.exists() or Reminder.objects.exists())
