"""The planner as beat and a worker run it, each in a process of its own, down to the mail server."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from danvan import clock
from danvan.notices.models import Reminder
from movements.enums import ReportState
from tests.factories import make_lead, make_report, make_rule, make_unit
from tests.plugin import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.mark.once
def test_who_has_not_sent_gets_a_letter_and_who_has_gets_none(mail_server, celery_worker, celery_beat):
    make_rule(-3, subject="Cần gửi {việc} – {còn lại}")
    late, sent = make_unit(), make_unit()
    lead = make_lead(late)
    make_lead(sent)
    make_report(late)
    make_report(sent, state=ReportState.RECEIVED, channel="paper", arrived_on=datetime(2026, 11, 1).date())
    clock.shift_to(datetime(2026, 11, 3, 8, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
    try:
        celery_worker()
        celery_beat(PLANNER_SECONDS=1, MAIL_SWEEP_SECONDS=1)
        wait_until(lambda: mail_server.deliveries, 30)
        wait_until(lambda: Reminder.objects.get().mail.state == "sent", 10)
    finally:
        clock.reset()
    assert [delivery.recipients for delivery in mail_server.deliveries] == [(lead.email,)]
    subject = mail_server.deliveries[0].message["Subject"].strip()  # an encoded subject may begin on the next line
    assert subject == ("Cần gửi Báo cáo công tác dân vận tháng 10/2026 – còn 2 ngày")
