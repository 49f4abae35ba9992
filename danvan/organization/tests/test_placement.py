"""The tree of units: paths, subtrees, and what cannot be placed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from danvan.organization.domain.placement import place
from danvan.organization.models import Unit, UnitPlacement
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


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


def test_a_subtree_is_the_unit_and_all_under_it(tree):
    ban, commune, village, other = tree
    assert names(Unit.objects.in_subtree(ban)) == ["Ban", "Thôn A1", "Xã A", "Xã B"]
    assert names(Unit.objects.in_subtree(commune)) == ["Thôn A1", "Xã A"]
    assert names(Unit.objects.in_subtree(village)) == ["Thôn A1"]
    assert names(Unit.objects.in_subtree(other)) == ["Xã B"]


def test_a_unit_that_stands_nowhere_is_its_own_subtree(tree):
    alone = make_unit("Ngoài hệ thống")
    assert names(Unit.objects.in_subtree(alone)) == ["Ngoài hệ thống"]


def test_the_tree_is_asked_as_it_stood_on_a_day(tree):
    ban, _commune, _village, other = tree
    UnitPlacement.objects.filter(unit=other).update(valid_to=date(2025, 6, 30))
    assert "Xã B" in names(Unit.objects.in_subtree(ban, date(2025, 6, 30)))
    assert "Xã B" not in names(Unit.objects.in_subtree(ban, date(2025, 7, 1)))


def test_a_unit_stands_at_one_place(tree):
    with pytest.raises(ValidationError):
        place(unit=tree[1], superior=tree[3])
    assert UnitPlacement.objects.filter(unit=tree[1]).count() == 1


def test_a_unit_cannot_stand_under_itself(tree):
    ban, commune, village, _other = tree
    UnitPlacement.objects.filter(unit=ban).delete()
    with pytest.raises(ValidationError):
        place(unit=ban, superior=village)
