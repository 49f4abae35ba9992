"""Registrations: sending gives a model its life; what comes back is told."""

from datetime import date

import pytest
import time_machine

from danvan.access.panels import start_page
from danvan.notices.models import InboxMessage
from danvan.workflow import Refused
from movements.domain import registration as domain
from movements.enums import RegistrationState, RegistrationStatus
from movements.models import Exemplar
from tests.factories import make_campaign, make_exemplar, make_lead, make_registration, make_staff, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_window():
    with time_machine.travel("2026-02-02 09:00 +0700", tick=False):
        yield


@pytest.fixture
def registration():
    return make_registration(make_unit("Đảng ủy xã Ea Kar"), "Tiếng kẻng an ninh")


def test_sending_makes_the_model(registration):
    registration = domain.submit(obj=registration, actor=make_lead(registration.unit))
    assert registration.exemplar == Exemplar.objects.get()
    assert (registration.exemplar.name, registration.exemplar.unit) == ("Tiếng kẻng an ninh", registration.unit)
    assert registration.status == RegistrationStatus.NEW


def test_a_model_of_the_same_name_lives_on(registration):
    known = make_exemplar(registration.unit, "Tiếng kẻng an ninh")
    registration = domain.submit(obj=registration, actor=make_lead(registration.unit))
    assert (registration.exemplar, registration.status) == (known, RegistrationStatus.CONTINUED)
    assert Exemplar.objects.count() == 1


def test_a_model_of_that_name_elsewhere_is_another_one(registration):
    make_exemplar(make_unit(), "Tiếng kẻng an ninh")
    domain.submit(obj=registration, actor=make_lead(registration.unit))
    assert Exemplar.objects.count() == 2


def test_what_continues_says_which_model(registration):
    registration.status = RegistrationStatus.CONTINUED
    registration.save()
    with pytest.raises(Refused, match="chọn mô hình mà đăng ký này tiếp tục"):
        domain.submit(obj=registration, actor=make_lead(registration.unit))
    assert not Exemplar.objects.exists()


@pytest.mark.parametrize(
    ("day", "opens", "late"),
    [("2026-01-04", False, None), ("2026-01-05", True, False), ("2026-03-31", True, False), ("2026-04-01", True, True)],
)
def test_the_window_counts_its_first_and_last_day(day, opens, late):
    campaign = make_campaign(registration_opens=date(2026, 1, 5), registration_closes=date(2026, 3, 31))
    registration = make_registration(make_unit(), campaign=campaign)
    with time_machine.travel(f"{day} 23:59 +0700", tick=False):
        if not opens:
            with pytest.raises(Refused, match="từ ngày 05/01/2026"):
                domain.submit(obj=registration, actor=make_lead(registration.unit))
            return
        assert domain.submit(obj=registration, actor=make_lead(registration.unit)).is_late is late


@pytest.mark.parametrize(
    ("deed", "title"),
    [(domain.return_, "Đề nghị bổ sung, chỉnh sửa đăng ký mô hình"), (domain.decline, "Không công nhận mô hình")],
)
def test_the_leads_are_told_why(registration, deed, title):
    lead, stranger = make_lead(registration.unit), make_lead()
    registration = domain.submit(obj=registration, actor=lead)
    deed(obj=registration, actor=make_staff(), reason="Thiếu địa điểm")
    message = InboxMessage.objects.get()
    reason, *by = message.body.splitlines()
    assert (message.recipient, reason) == (lead, "Thiếu địa điểm")
    until = ["Đề nghị bổ sung, chỉnh sửa chậm nhất hết ngày 09/02/2026."]
    assert by == (until if deed is domain.return_ else [])
    assert message.title == f"{title}: Tiếng kẻng an ninh"
    assert stranger.pk != message.recipient_id


def test_a_returned_registration_is_a_task_of_its_unit_alone(registration):
    lead = make_lead(registration.unit)
    registration = domain.submit(obj=registration, actor=lead)
    assert start_page(lead).tasks == []
    domain.return_(obj=registration, actor=make_staff(), reason="Thiếu địa điểm")
    assert [task.title for task in start_page(lead).tasks] == ["Bổ sung đăng ký mô hình: Tiếng kẻng an ninh"]
    assert start_page(make_lead()).tasks == []


def test_staff_see_how_many_wait(registration):
    domain.submit(obj=registration, actor=make_lead(registration.unit))
    make_registration(make_unit(), state=RegistrationState.DRAFT)
    [card] = [card for card in start_page(make_staff()).cards if "Đăng ký" in card.title]
    assert card.count == 1
