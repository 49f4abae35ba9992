"""The letters: true at the moment they are sent, or not sent."""

from datetime import date

import pytest
from django.utils import timezone

from danvan.access.roles import Role
from danvan.mail.domain.rendering import NotNow, render
from danvan.mail.models import OutgoingMail
from danvan.notices.domain.inbox import mark_read, tell_unit
from danvan.notices.domain.letters import reminder_letter
from danvan.notices.domain.planner import plan
from danvan.notices.models import InboxMessage, Reminder, ReminderRule
from danvan.organization.enums import ReorganisationState
from danvan.organization.models import Membership, Reorganisation, Succession, Unit, User
from movements.enums import PeriodState, ReportState
from movements.models import Report, ReportingPeriod
from tests.factories import make_lead, make_report, make_rule, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(clock_at):
    """A report of one unit due on 05/11 whose lead was reminded at 08:00 on 02/11; the letter is not sent yet."""
    for days in (-3, 0, 1):
        make_rule(days)
    unit = make_unit("Đảng ủy xã Ea Kar & <b>Krông</b>")
    make_lead(unit, full_name="Y Biêr Niê")
    report = make_report(unit)
    clock_at("2026-11-02 08:00")
    plan()
    return report


def letter():
    return render(OutgoingMail.objects.get())


def test_the_text_is_of_the_day_it_is_sent(planned, clock_at):
    ReminderRule.objects.update(text="Kính gửi {người nhận}: {đơn vị} gửi {việc} trước {hạn} ({còn lại}).")
    clock_at("2026-11-03 07:00")
    message = letter()
    assert message.subject == "[-3] Báo cáo công tác dân vận tháng 10/2026 – còn 2 ngày"
    told = "Kính gửi đồng chí Y Biêr Niê: Đảng ủy xã Ea Kar & <b>Krông</b> gửi Báo cáo công tác dân vận tháng 10/2026"
    assert f"{told} trước 05/11/2026 (còn 2 ngày)." in message.text
    assert f"http://127.0.0.1:8000/admin/movements/report/{planned.pk}/change/" in message.text
    assert "Ea Kar &amp; &lt;b&gt;Krông&lt;/b&gt; gửi" in message.html
    assert "<b>" not in message.html


def test_a_letter_that_is_not_sent_leaves_no_trace_of_having_been(planned, clock_at):
    letter()
    letter()
    assert list(Reminder.objects.values_list("state", flat=True)) == ["mailed"]


LATER_TRUTHS = {
    "sent": lambda r: Report.objects.filter(pk=r.pk).update(
        state=ReportState.SUBMITTED, arrived_on=date(2026, 11, 2), came_on=date(2026, 11, 2), first_submitted_at=None
    ),
    "exempt": lambda r: Report.objects.filter(pk=r.pk).update(state=ReportState.EXEMPT),
    "extended": lambda r: Report.objects.filter(pk=r.pk).update(due_on=date(2026, 11, 20)),
    "period closed": lambda r: ReportingPeriod.objects.update(state=PeriodState.CLOSED),
    "lead replaced": lambda r: Membership.objects.filter(unit=r.unit).update(valid_to=date(2026, 11, 1)),
    "unit dissolved": lambda r: Unit.objects.filter(pk=r.unit_id).update(valid_to=date(2026, 11, 1)),
    "rule out of use": lambda r: ReminderRule.objects.update(is_active=False),
}


def another_lead(report):
    Membership.objects.filter(unit=report.unit).update(valid_to=date(2026, 11, 1))
    return make_lead(report.unit, email="moi@example.vn")


def another_address(report):
    lead = User.objects.get(memberships__unit=report.unit)
    lead.email = "moi@example.vn"
    lead.save()


def exempted_by_mistake(report):
    return Report.objects.filter(pk=report.pk).update(state=ReportState.EXEMPT)


TRUE_AGAIN = {
    "another lead": (another_lead, lambda r: None, "moi@example.vn"),
    "another address": (another_address, lambda r: None, "moi@example.vn"),
    "exempted by mistake": (exempted_by_mistake, lambda r: Report.objects.update(state=ReportState.EXPECTED), None),
    "due date there and back": (
        LATER_TRUTHS["extended"],
        lambda r: Report.objects.update(due_on=date(2026, 11, 5)),
        None,
    ),
    "a later hour of the step": (lambda r: ReminderRule.objects.update(hour=9), lambda r: None, None),
}


@pytest.mark.parametrize("what", TRUE_AGAIN)
def test_what_was_not_said_and_comes_true_again_is_said_once(what, planned, clock_at):
    away, back, address = TRUE_AGAIN[what]
    to = address or OutgoingMail.objects.get().to
    away(planned)
    assert letter() is None
    plan()  # whatever of it is not true yet stays unsaid
    back(planned)
    clock_at("2026-11-02 09:00")
    plan()
    assert plan() == 0
    mail = OutgoingMail.objects.latest("pk")
    assert (mail.to, render(mail).subject[:4]) == (to, "[-3]")
    said = Reminder.objects.get(state="mailed")
    assert (said.mail, said.address, InboxMessage.objects.filter(recipient=said.user).exists()) == (mail, to, True)


@pytest.mark.parametrize("what", LATER_TRUTHS)
def test_what_happened_since_stops_the_letter_and_the_ledger_says_so(what, planned):
    LATER_TRUTHS[what](planned)
    assert letter() is None
    assert Reminder.objects.get().state == "not_needed"


