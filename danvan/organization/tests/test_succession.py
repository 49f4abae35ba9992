"""What units inherit, what old ones became, how they are called with their past."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from danvan.organization.domain.units.succession import (
    Destination,
    differences,
    lineage,
    name_with_past,
    recompute_inheritance,
    roll_up,
)
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Succession, Unit
from danvan.organization.tests.succession import DAY, dissolved, make_event, merged, renamed, split
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

LATER = date(2026, 3, 1)


@pytest.fixture
def units():
    """a and b merge into c, which is renamed d; d is split into e and f; g is dissolved."""
    found = {name: make_unit(name) for name in "abcdefgh"}
    merged([found["a"], found["b"]], found["c"], effective_on=date(2020, 1, 1))
    renamed(found["c"], found["d"])
    split(found["d"], [found["e"], found["f"]], effective_on=LATER)
    dissolved(found["g"])
    return found


def ids(units, names):
    return [units[name].pk for name in names]


def stored(unit):
    unit.refresh_from_db()
    return unit.inherits, unit.inherits_shares


def test_a_unit_inherits_from_those_before_by_renaming_and_merger_and_not_from_a_split_one(units):
    assert recompute_inheritance([units["a"]]) == 4
    assert {name: stored(units[name]) for name in "abcdefgh"} == {
        "a": ([], False),
        "b": ([], False),
        "c": (ids(units, "ab"), False),
        "d": (ids(units, "abc"), False),
        "e": ([], True),
        "f": ([], True),
        "g": ([], False),
        "h": ([], False),
    }
    assert recompute_inheritance(units.values()) == 0


def test_shares_are_inherited_on(units):
    recompute_inheritance(units.values())
    merged([units["e"]], units["h"], effective_on=date(2026, 5, 1))
    recompute_inheritance([units["h"]])
    assert stored(units["h"]) == (ids(units, "e"), True)


@pytest.mark.parametrize("state", [state for state in ReorganisationState if state != ReorganisationState.IN_EFFECT])
def test_what_has_not_taken_effect_hands_on_nothing(state):
    old, new = make_unit(), make_unit()
    renamed(old, new, state=state)
    assert recompute_inheritance([old, new]) == 0
    assert roll_up([old.pk], DAY) == {old.pk: Destination(old.pk, old.pk)}
    assert (lineage(new).events, name_with_past(new, DAY)) == ((), new.name)


def test_a_transfer_hands_on_nothing_and_leads_nowhere():
    unit = make_unit()
    make_event(ReorganisationKind.TRANSFER, [unit])
    assert recompute_inheritance([unit]) == 0
    assert roll_up([unit.pk], DAY) == {unit.pk: Destination(unit.pk, unit.pk)}
    assert [event.kind for event in lineage(unit).events] == [ReorganisationKind.TRANSFER]


def test_differences_name_what_is_wrong_and_what_it_has_to_be(units):
    recompute_inheritance(units.values())
    assert differences() == []
    Unit.objects.filter(pk=units["d"].pk).update(inherits=[units["h"].pk])
    Unit.objects.filter(pk=units["h"].pk).update(inherits=[units["g"].pk])
    Unit.objects.filter(pk=units["e"].pk).update(inherits_shares=False)
    found = [(unit.name, right.inherits, right.inherits_shares) for unit, right in differences()]
    assert found == [("d", ids(units, "abc"), False), ("e", [], True), ("h", [], False)]


@pytest.mark.parametrize(
    ("name", "day", "unit", "parts"),
    [
        ("a", date(2019, 12, 31), "a", ""),
        ("a", date(2020, 1, 1), "c", ""),
        ("b", DAY, "d", ""),
        ("a", date(2026, 2, 28), "d", ""),
        ("a", LATER, None, "ef"),
        ("d", LATER, None, "ef"),
        ("e", LATER, "e", ""),
        ("g", date(2025, 6, 30), "g", ""),
        ("g", DAY, None, ""),
        ("h", LATER, "h", ""),
    ],
)
def test_what_a_unit_became_until_a_day(units, name, day, unit, parts):
    expected = Destination(units[name].pk, units[unit].pk if unit else None, tuple(ids(units, parts)))
    assert roll_up([units[name].pk], day) == {units[name].pk: expected}


def test_parts_that_come_together_again_are_the_whole(units):
    merged([units["e"], units["f"]], units["h"], effective_on=date(2026, 6, 1))
    day = date(2026, 6, 1)
    assert roll_up(ids(units, "ade"), day) == {pk: Destination(pk, units["h"].pk) for pk in ids(units, "ade")}


def test_a_part_that_was_dissolved_makes_no_whole_of_the_other(units):
    dissolved(units["f"], effective_on=date(2026, 6, 1))
    (found,) = roll_up([units["d"].pk], date(2026, 6, 1)).values()
    assert found == Destination(units["d"].pk, None, (units["e"].pk,), is_lost_in_part=True)
    assert not found.lies_in({units["e"].pk, units["f"].pk})


def test_a_unit_that_was_split_up_lies_where_all_its_parts_lie(units):
    (found,) = roll_up([units["d"].pk], date(2026, 5, 31)).values()
    parts = set(found.parts)
    assert len(parts) == 2
    assert [found.lies_in(ids) for ids in (parts, {*parts, 0}, {found.parts[0]}, set())] == [True, True, False, False]


def test_an_event_dissolves_a_unit_once(units):
    event = dissolved(units["f"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.create(reorganisation=event, predecessor=units["f"])


def test_the_questions_do_not_grow_with_the_units(django_assert_num_queries):
    pairs = [(make_unit(), make_unit()) for _ in range(5)]
    for old, new in pairs:
        renamed(old, new)
    for count in (1, 5):
        with django_assert_num_queries(2):
            roll_up([old.pk for old, _new in pairs[:count]], DAY)


def test_the_line_of_a_unit_holds_its_past_its_future_and_who_shared_the_events(units):
    line = lineage(units["c"])
    assert [unit.name for unit in line.units] == ["a", "b", "c", "d", "e", "f"]
    assert [
        (event.kind, event.effective_on, [u.name for u in event.predecessors], [u.name for u in event.successors])
        for event in line.events
    ] == [
        (ReorganisationKind.MERGE, date(2020, 1, 1), ["a", "b"], ["c"]),
        (ReorganisationKind.RENAME, DAY, ["c"], ["d"]),
        (ReorganisationKind.SPLIT, LATER, ["d"], ["e", "f"]),
    ]
    assert lineage(units["h"]).units == (units["h"],)
    assert [event.successors for event in lineage(units["g"]).events] == [()]


def test_a_name_is_told_with_what_it_was_before():
    new = make_unit("Xã Ea Kar")
    assert name_with_past(new) == "Xã Ea Kar"
    merged([make_unit("Xã Ea Ô"), make_unit("Xã Cư Ni")], new)
    renamed(make_unit("Thị trấn Ea Kar"), new, effective_on=date(2020, 2, 10))
    assert name_with_past(new, date(2026, 1, 1)) == (
        "Xã Ea Kar (trước 01/7/2025: Xã Ea Ô, Xã Cư Ni; trước 10/02/2020: Thị trấn Ea Kar)"
    )
    assert name_with_past(new, date(2025, 6, 30)) == "Xã Ea Kar (trước 10/02/2020: Thị trấn Ea Kar)"


def test_a_ward_is_never_told_to_be_the_district_of_the_same_name():
    """Phường Sơn Trà is a part of quận Sơn Trà, in no way its new name."""
    district = make_unit("Quận Sơn Trà", code="Q-ST")
    ward, other = make_unit("Phường Sơn Trà", code="20263"), make_unit("Phường An Hải", code="20275")
    split(district, [ward, other])
    recompute_inheritance([district])
    assert stored(ward) == ([], True)
    assert roll_up([district.pk], DAY) == {district.pk: Destination(district.pk, None, (ward.pk, other.pk))}


class Chains(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
    def test_a_chain_of_renamings_ends_at_its_last_unit_and_inherits_all(self, gaps):
        """Whatever the days between: what is asked for the last day is the last unit."""
        units = [make_unit()]
        for number, gap in enumerate(gaps):
            units.append(make_unit())
            renamed(units[-2], units[-1], effective_on=date(2010 + number, 1, 1 + gap))
        recompute_inheritance(units[:1])
        last = date(2030, 1, 1)
        assert {found.unit for found in roll_up([u.pk for u in units], last).values()} == {units[-1].pk}
        assert stored(units[-1])[0] == sorted(unit.pk for unit in units[:-1])
        assert Succession.objects.count() == len(gaps)
