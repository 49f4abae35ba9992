"""Mails, as a real server receives them: to somebody of a unit, about that unit, and to nobody else."""

from datetime import timedelta

import pytest
import time_machine

from danvan import clock
from danvan.access.roles import Role
from danvan.mail.domain.delivery import drain
from danvan.notices.domain.inbox import tell_unit
from danvan.notices.domain.planner import plan
from danvan.organization.models import Membership
from tests.factories import make_period, make_report, make_rule
from tests.isolation.case import WORDS
from tests.world import traces

pytestmark = [pytest.mark.isolation, pytest.mark.usefixtures("quiet")]

UNITS = ("own", "parent", "child", "sibling", "other")


def test_reminders_and_messages_reach_their_unit_alone(office, mail_server, record_property):
    world = office.world
    # Not before today: some of the office's ghosts were leads yesterday.
    today = clock.today()
    with time_machine.travel(f"{today} 08:00 +0700", tick=True):
        period = make_period()
        make_rule(-3, text="Kính gửi {người nhận}: {đơn vị} gửi {việc} trước {hạn}.", working_days_only=False)
        for name in UNITS:
            side = getattr(world, name)
            make_report(side.unit, period, due_on=today + timedelta(days=3))
            tell_unit(unit=side.unit, title=f"Tin của {side.word}", body=f"Nội dung {side.word}")
        plan()
        drain(worker_id="test")

    leads = Membership.objects.in_force().filter(role=Role.UNIT_LEAD).select_related("user", "unit")
    sides = {getattr(world, name).unit: name for name in UNITS}
    side_of = {lead.user.email: sides[lead.unit] for lead in leads if lead.unit in sides}
    read = {name: [] for name in UNITS}
    for delivery in mail_server.deliveries:
        (recipient,) = delivery.recipients
        name = side_of[recipient]
        parts = [part for part in delivery.message.walk() if part.get_content_maintype() == "text"]
        text = "\n".join(part.get_content() for part in parts)
        told = f"{delivery.message['Subject']}\n{delivery.message['To']}\n{text}"
        foreign = [WORDS[other] for other in (*UNITS, "ban") if other != name]
        assert traces(told, foreign) == [], recipient
        assert delivery.message["Cc"] is delivery.message["Bcc"] is None
        read[name].append(told)
    for name in UNITS:
        assert any(f"Tin của {WORDS[name]}" in told for told in read[name])
        assert any("Báo cáo" in told for told in read[name])
    record_property("figure", f"isolation mails={len(mail_server.deliveries)} of foreign units=0")
