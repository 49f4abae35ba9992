"""One letter and one notice for each recipient and morning, whatever of theirs is due."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danvan.access.roles import Role
from danvan.mail.domain.rendering import render
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail
from danvan.notices.domain import planner
from danvan.notices.domain.planner import CHUNK, Draft, chunks, plan
from danvan.notices.domain.recipients import Recipient
from danvan.notices.models import InboxMessage, Reminder
from danvan.organization.models import Membership, User
from movements.enums import PeriodKind
from movements.models import Report
from tests.factories import make_lead, make_period, make_report, make_rule, make_scheme, make_unit

MONTHLY_TITLE = "Báo cáo công tác dân vận tháng 10/2026"


@pytest.fixture
def lead_of_two(clock_at):
    """A lead of two units, each of which owes a report due today, the first one of the year too."""
    make_rule(0)
    make_rule(0, PeriodKind.YEAR, subject="Cả năm: {việc}")
    one, two = make_unit("Đảng ủy xã Ea Kar"), make_unit("Đảng ủy xã Ea Kly")
    lead = make_lead(one, full_name="Y Biêr Niê")
    Membership.objects.create(user=lead, unit=two, role=Role.UNIT_LEAD)
    make_report(one)
    make_report(two)
    make_report(one, make_period(make_scheme(PeriodKind.YEAR), title="Báo cáo năm 2026"))
    clock_at("2026-11-05 08:00")
    return lead


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, CHUNK])
def test_all_duties_of_all_units_and_rules_are_in_one_letter(at_once, lead_of_two, monkeypatch):
    monkeypatch.setattr(planner, "CHUNK", at_once)
    make_lead(Report.objects.first().unit)
    assert plan() == 5
    mail = OutgoingMail.objects.get(to=lead_of_two.email)
    assert OutgoingMail.objects.count() == 2
    message = render(mail)
    assert message.subject == f"[+0] {MONTHLY_TITLE} – hạn là hôm nay (và 2 việc khác)"
    assert message.text.startswith("Kính gửi đồng chí Y Biêr Niê,\n")
    for words in (f"1. {MONTHLY_TITLE} – Đảng ủy xã Ea Kar: hạn 05/11/2026, hạn là hôm nay", "3. Báo cáo năm 2026"):
        assert words in message.text
    assert message.html.count("Báo cáo năm 2026</a>") == 1
    notice = InboxMessage.objects.get(recipient=lead_of_two)
    assert (notice.title, notice.unit, notice.url) == ("Nhắc 03 việc cần thực hiện", None, "/admin/")
    assert notice.body.splitlines()[1] == (f"2. {MONTHLY_TITLE} – Đảng ủy xã Ea Kly: hạn 05/11/2026, hạn là hôm nay")


@pytest.mark.django_db
def test_what_comes_later_that_day_joins_the_letter_that_waits(lead_of_two, clock_at):
    plan()
    make_rule(1)
    late = make_report(
        Report.objects.first().unit, make_period(index=9, title="Báo cáo tháng 9"), due_on=date(2026, 11, 4)
    )
    clock_at("2026-11-05 10:00")
    assert plan() == 2  # with the step for the day itself, passed over
    mail = OutgoingMail.objects.get()
    assert mail.reminders.count() == 4
    assert mail.expires_at.isoformat() == "2026-12-06T01:00:00+00:00"  # that of what is useful longest
    assert f"/report/{late.pk}/" in render(mail).text
    assert InboxMessage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("state", [MailState.IN_FLIGHT, MailState.SENT])
def test_a_letter_that_went_is_followed_by_one_with_the_new_duties_alone(state, lead_of_two, clock_at):
    plan()
    first = OutgoingMail.objects.get()
    lease = first.created_at if state == MailState.IN_FLIGHT else None
    sent_at = first.created_at if state == MailState.SENT else None
    OutgoingMail.objects.update(state=state, next_attempt_at=None, lease_until=lease, sent_at=sent_at)
    make_rule(1)
    make_report(Report.objects.first().unit, make_period(index=9, title="Báo cáo tháng 9"), due_on=date(2026, 11, 4))
    plan()
    second = OutgoingMail.objects.exclude(pk=first.pk).get()
    assert [reminder.duty_text for reminder in second.reminders.all()] == ["Báo cáo tháng 9"]
    assert first.reminders.count() == 3


@pytest.mark.django_db
def test_a_letter_whose_time_is_over_takes_nothing_in(lead_of_two, clock_at):
    plan()
    make_rule(1)
    clock_at("2026-11-06 08:00")
    assert plan() == 2
    assert sorted(mail.reminders.count() for mail in OutgoingMail.objects.all()) == [2, 3]


def mails_are(**values):
    return lambda: OutgoingMail.objects.update(**values)


def another_address():
    lead = User.objects.get()
    lead.email = "moi@example.vn"
    lead.save()


WAITING_LETTERS = {
    "nobody could try it yet": (mails_are(state=MailState.WAITING, trouble=Trouble.UNREACHABLE), [2]),
    "the server put it off": (mails_are(state=MailState.WAITING, attempts=1), [1, 1]),
    "it must not go out yet": (mails_are(not_before=datetime(2026, 11, 4, tzinfo=UTC)), [1, 1]),
    "it goes to an older address": (another_address, [1, 1]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", WAITING_LETTERS)
def test_after_days_without_a_mail_server_one_letter_says_all(what, clock_at):
    happens, rows = WAITING_LETTERS[what]
    make_rule(-3)
    make_rule(-7, PeriodKind.QUARTER)
    make_lead(unit := make_unit())
    make_report(unit)
    make_report(unit, make_period(make_scheme(PeriodKind.QUARTER), title="Quý III", due_on=date(2026, 11, 10)))
    clock_at("2026-11-02 08:00")
    plan()
    happens()
    clock_at("2026-11-03 08:00")
    plan()
    mails = OutgoingMail.objects.order_by("pk")
    assert [mail.reminders.count() for mail in mails] == rows
    assert mails.last().expires_at.isoformat() == "2026-11-10T17:00:00+00:00"  # when the longer of both is over


@pytest.mark.django_db
def test_a_single_duty_is_told_in_its_own_words(clock_at):
    make_rule(0)
    make_lead(unit := make_unit())
    report = make_report(unit)
    clock_at("2026-11-05 08:00")
    plan()
    notice = InboxMessage.objects.get()
    assert (notice.title, notice.unit) == (f"[+0] {MONTHLY_TITLE} – hạn là hôm nay", unit)
    assert notice.url == f"/admin/movements/report/{report.pk}/change/"
    assert "<table width" not in render(OutgoingMail.objects.get()).html.split("Kính gửi")[1]


@pytest.mark.django_db
def test_an_office_without_mail_tells_in_the_inbox(settings, clock_at):
    settings.MAIL_ENABLED = False
    make_rule(0)
    lead = make_lead(unit := make_unit(email="buonho@example.vn"))
    make_report(unit)
    make_report(mailbox := make_unit(email="eakar@example.vn"))
    clock_at("2026-11-05 08:00")
    assert plan() == 2
    assert {(row.unit, row.user, row.state) for row in Reminder.objects.all()} == {
        (unit, lead, "inbox"),
        (mailbox, None, "nobody"),
    }
    assert InboxMessage.objects.count() == 1
    assert not OutgoingMail.objects.exists()


keys = st.lists(st.integers(0, 30), min_size=0, max_size=3, unique=True)


@given(st.lists(keys, max_size=60))
def test_no_recipient_and_no_step_is_split_between_chunks(told):
    people = {key: Recipient(None, f"{key}@example.vn", "") for key in range(31)}
    drafts = [Draft(SimpleNamespace(), tuple(people[key] for key in some) or (None,)) for some in told]
    parts = list(chunks(drafts))
    assert sorted(map(id, drafts)) == sorted(id(draft) for part in parts for draft in part)
    seen = [{r.key for draft in part for r in draft.recipients if r} for part in parts]
    assert sum(map(len, seen)) == len(set().union(*seen))