def test_an_overtaken_letter_is_not_sent(planned, clock_at):
    clock_at("2026-11-05 08:00")
    assert letter() is None


def test_a_new_lead_beside_the_old_one_changes_nothing(planned):
    make_lead(planned.unit)
    assert letter() is not None


def test_of_two_duties_in_one_letter_the_settled_one_is_left_out(clock_at):
    make_rule(0)
    one, two, three = (make_unit() for _ in range(3))
    lead = make_lead(one)
    for unit in (two, three):
        Membership.objects.create(user=lead, unit=unit, role=Role.UNIT_LEAD)
    reports = [make_report(unit) for unit in (one, two, three)]
    clock_at("2026-11-05 08:00")
    plan()
    Report.objects.filter(pk=reports[1].pk).update(state=ReportState.EXEMPT)
    message = letter()
    assert message.subject == "[+0] Báo cáo công tác dân vận tháng 10/2026 – hạn là hôm nay (và 1 việc khác)"
    assert [f"/report/{report.pk}/" in message.text for report in reports] == [True, False, True]
    assert list(Reminder.objects.order_by("object_id").values_list("state", flat=True)) == [
        "mailed",
        "not_needed",
        "mailed",
    ]


def test_a_message_to_a_unit_goes_to_each_lead_by_inbox_and_mail(clock_at):
    clock_at("2026-11-02 08:00")
    unit, other = make_unit(), make_unit(email="hop-thu@example.vn")
    lead, without_address = make_lead(unit), make_lead(unit, email="")
    make_lead(other)
    tell_unit(unit=unit, title="Đề nghị bổ sung", body="Thiếu số mô hình.", url="/admin/")
    assert list(InboxMessage.objects.order_by("pk").values_list("recipient", "title")) == [
        (lead.pk, "Đề nghị bổ sung"),
        (without_address.pk, "Đề nghị bổ sung"),
    ]
    message = letter()
    assert OutgoingMail.objects.get().to == lead.email
    assert message.subject == "Đề nghị bổ sung"
    assert "Thiếu số mô hình." in message.text


def test_a_message_that_was_read_is_not_mailed_any_more(clock_at):
    unit = make_unit()
    lead = make_lead(unit)
    (message,) = tell_unit(unit=unit, title="Đề nghị bổ sung")
    mark_read(message=message, actor=lead)
    assert letter() is None


def test_nobody_marks_the_message_of_another_as_read():
    unit = make_unit()
    make_lead(unit)
    (message,) = tell_unit(unit=unit, title="Đề nghị bổ sung")
    mark_read(message=message, actor=make_lead(unit))
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("kind", ["merge", "split", "dissolve"])
def test_a_message_to_a_unit_that_has_ended_goes_to_the_one_it_wholly_became(clock_at, kind):
    clock_at("2026-11-02 08:00")
    old, new, part = make_unit(valid_to=date(2026, 10, 31)), make_unit(), make_unit()
    lead, _other = make_lead(new), make_lead(part)
    event = Reorganisation.objects.create(
        kind=kind, decree="12-QĐ/TU", effective_on=date(2026, 11, 1), state=ReorganisationState.IN_EFFECT
    )
    for successor in {"merge": [new], "split": [new, part], "dissolve": [None]}[kind]:
        Succession.objects.create(reorganisation=event, predecessor=old, successor=successor)
    tell_unit(unit=old, title="Kết quả")
    told = [(lead.pk, old.pk)] if kind == "merge" else []
    assert list(InboxMessage.objects.values_list("recipient", "unit")) == told


def test_a_letter_costs_few_questions_and_none_more_for_many_duties(planned, clock_at, django_assert_num_queries):
    mail, read_together = OutgoingMail.objects.get(), {}
    mail.shared = read_together
    with django_assert_num_queries(5):  # rows, rules, holidays, duties, leads
        assert reminder_letter(mail) is not None
    lead = Membership.objects.get(unit=planned.unit).user
    for _ in range(2):
        Membership.objects.create(user=lead, unit=(unit := make_unit()), role=Role.UNIT_LEAD)
        make_report(unit)
    plan()
    mail = OutgoingMail.objects.get()
    mail.shared = read_together
    with django_assert_num_queries(3):  # rows, duties, leads: the truth of each letter is asked anew
        assert "3. Báo cáo" in reminder_letter(mail).text


@pytest.mark.parametrize(
    ("now", "until"), [("2026-11-04 06:59", "2026-11-04 07:00"), ("2026-11-04 18:00", "2026-11-05 07:00")]
)
def test_outside_working_hours_a_letter_waits(now, until, planned, clock_at):
    clock_at(now)
    with pytest.raises(NotNow) as wait:
        letter()
    assert f"{timezone.localtime(wait.value.until):%Y-%m-%d %H:%M}" == until
    assert Reminder.objects.get().state == "mailed"
    Report.objects.update(state=ReportState.EXEMPT)
    assert letter() is None  # what is settled needs no working hours


def test_what_people_type_is_escaped_in_the_html_letter_and_whole_in_the_plain_one(planned, clock_at):
    ReminderRule.objects.update(text="<script>x</script> {đơn vị}\n{còn lại}")
    clock_at("2026-11-03 07:00")
    message = letter()
    assert "<script>x</script> Đảng ủy xã Ea Kar & <b>Krông</b>\ncòn 2 ngày" in message.text
    assert (
        "&lt;script&gt;x&lt;/script&gt; Đảng ủy xã Ea Kar &amp; &lt;b&gt;Krông&lt;/b&gt;<br>còn 2 ngày" in message.html
    )
