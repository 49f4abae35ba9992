"""The tree of units: paths, subtrees, moves in time, and what cannot be placed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from danvan.organization.domain.units.integrity import check_units
from danvan.organization.domain.units.placement import end, move, place, reorder, settle, subordinates
from danvan.organization.models import Unit, UnitPlacement
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
D = date(2025, 7, 1)


@pytest.fixture
def tree():
    units = [make_unit(name) for name in ("Ban", "Xã A", "Thôn A1", "Xã B")]
    place(unit=units[0])
    place(unit=units[1], superior=units[0])
    place(unit=units[2], superior=units[1])
    place(unit=units[3], superior=units[0])
    return units


def names(queryset):
    return sorted(unit.name for unit in queryset)


def rows(unit):
    """The placements of *unit* as (superior, from, to), the oldest first."""
    found = sorted(unit.placements.select_related("superior"), key=lambda row: row.valid_from or date.min)
    return [(row.superior and row.superior.name, row.valid_from, row.valid_to) for row in found]


def drawn(day=D):
    """The tree on *day*, a unit a line, as a list shows it."""
    placements = UnitPlacement.objects.on(day).order_by("list_key").select_related("unit")
    return ["–" * (len(row.path) // 8 - 1) + row.unit.name for row in placements]


def refused(deed, *words, **arguments):
    """*deed* is refused with *words* in the message, and nothing changed."""
    before = sorted(UnitPlacement.objects.values_list())
    with pytest.raises(ValidationError) as error:
        deed(**arguments)
    assert all(word in error.value.message for word in words), error.value.message
    assert sorted(UnitPlacement.objects.values_list()) == before


# --- as it stands -----------------------------------------------------------------------------------------------------


def test_a_subtree_is_the_unit_and_all_under_it(tree):
    ban, commune, village, other = tree
    assert names(Unit.objects.in_subtree(ban)) == ["Ban", "Thôn A1", "Xã A", "Xã B"]
    assert names(Unit.objects.in_subtree(commune)) == ["Thôn A1", "Xã A"]
    assert names(Unit.objects.in_subtree(village)) == ["Thôn A1"]
    assert names(Unit.objects.in_subtree(other)) == ["Xã B"]
    assert names(subordinates(unit=ban, day=D)) == ["Xã A", "Xã B"]


def test_a_unit_that_stands_nowhere_is_its_own_subtree(tree):
    alone = make_unit("Ngoài hệ thống")
    assert names(Unit.objects.in_subtree(alone)) == ["Ngoài hệ thống"]


def test_a_superior_that_stood_nowhere_is_put_at_the_top():
    ban, commune = make_unit("Ban", valid_from=date(2025, 3, 1)), make_unit("Xã A", valid_from=date(2020, 1, 1))
    place(unit=commune, superior=ban)
    assert rows(ban) == [(None, date(2025, 3, 1), None)]
    assert rows(commune) == [("Ban", date(2025, 3, 1), None)]  # as early as both are there


def test_a_unit_that_is_to_end_stands_until_its_last_day(tree):
    district = make_unit("Huyện", valid_to=date(2025, 6, 30))
    place(unit=district, superior=tree[0])
    assert rows(district) == [("Ban", None, date(2025, 6, 30))]


def test_the_tree_is_drawn_in_the_order_of_the_list(tree):
    ban, commune, _village, other = tree
    assert drawn() == ["Ban", "–Xã A", "––Thôn A1", "–Xã B"]
    Unit.objects.filter(pk=commune.pk).update(order=other.order + 1)
    reorder(unit=commune)
    assert drawn() == ["Ban", "–Xã B", "–Xã A", "––Thôn A1"]
    Unit.objects.filter(pk=ban.pk).update(order=999_999)
    reorder(unit=ban)
    assert drawn() == ["Ban", "–Xã B", "–Xã A", "––Thôn A1"]
    assert check_units() == []
    Unit.objects.filter(pk=other.pk).update(order=other.order + 2)
    reorder(unit=other)
    assert drawn() == ["Ban", "–Xã A", "––Thôn A1", "–Xã B"]


def test_what_stands_is_not_placed_by_a_list(tree):
    ban, commune, _village, other = tree
    assert settle(unit=commune, superior=ban) == settle(unit=commune, superior=None) == commune.placements.get()
    refused(settle, unit=commune, superior=other)


def test_a_dissolved_unit_is_not_revived_by_a_list(tree):
    ban, *_others, other = tree
    end(unit=other, last_day=D)
    settle(unit=other, superior=ban)
    assert rows(other) == [("Ban", None, D)]


# --- moves ------------------------------------------------------------------------------------------------------------


def test_a_move_takes_the_subtree_along_and_keeps_what_was(tree):
    ban, commune, village, other = tree
    before = commune.placements.get().pk, village.placements.get().pk
    placement = move(unit=commune, superior=other, effective_on=D)
    assert (placement.superior, placement.valid_from, placement.valid_to) == (other, D, None)
    assert rows(commune) == [("Ban", None, D - DAY), ("Xã B", D, None)]
    assert rows(village) == [("Xã A", None, D - DAY), ("Xã A", D, None)]
    assert before == (commune.placements.get(valid_to=D - DAY).pk, village.placements.get(valid_to=D - DAY).pk)
    assert drawn(D - DAY) == ["Ban", "–Xã A", "––Thôn A1", "–Xã B"]
    assert drawn(D) == ["Ban", "–Xã B", "––Xã A", "–––Thôn A1"]
    assert check_units() == []


def test_what_is_moved_on_the_day_of_a_move_is_corrected(tree):
    ban, commune, village, other = tree
    move(unit=commune, superior=other, effective_on=D)
    move(unit=commune, superior=None, effective_on=D)
    assert rows(commune) == [("Ban", None, D - DAY), (None, D, None)]
    assert drawn(D) == ["Ban", "–Xã B", "Xã A", "–Thôn A1"]
    move(unit=commune, superior=ban, effective_on=D)
    assert rows(commune) == [("Ban", None, None)]
    assert rows(village) == [("Xã A", None, None)]


def test_a_move_to_the_same_superior_changes_nothing(tree):
    ban, commune, *_others = tree
    before = list(UnitPlacement.objects.order_by("pk").values())
    move(unit=commune, superior=ban, effective_on=D)
    assert list(UnitPlacement.objects.order_by("pk").values()) == before


def test_a_move_that_is_known_late_finds_what_was_moved_meanwhile(tree):
    """The commune moved on 1 July, the village in it on 5 July, and then somebody records the one of 1 July."""
    ban, commune, village, other = tree
    later, third = D + 4 * DAY, make_unit("Xã C")
    place(unit=third, superior=ban)
    move(unit=village, superior=third, effective_on=later)
    move(unit=commune, superior=other, effective_on=D)
    assert rows(village) == [("Xã A", None, D - DAY), ("Xã A", D, later - DAY), ("Xã C", later, None)]
    assert drawn(D) == ["Ban", "–Xã B", "––Xã A", "–––Thôn A1", "–Xã C"]
    assert drawn(later) == ["Ban", "–Xã B", "––Xã A", "–Xã C", "––Thôn A1"]
    assert check_units() == []


def test_the_superior_counts_and_not_its_path_when_a_day_is_too_early(tree):
    ban, commune, village, other = tree
    move(unit=commune, superior=other, effective_on=D)
    move(unit=village, superior=ban, effective_on=date(2020, 1, 1))  # under "Xã A" since ever
    assert rows(village) == [("Xã A", None, date(2019, 12, 31)), ("Ban", date(2020, 1, 1), None)]
    assert check_units() == []


def test_units_change_places_in_two_steps(tree):
    ban, commune, village, _other = tree
    move(unit=village, superior=ban, effective_on=D)
    move(unit=commune, superior=village, effective_on=D)
    assert drawn(D - DAY)[:3] == ["Ban", "–Xã A", "––Thôn A1"]
    assert drawn(D)[:3] == ["Ban", "–Thôn A1", "––Xã A"]
    assert check_units() == []


def test_an_end_closes_the_last_placement(tree):
    village = tree[2]
    end(unit=village, last_day=D)
    assert rows(village) == [("Xã A", None, D)]
    end(unit=village, last_day=D)
    refused(end, "Thôn A1", "02/07/2025", unit=village, last_day=D + DAY)
    refused(move, "Thôn A1", "02/07/2025", unit=village, superior=tree[0], effective_on=D + DAY)
    assert check_units() == []


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_unit_stands_at_one_place(tree):
    refused(place, unit=tree[1], superior=tree[3])


@pytest.mark.parametrize("place_of_superior", [1, 2], ids=["itself", "below"])
def test_a_unit_cannot_stand_under_itself(tree, place_of_superior):
    refused(move, "Xã A", "chính mình", unit=tree[1], superior=tree[place_of_superior], effective_on=D)


def test_a_circle_in_days_to_come_is_one(tree):
    _ban, commune, village, other = tree
    move(unit=other, superior=village, effective_on=D + 30 * DAY)
    refused(move, "Xã A", "chính mình", unit=commune, superior=other, effective_on=D)


def test_a_superior_has_to_exist_on_the_day(tree):
    _ban, commune, _village, other = tree
    Unit.objects.filter(pk=other.pk).update(valid_from=D)
    other.refresh_from_db()
    refused(move, "Xã B", "30/06/2025", unit=commune, superior=other, effective_on=D - DAY)
    move(unit=commune, superior=other, effective_on=D)


def test_a_dissolved_unit_is_nobodys_superior(tree):
    _ban, commune, _village, other = tree
    end(unit=other, last_day=D - DAY)
    refused(move, "Xã B", "01/07/2025", unit=commune, superior=other, effective_on=D)
    refused(place, "Xã B", "01/07/2025", unit=make_unit("Mới"), superior=other, valid_from=D)


def test_a_move_is_not_older_than_the_present_placement(tree):
    ban, commune, _village, other = tree
    move(unit=commune, superior=other, effective_on=D)
    refused(move, "Xã A", "01/07/2025", unit=commune, superior=ban, effective_on=D - DAY)
    refused(end, "Xã A", "01/07/2025", unit=commune, last_day=D - DAY)


def test_a_unit_with_units_under_it_does_not_end(tree):
    _ban, commune, village, other = tree
    refused(end, "Xã A", "Thôn A1", unit=commune, last_day=D)
    move(unit=village, superior=other, effective_on=D + DAY)
    end(unit=commune, last_day=D)
    assert rows(commune) == [("Ban", None, D)]


def test_a_unit_that_stands_nowhere_is_neither_moved_nor_ended(tree):
    alone = make_unit("Ngoài hệ thống")
    refused(move, "Ngoài hệ thống", unit=alone, superior=tree[0], effective_on=D)
    refused(end, "Ngoài hệ thống", unit=alone, last_day=D)


def test_there_is_an_end_to_levels():
    unit = None
    for _level in range(25):
        superior, unit = unit, make_unit()
        place(unit=unit, superior=superior)
    refused(place, unit=make_unit(), superior=unit)


# --- the law ----------------------------------------------------------------------------------------------------------

NUMBER = st.integers(0, 5)
SUPERIOR = st.none() | NUMBER
DAYS = st.integers(0, 6).map(lambda days: D + days * DAY)
DEEDS = st.one_of(
    st.tuples(st.just(place), NUMBER, SUPERIOR, st.none() | DAYS),
    st.tuples(st.just(move), NUMBER, SUPERIOR, DAYS),
    st.tuples(st.just(end), NUMBER, st.none(), DAYS),
    st.tuples(st.just(reorder), NUMBER, st.none(), st.integers(0, 999_999)),
)


def do(units, deed, number, superior, value):
    unit, superior = units[number], None if superior is None else units[superior]
    if deed is place:
        place(unit=unit, superior=superior, valid_from=value)
    elif deed is move:
        move(unit=unit, superior=superior, effective_on=value)
    elif deed is end:
        end(unit=unit, last_day=value)
    else:
        Unit.objects.filter(pk=unit.pk).update(order=value)
        reorder(unit=unit)


def walked(unit_id, day):
    """The line of units from the top to the unit with *unit_id* on *day*, by its superiors. Fails on a circle."""
    line = [unit_id]
    while superior := UnitPlacement.objects.on(day).get(unit=line[0]).superior_id:
        assert superior not in line
        line.insert(0, superior)
    return line


@given(st.lists(DEEDS, max_size=14))
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_a_path_is_the_line_of_superiors_on_every_day(deeds):
    UnitPlacement.objects.all().delete()
    Unit.objects.all().delete()
    units = [make_unit() for _ in range(6)]
    for deed in deeds:
        try:
            do(units, *deed)
        except ValidationError:
            continue
    orders = dict(Unit.objects.values_list("pk", "order"))
    for days in range(-1, 9):
        for row in UnitPlacement.objects.on(D + days * DAY):
            line = walked(row.unit_id, D + days * DAY)
            assert row.path == "".join(f"{pk:08d}" for pk in line)
            assert row.list_key == "".join(f"{orders[pk]:06d}{pk:08d}" for pk in line)
    assert check_units() == []
