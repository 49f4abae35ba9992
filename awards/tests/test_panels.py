"""The start page: each number leads to exactly the list it counts."""

from datetime import date

import pytest
from django.urls import reverse

from awards.enums import DecisionState, DossierState, NominationState, RoundState
from awards.panels import cards, dossier_tasks
from awards.tests.factories import make_decision, make_dossier, make_nomination, make_round
from tests.factories import logged_in, make_clerk, make_lead, make_leader, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


@pytest.fixture
def office():
    round = make_round()
    make_dossier(round=round, state=DossierState.DRAFT)
    sent = make_dossier(round=round, state=DossierState.SUBMITTED)
    make_nomination(sent)
    received = make_dossier(round=round)
    for state in (
        NominationState.PROPOSED,
        NominationState.PROPOSED,
        NominationState.APPRAISED,
        NominationState.REFUSED,
    ):
        make_nomination(received, state=state)
    for _ in range(3):
        make_nomination(received, state=NominationState.APPROVED)
    rows = [make_nomination(received, state=NominationState.APPROVED)]
    make_decision(rows, DecisionState.AWAITING_NUMBER)
    make_decision([make_nomination(received, state=NominationState.APPROVED)], DecisionState.ISSUED)


@pytest.mark.parametrize(
    ("make_user", "counts"),
    [
        (make_staff, [1, 2, 1, 3]),
        (make_leader, [1]),
        (make_clerk, [1]),
        (make_lead, []),
    ],
)
def test_cards_count_exactly_their_lists(office, make_user, counts):
    user = make_user()
    found = list(cards(user))
    assert [card.count for card in found] == counts
    client = logged_in(user)
    for card in found:
        assert client.get(card.url).context["cl"].queryset.count() == card.count


def test_the_start_page_shows_them(office):
    page = logged_in(make_staff()).get(reverse("admin:index")).content.decode()
    assert "Hồ sơ chờ tiếp nhận" in page and "Đề nghị chờ thẩm định" in page


def test_tasks_of_a_lead():
    unit = make_unit()
    lead = make_lead(unit)
    begun = make_dossier(unit, make_round(title="Đã lập", due_on=date(2016, 1, 10)), state=DossierState.DRAFT)
    back = make_dossier(
        unit,
        make_round(title="Trả lại", state=RoundState.CLOSED),
        state=DossierState.RETURNED,
        supplement_due_on=date(2016, 1, 5),
    )
    make_dossier(unit, make_round(title="Đã gửi"), state=DossierState.SUBMITTED)
    fresh = make_round(title="Chưa lập", due_on=date(2016, 1, 6))
    make_round(title="Chưa mở", opens_on=date(2016, 1, 7), due_on=date(2016, 2, 1))
    make_round(title="Nháp", state=RoundState.DRAFT)
    make_round(title="Đã đóng", state=RoundState.CLOSED)
    tasks = sorted(dossier_tasks(lead), key=lambda task: task.due_on)
    assert [(task.title, task.days_left, task.unit) for task in tasks] == [
        ("Bổ sung hồ sơ bị trả lại: Trả lại", -1, str(unit)),
        ("Lập hồ sơ: Chưa lập", 0, str(unit)),
        ("Hoàn thành và gửi hồ sơ: Đã lập", 4, str(unit)),
    ]
    change = "admin:awards_dossier_change"
    assert [task.url for task in tasks] == [
        reverse(change, args=[back.pk]),
        f"{reverse('admin:awards_dossier_add')}?round={fresh.pk}",
        reverse(change, args=[begun.pk]),
    ]
    client = logged_in(lead)
    for task in tasks:
        assert client.get(task.url).status_code == 200
    assert "Lập hồ sơ: Chưa lập" in client.get(reverse("admin:index")).content.decode()


def test_another_units_dossiers_are_no_tasks():
    make_dossier(
        state=DossierState.RETURNED, supplement_due_on=date(2016, 1, 20), round=make_round(state=RoundState.CLOSED)
    )
    assert list(dossier_tasks(make_lead())) == []
