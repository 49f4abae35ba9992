"""Who looks after which units, what an officer's lists open on, and handing over."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from danvan import clock
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.domain.people.assignments import (
    charge_of,
    hand_over,
    officers,
    officers_of,
    units_in_charge_of,
)
from danvan.organization.domain.units.placement import settle
from danvan.organization.models import Area, Assignment, Cluster
from danvan.workflow import NotAllowed, Refused
from movements.enums import ReportState
from tests.factories import (
    logged_in,
    make_administrator,
    make_lead,
    make_leader,
    make_period,
    make_report,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer():
    return make_staff(full_name="Trần Thị Thu Hà")


def make_area(name, parent=None):
    return Area.objects.create(name=name, level="commune", parent=parent)


def assign(officer, **fields):
    return Assignment.objects.create(officer=officer, **fields)


# --- which units ------------------------------------------------------------------------------------------------------


def test_an_area_stands_for_everything_in_it(officer):
    province = make_area("Tỉnh Đắk Lắk")
    commune = make_area("Xã Ea Kar", province)
    village = make_area("Buôn Trưng", commune)
    other = make_area("Tỉnh Gia Lai")
    inside = {make_unit(area=area) for area in (commune, village)}
    make_unit(area=province), make_unit(area=other), make_unit()
    assign(officer, area=commune)
    assert set(units_in_charge_of(officer)) == inside


def test_a_unit_stands_for_all_under_it_on_the_day(officer):
    top, below, beside = make_unit(), make_unit(), make_unit()
    settle(unit=top, superior=None), settle(unit=below, superior=top), settle(unit=beside, superior=None)
    alone = make_unit()
    assign(officer, unit=top)
    assign(officer, unit=alone)
    assert set(units_in_charge_of(officer)) == {top, below, alone}


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (None, date(2026, 11, 9), False),
        (date(2026, 11, 11), None, False),
    ],
)
def test_from_its_first_day_to_its_last(officer, first, last, holds):
    unit = make_unit()
    assign(officer, unit=unit, valid_from=first, valid_to=last)
    assert (unit in units_in_charge_of(officer)) is holds


def test_the_stand_in_looks_after_it_as_well(officer):
    unit, stand_in = make_unit(), make_staff()
    assign(officer, unit=unit, stand_in=stand_in)
    assert list(units_in_charge_of(stand_in)) == [unit]
    assert list(units_in_charge_of(make_staff())) == []


def test_asked_by_unit_the_officers_are_those_who_look_after_it(officer, django_assert_num_queries):
    """As asked by officer, for units of every standing; the stand-in only where the officer serves no more."""
    province = make_area("Tỉnh Đắk Lắk")
    commune = make_area("Xã Ea Kar", province)
    top, below, alone = make_unit(area=province), make_unit(area=commune), make_unit()
    settle(unit=top, superior=None), settle(unit=below, superior=top)
    deputy, former, left = make_staff(), make_staff(), make_staff(is_active=False)
    assign(officer, area=province, stand_in=deputy)
    assign(deputy, unit=alone)
    assign(left, unit=alone, stand_in=officer)
    assign(former, unit=top, valid_to=date(2026, 11, 9))
    units = [top, below, alone, make_unit()]
    with django_assert_num_queries(3):
        found = officers_of([unit.pk for unit in units])
    assert found == {top.pk: {officer}, below.pk: {officer}, alone.pk: {officer, deputy}}
    assert set(units_in_charge_of(officer).values_list("pk", flat=True)) == set(found)


def test_it_costs_one_question_and_units_none(officer, django_assert_num_queries):
    area = make_area("Xã Ea Kar")
    for _ in range(3):
        unit = make_unit()
        settle(unit=unit, superior=None)
        assign(officer, unit=unit)
    assign(officer, area=area)
    officer.roles  # noqa: B018 - read before counting
    with django_assert_num_queries(2):
        assert charge_of(officer).count() == 3
    with django_assert_num_queries(0):
        charge_of(officer)
    lead = make_lead()
    lead.roles  # noqa: B018
    with django_assert_num_queries(0):
        assert charge_of(lead) is None


# --- what lists open on -----------------------------------------------------------------------------------------------


@pytest.fixture
def two(officer):
    mine, other = make_unit("Đảng ủy xã Ea Kar"), make_unit("Đảng ủy xã Cư Kuin")
    assign(officer, unit=mine)
    period = make_period()
    return [make_report(unit, period) for unit in (mine, other)]


def shown(user, name, **query):
    page = logged_in(user).get(reverse(f"admin:{name}_changelist"), query)
    return set(page.context["cl"].result_list), page.content.decode()


def test_a_list_opens_on_the_own_charge_and_says_so(officer, two):
    mine, _other = two
    rows, text = shown(officer, "movements_report")
    assert rows == {mine}
    assert "Đang chỉ xem địa bàn đồng chí phụ trách." in text and "charge=all" in text
    rows, text = shown(officer, "movements_report", charge="all")
    assert rows == set(two)
    assert "Đang xem tất cả đơn vị." in text and "charge=mine" in text
    assert shown(officer, "movements_report", charge="nonsense")[0] == {mine}


def test_others_see_all_without_a_word(two):
    for user in (make_staff(), make_leader(), make_administrator()):
        rows, text = shown(user, "movements_report")
        assert rows == set(two) and "dv-charge" not in text
    lead = make_lead(two[1].unit)
    assert shown(lead, "movements_report", charge="mine")[0] == {two[1]}
    assert shown(lead, "movements_report", charge="all")[0] == {two[1]}


def test_the_list_of_units_opens_on_them_too(officer, two):
    rows, _text = shown(officer, "organization_unit")
    assert rows == {two[0].unit}
    assert {report.unit for report in two} <= shown(officer, "organization_unit", charge="all")[0]


@pytest.mark.parametrize(
    "name", ["movements_exemplar", "movements_registration", "awards_dossier", "awards_nomination", "organization_unit"]
)
def test_every_list_of_units_work_has_the_line(officer, two, name):
    assert "Đang chỉ xem địa bàn" in shown(officer, name)[1]


def test_the_board_opens_on_the_own_charge(officer, two):
    client = logged_in(officer)
    text = client.get(reverse("admin:movements_board")).content.decode()
    assert two[0].unit.name in text and two[1].unit.name not in text
    assert "Đang chỉ xem địa bàn đồng chí phụ trách." in text
    text = client.get(reverse("admin:movements_board"), {"charge": "all"}).content.decode()
    assert two[0].unit.name in text and two[1].unit.name in text
    text = logged_in(make_staff()).get(reverse("admin:movements_board")).content.decode()
    assert two[1].unit.name in text and "dv-charge" not in text


def length_of_list(page):
    listed = page.context.get("cl")
    return len(page.context["rows"]) if listed is None else listed.result_count


def test_the_numbers_of_the_start_page_count_exactly_their_lists(officer, two):
    """Two units are late, nobody would hear of it, and a third sent its report without a signed copy."""
    make_report(make_unit(), two[0].period, state=ReportState.ACCEPTED, first_submitted_at=clock.now())
    client = logged_in(officer)
    cards = client.get(reverse("admin:index")).context["page"].cards
    assert {card.title: card.count for card in cards if card.count} == {
        "Báo cáo quá hạn": 2,
        "Báo cáo thiếu bản đã ký": 1,
        "Đơn vị chưa có người nhận nhắc việc": 2,
    }
    for card in cards:
        assert length_of_list(client.get(card.url)) == card.count


def test_a_cluster_narrows_units_and_the_board(officer, two):
    cluster = Cluster.objects.create(name="Cụm số 3", year=2026)
    cluster.members.add(two[1].unit)
    staff = make_staff()
    assert shown(staff, "organization_unit", cluster=cluster.pk)[0] == {two[1].unit}
    board = reverse("admin:movements_board")
    text = logged_in(staff).get(board, {"cluster": cluster.pk}).content.decode()
    assert two[1].unit.name in text and two[0].unit.name not in text
    assert two[1].unit.name not in logged_in(officer).get(board, {"cluster": cluster.pk}).content.decode()


# --- pages ------------------------------------------------------------------------------------------------------------


def test_only_who_serves_at_the_ban_is_offered(officer):
    closed = make_staff(is_active=False)
    council, lead = make_user(Role.COUNCIL_MEMBER), make_lead()
    assert officer in officers()
    assert not {closed, council, lead} & set(officers())
    client, unit = logged_in(make_administrator()), make_unit()
    sent = {"unit": unit.pk, "valid_from": "01/01/2026"}
    add = reverse("admin:organization_assignment_add")
    assert client.post(add, sent | {"officer": lead.pk}).context["adminform"].form.errors["officer"]
    assert client.post(add, sent | {"officer": officer.pk}).status_code == 302
    assert Assignment.objects.get().unit == unit


@pytest.mark.parametrize("both", [False, True])
def test_an_area_or_a_unit_and_not_both(officer, both):
    sent = {"officer": officer.pk}
    sent |= {"unit": make_unit().pk, "area": make_area("Xã Ea Kar").pk} if both else {}
    answer = logged_in(make_administrator()).post(reverse("admin:organization_assignment_add"), sent)
    assert answer.context["adminform"].form.non_field_errors() == [
        "Chọn một địa bàn hoặc một đơn vị, không chọn cả hai."
    ]


def test_an_assignment_of_somebody_who_left_can_still_be_ended(officer):
    row = assign(officer, unit=make_unit())
    officer.is_active = False
    officer.save()
    sent = {"officer": officer.pk, "unit": row.unit_id, "valid_to": "10/11/2026", "_version": "0"}
    page = reverse("admin:organization_assignment_change", args=[row.pk])
    assert logged_in(make_administrator()).post(page, sent).status_code == 302


def test_the_head_of_a_cluster_is_a_member():
    head, member = make_unit(), make_unit()
    client, add = logged_in(make_staff()), reverse("admin:organization_cluster_add")
    sent = {"name": "Cụm số 3", "kind": "cluster", "year": "2026", "head": head.pk, "members": [member.pk]}
    assert client.post(add, sent).context["adminform"].form.errors["head"]
    assert client.post(add, sent | {"members": [head.pk, member.pk]}).status_code == 302
    assert set(Cluster.objects.get().members.all()) == {head, member}


# --- handing over -----------------------------------------------------------------------------------------------------


def test_the_old_ends_and_the_new_begins_on_the_next_day(officer):
    to, stand_in, unit = make_staff(), make_staff(), make_unit()
    row = assign(officer, unit=unit, stand_in=stand_in, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))
    (new,) = hand_over(assignments=[row], to=to, last_day=date(2026, 11, 15), actor=make_leader())
    row.refresh_from_db()
    assert row.valid_to == date(2026, 11, 15)
    assert (new.officer, new.unit, new.stand_in) == (to, unit, stand_in)
    assert (new.valid_from, new.valid_to) == (date(2026, 11, 16), date(2026, 12, 31))
    assert Activity.objects.of(row).first().action == "hand_over_assignment"
    for day, who in ((date(2026, 11, 15), officer), (date(2026, 11, 16), to)):
        assert [user for user in (officer, to) if unit in units_in_charge_of(user, day)] == [who]


def test_who_takes_over_is_no_stand_in_of_the_own(officer):
    to = make_staff()
    (new,) = hand_over(
        assignments=[assign(officer, unit=make_unit(), stand_in=to)], to=to, last_day=TODAY, actor=make_leader()
    )
    assert (new.officer, new.stand_in) == (to, None)


@pytest.mark.parametrize(
    "days", [{"valid_to": TODAY}, {"valid_to": date(2026, 11, 1)}, {"valid_from": date(2026, 11, 11)}]
)
def test_all_or_none_are_handed_over(officer, days):
    good, bad = assign(officer, unit=make_unit()), assign(officer, unit=make_unit(), **days)
    with pytest.raises(Refused):
        hand_over(assignments=[good, bad], to=make_staff(), last_day=TODAY, actor=make_leader())
    assert Assignment.objects.count() == 2


def test_not_to_the_same_officer_nor_to_somebody_outside(officer):
    row = assign(officer, unit=make_unit())
    with pytest.raises(Refused):
        hand_over(assignments=[row], to=officer, last_day=TODAY, actor=make_leader())
    with pytest.raises(ValidationError) as refused:
        hand_over(assignments=[row], to=make_lead(), last_day=TODAY, actor=make_leader())
    assert "to" in refused.value.message_dict
    for actor in (make_staff(), make_lead()):
        with pytest.raises(NotAllowed):
            hand_over(assignments=[row], to=make_staff(), last_day=TODAY, actor=actor)


def test_the_action_asks_and_does(officer):
    row, to = assign(officer, unit=make_unit("Đảng ủy xã Ea Kar")), make_staff()
    client, page = logged_in(make_leader()), reverse("admin:organization_assignment_changelist")
    sent = {"action": "hand_over", "_selected_action": [row.pk]}
    assert "Đảng ủy xã Ea Kar" in client.post(page, sent).content.decode()
    refused = client.post(page, sent | {"confirmed": "1", "to": officer.pk, "last_day": "10/11/2026"})
    assert "vẫn là cán bộ này" in refused.content.decode()
    client.post(page, sent | {"confirmed": "1", "to": to.pk, "last_day": "10/11/2026"})
    assert Assignment.objects.get(officer=to).valid_from == date(2026, 11, 11)
