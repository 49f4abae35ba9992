"""Ten days without anything that plans or sends, over many steps."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from danvan import clock
from danvan.mail.domain.queue import enqueue_many
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail
from danvan.notices.enums import ReminderState
from danvan.notices.models import Reminder
from danvan.organization.models import User
from movements.domain.report import extend, submit
from movements.models import Report
from tests.factories import make_staff
from tests.reliability import notice, office
from tests.reliability.house import Finding, House
from tests.reliability.machines import wait_until

STEPS = (-7, -5, -3, -2, -1, 0, 1, 3)
BEGINS = datetime(2026, 10, 16, 9, tzinfo=office.HANOI)  # a Friday, seven days before the due date
ENDS = datetime(2026, 10, 26, 9, tzinfo=office.HANOI)  # the Monday three days after it
EXTENDED_TO = date(2026, 10, 29)
GROUP = 40
INVITED = 10
PASS_ENDED = "plan_reminders["
SENDS, LATER, OWES = "has sent in the meantime", "is due later", "still owes"


def ten_days(house: House) -> Finding:
    """Letters of the first step wait when everything stops; some units report, some are given more time.

    Afterwards each that still owes gets the one letter of its present step, and no other.
    """
    addresses = office.set_up(3 * GROUP, STEPS)
    groups = {address: (SENDS, LATER, OWES)[number % 3] for number, address in enumerate(addresses)}
    invited = [f"hop{number}@daklak.example" for number in range(INVITED)]
    clock.shift_to(BEGINS)
    enqueue_many(notice.letters(invited, "Mời họp giao ban", expires_at=BEGINS + timedelta(days=1)))
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING)
    with house.open(is_reachable=False) as (machines, _nowhere):
        machines.start_worker()
        machines.wait_for_workers()
        machines.five_ticks()
        wait_until(lambda: waiting.count() == len(addresses + invited), 30, "letters that wait for the mail server")
    what_happens_meanwhile(groups)
    clock.shift_to(ENDS)
    with house.open(MAIL_SWEEP_SECONDS=1, PLANNER_SECONDS=1) as (machines, post_office):
        worker = machines.start_worker()
        machines.start_beat()
        machines.wait_for_workers()
        wait_until(lambda: len(post_office.arrivals) >= 2 * GROUP, 60, "the letters of the present step")
        ticks = worker.times(PASS_ENDED)
        wait_until(lambda: worker.times(PASS_ENDED) >= ticks + 3, 60, "three more passes of the planner")
        wait_until(lambda: not OutgoingMail.objects.filter(state__in=MailState.OPEN).exists(), 60, "the last letter")
    return judge(groups, post_office)


def what_happens_meanwhile(groups) -> None:
    clock.shift_to(BEGINS + timedelta(days=5))
    staff, leads = make_staff(), {user.email: user for user in User.objects.all()}
    Report.objects.update(results="Đã vận động 12 hộ hiến đất mở đường.")
    for report in Report.objects.select_related("unit", "period"):
        lead = leads[f"{report.unit.code.lower()}@daklak.example"]
        if groups[lead.email] == SENDS:
            submit(obj=report, actor=lead)
        elif groups[lead.email] == LATER:
            extend(obj=report, actor=staff, new_due_on=EXTENDED_TO, reason="Bão số 9")


def judge(groups, post_office) -> Finding:
    expected = {LATER: ["[-3]"], OWES: ["[+3]"]}
    arrived = defaultdict(list)
    for arrival in post_office.arrivals:
        arrived[arrival.recipient].append(arrival.subject.split()[0])
    to_senders = sum(len(arrived[address]) for address, group in groups.items() if group == SENDS)
    lost = sum(not arrived[address] for address, group in groups.items() if group != SENDS)
    stale = sum(step not in expected.get(groups.get(address), []) for address in arrived for step in arrived[address])
    current = sum(arrived[address] == expected.get(group) for address, group in groups.items())
    missed = Reminder.objects.filter(state=ReminderState.MISSED).count()
    expired = OutgoingMail.objects.filter(state=MailState.EXPIRED, trouble=Trouble.OVERDUE).count()
    problems = {
        f"{stale} stale letters": stale,
        f"{to_senders} reminders to who had reported": to_senders,
        f"{lost} lost": lost,
        f"{current} got the letter of the present step, {2 * GROUP} should": current != 2 * GROUP,
        "no step was passed over": not missed,
        f"{expired} letters retired as overdue": expired != len(groups) + INVITED,
    }
    line = (
        f"days={(ENDS - BEGINS).days} duties={len(groups)} steps={len(STEPS)} stale={stale} to_senders={to_senders}"
        f" lost={lost} current={current} missed={missed} expired={expired}"
    )
    return Finding(line, [words for words, broken in problems.items() if broken])
